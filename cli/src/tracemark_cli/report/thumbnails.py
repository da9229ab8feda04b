"""Small pictures of objects, for a self-contained page."""

from __future__ import annotations

import base64
import io

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.errors import DataError
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_prelabel.pictures import PictureLimits, eight_bits, picture

_LIMITS = PictureLimits()
_BOX = (320, 200)
_QUALITY = 80


def thumbnail(storage: JobStorage, item: Item) -> str:
    """Return the object's photograph, upright, as a `data:` URI of a small JPEG; empty where there is none to show.

    Raises:
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    try:
        uri = item.line.uri
        image = photograph(storage, uri) if uri else None
        return _small(storage.read(image, _LIMITS.bytes), str(image)) if image else ""
    except DataError:
        return ""


def photograph(storage: JobStorage, uri: S3Uri) -> S3Uri | None:
    """Return the first image of a dataset document; any object other than a `.json` is taken to be an image itself.

    Raises:
        DataError: the document is missing or wrong.
    """
    if not uri.key.endswith(".json"):
        return uri
    images = Dataset.parse(storage.read(uri, MAX_DATASET_BYTES), str(uri)).images
    return images[0].file if images else None


def _small(data: bytes, place: str) -> str:
    with picture(data, place, _LIMITS) as found:
        found.draft(None, (2 * max(_BOX), 2 * max(_BOX)))
        small, _ = eight_bits(found, data)
        small.thumbnail(_BOX)
        sink = io.BytesIO()
        small.save(sink, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(sink.getvalue()).decode()}"
