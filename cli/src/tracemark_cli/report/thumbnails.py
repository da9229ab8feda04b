"""Small pictures of objects, for a self-contained page."""

from __future__ import annotations

import base64
import io
import warnings

from PIL import Image

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.errors import DataError
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.s3.job_storage import JobStorage

MAX_IMAGE_BYTES = 32 * 1024 * 1024

_BOX = (320, 200)
_QUALITY = 80
# What Pillow raises for files that are damaged, not pictures, or decompression bombs.
_NO_PICTURE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def thumbnail(storage: JobStorage, item: Item) -> str:
    """Return the object's photograph as a `data:` URI of a small JPEG; empty where there is none to show.

    Raises:
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    try:
        uri = item.line.uri
        image = photograph(storage, uri) if uri else None
        return _small(storage.read(image, MAX_IMAGE_BYTES)) if image else ""
    except (DataError, *_NO_PICTURE):
        return ""


def photograph(storage: JobStorage, uri: S3Uri) -> S3Uri:
    """Return the image of a dataset document; any object other than a `.json` is taken to be an image itself.

    Raises:
        DataError: the document is missing or wrong.
    """
    if not uri.key.endswith(".json"):
        return uri
    return Dataset.parse(storage.read(uri, MAX_DATASET_BYTES), str(uri)).image


def _small(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (2 * _BOX[0], 2 * _BOX[1]))
            small = picture.convert("RGB")
    small.thumbnail(_BOX)
    sink = io.BytesIO()
    small.save(sink, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(sink.getvalue()).decode()}"
