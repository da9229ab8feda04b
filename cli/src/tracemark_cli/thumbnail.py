"""A photograph made small enough to stand in a page."""

from __future__ import annotations

import base64
import io

from PIL import Image, UnidentifiedImageError

MAX_IMAGE_BYTES = 64 * 1024 * 1024
_SIZE = (320, 200)


def thumbnail(data: bytes) -> str:
    """Return a JPEG of at most 320 x 200 pixels as a data URI; empty where the data are no picture that can be read."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.thumbnail(_SIZE)
            small = picture.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return ""
    sink = io.BytesIO()
    small.save(sink, "JPEG", quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(sink.getvalue()).decode()}"
