"""Image files as pictures: opened within bounds, judged whether browsers show them, and made such that they do."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from tracemark.errors import InvalidImage, ObjectTooLarge

MAX_SIDE = 8_192
"""The longest side of a picture that is made for browsers, in pixels."""

# No format whose reader starts another program.
_FORMATS = ("JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF", "BMP", "ICO", "TIFF", "JPEG2000", "PPM", "HEIF")
_BROWSERS_SHOW = frozenset({"JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF", "BMP", "ICO"})
_DEEP_MODES = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})
_TIFF_BITS_PER_SAMPLE = 258
_PNG_BIT_DEPTH = 24  # the byte of the file
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# Half a percent of the pixels at either end may be lost: a dead pixel or a reflection must not decide the contrast.
_PERCENTILES = (0.5, 99.5)
_SAMPLED_PIXELS = 1_000_000
_ROWS_AT_A_TIME = 256
_QUALITY = 95

# What Pillow's readers raise for files that are damaged or only look like images.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    EOFError,
    NotImplementedError,
    struct.error,
    zlib.error,
    UserWarning,  # where warnings are errors
)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """The largest image that is opened: bytes of its file, pixels of its picture."""

    bytes: int = 64 * 1024 * 1024
    pixels: int = 80_000_000


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture as a JPEG that every browser shows, and what was done to it in one sentence, empty for nothing."""

    jpeg: bytes
    note: str


def unshowable(data: bytes, place: str, limits: PictureLimits) -> str:
    """Return why browsers do not show an image, in words such as "it is a TIFF"; empty when they do.

    An image that they show is read to its end, so that one that is cut off is found.

    Raises:
        InvalidImage: it is empty, damaged, or of no known format.
        ObjectTooLarge: it has too many pixels.
    """
    if _is_svg(data):
        return "" if b"</svg" in data[-4096:] else _refuse(place, "the SVG image is cut off")
    with picture(data, place, limits) as found:
        reason = _reason(found, data)
        if not reason:
            found.draft(None, (max(found.width // 8, 1), max(found.height // 8, 1)))
            found.load()
        return reason


def developed(data: bytes, place: str, limits: PictureLimits) -> Developed:
    """Return an image such that browsers show it: turned upright, values of 16 bits scaled, the first page of several.

    Raises:
        InvalidImage, ObjectTooLarge: see `unshowable`.
    """
    with picture(data, place, limits) as found:
        pages = getattr(found, "n_frames", 1)
        shown, note = eight_bits(found, data)
        shown.thumbnail((MAX_SIDE, MAX_SIDE))
        sink = io.BytesIO()
        shown.save(sink, "JPEG", quality=_QUALITY, subsampling=0)
        notes = [note, f"page 1 of {pages} is shown" if pages > 1 else ""]
        return Developed(sink.getvalue(), "; ".join(filter(None, notes)))


@contextmanager
def picture(data: bytes, place: str, limits: PictureLimits) -> Iterator[Any]:
    """Open an image by Pillow; what fails inside the block for the image's sake is said as its fault.

    Raises:
        InvalidImage, ObjectTooLarge: see `unshowable`.
    """
    if not data:
        _refuse(place, "the image is empty, it has no bytes")
    try:
        with Image.open(io.BytesIO(data), formats=_readable(_is_heif(data))) as found:
            if found.width * found.height > limits.pixels:
                raise _too_many_pixels(place, f"{found.width:,} x {found.height:,} pixels", limits)
            yield found
    except UnidentifiedImageError as error:
        raise _unknown(data, place) from error
    except _BOMBS as error:
        raise _too_many_pixels(place, "too many pixels", limits) from error
    except _BROKEN as error:
        raise InvalidImage(
            f"the image is damaged ({type(error).__name__}: {error})",
            place=place,
            expected="an image that can be read to its end",
            remedy="copy it anew from where it comes, or leave the item out",
        ) from error


def eight_bits(found: Any, data: bytes) -> tuple[Any, str]:
    """Return a picture upright, in grey or colour of 8 bits a channel, and what was done to its values."""
    upright = ImageOps.exif_transpose(found)
    if found.mode in _DEEP_MODES or _is_deep(found, data):
        return _scaled(upright)
    if "A" in upright.getbands() or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        ground = Image.new("RGBA", upright.size, "white")
        return Image.alpha_composite(ground, upright).convert("RGB"), ""
    return upright.convert("L" if upright.mode in ("1", "L") else "RGB"), ""


def _scaled(upright: Any) -> tuple[Any, str]:
    values: npt.NDArray[Any] = np.asarray(upright)
    step = max(values.size // _SAMPLED_PIXELS, 1)
    sample = values.reshape(-1)[::step].astype(np.float64)
    finite = sample[np.isfinite(sample)]
    low, high = np.percentile(finite, _PERCENTILES) if finite.size else (0.0, 0.0)
    shown = np.empty(values.shape, np.uint8)
    for row in range(0, len(values), _ROWS_AT_A_TIME):
        rows = values[row : row + _ROWS_AT_A_TIME].astype(np.float64)
        share = (rows - low) / (high - low) if high > low else (rows > low).astype(np.float64)
        shown[row : row + _ROWS_AT_A_TIME] = np.rint(255 * np.clip(np.nan_to_num(share), 0, 1)).astype(np.uint8)
    return Image.fromarray(shown), f"values from {low:g} to {high:g} are shown from black to white"


def _reason(found: Any, data: bytes) -> str:
    if found.format not in _BROWSERS_SHOW:
        return f"it is a {found.format} file"
    if found.mode in _DEEP_MODES or _is_deep(found, data):
        return "its values have 16 bits"
    return ""


def _is_deep(found: Any, data: bytes) -> bool:
    """Return whether a file has more than 8 bits a channel; Pillow keeps the upper 8 of colours."""
    if found.format == "PNG":
        return data[_PNG_BIT_DEPTH : _PNG_BIT_DEPTH + 1] == b"\x10"
    if found.format == "TIFF":
        return bool(np.max(found.tag_v2.get(_TIFF_BITS_PER_SAMPLE, 1)) > 8)
    return False


def _is_svg(data: bytes) -> bool:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"<") and b"<svg" in head


def _is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS


@lru_cache(maxsize=2)
def _readable(with_heif: bool) -> tuple[str, ...]:
    """Return the formats that this installation reads; the library for HEIC is large and only imported for it."""
    Image.init()
    if with_heif:
        with suppress(ImportError):  # an optional part of the installation
            from pillow_heif import register_heif_opener

            register_heif_opener()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _unknown(data: bytes, place: str) -> InvalidImage:
    if _is_heif(data) and "HEIF" not in _readable(True):
        return InvalidImage(
            "the image is a HEIC file, which is not read by this installation",
            place=place,
            remedy="pip install pillow-heif, or save the photograph as JPEG",
        )
    return InvalidImage(
        f"this is no image (it begins with {data[:8]!r})",
        place=place,
        expected="JPEG, PNG, GIF, WebP, AVIF, BMP, SVG, TIFF, JPEG 2000 or HEIC",
        remedy="correct the path, or save the photograph as JPEG or PNG",
    )


def _too_many_pixels(place: str, what: str, limits: PictureLimits) -> ObjectTooLarge:
    return ObjectTooLarge(
        f"the image has {what}",
        place=place,
        expected=f"at most {limits.pixels:,} pixels",
        remedy="save it smaller, or raise MAX_IMAGE_PIXELS",
    )


def _refuse(place: str, what: str) -> NoReturn:
    raise InvalidImage(what, place=place, expected="an image", remedy="copy it anew from where it comes")
