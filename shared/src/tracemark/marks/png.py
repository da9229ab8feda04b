"""PNG pictures as arrays: what label elements write and read, and no more of the format."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.errors import InvalidDocument

Pixels = NDArray[np.uint8]

MAX_PIXELS = 32_000_000
"""Putting the masks of a picture together takes some 25 bytes a pixel."""

BAND_PIXELS = 1 << 20
"""What is computed of a picture is computed for so many pixels at once, since numbers take eight times their place."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6
_SAMPLES = {_GREY: 1, _RGB: 3, _PALETTE: 1, _GREY_ALPHA: 2, _RGBA: 4}
_DEPTHS = {_GREY: (1, 2, 4, 8), _PALETTE: (1, 2, 4, 8), _RGB: (8,), _GREY_ALPHA: (8,), _RGBA: (8,)}
_NONE, _SUB, _UP, _AVERAGE, _PAETH = range(5)


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    depth: int
    color: int

    @property
    def row_bytes(self) -> int:
        return (self.width * self.depth * _SAMPLES[self.color] + 7) // 8

    @property
    def step(self) -> int:
        return max(1, self.depth * _SAMPLES[self.color] // 8)


def decoded(data: bytes, limit: int = MAX_PIXELS) -> Pixels:
    """Return the picture as red, green, blue and opacity, shape (height, width, 4).

    Read by the W3C recommendation "Portable Network Graphics" (2nd edition, 2003): grey, colors and palettes of up to 8
    bits a sample, not interlaced, as a browser's canvas and label tools write them.

    Raises:
        InvalidDocument: it is no PNG, broken, of another sort, or has more than `limit` pixels.
    """
    try:
        chunks = list(_chunks(data))
        header = _header(chunks, limit)
        packed = b"".join(body for name, body in chunks if name == b"IDAT")
        whole = header.height * (header.row_bytes + 1)
        raw = zlib.decompressobj().decompress(packed, whole)
    except (struct.error, zlib.error) as error:
        raise _refused("it is broken") from error
    if len(raw) < whole:
        raise _refused("it ends too early")
    lines = np.frombuffer(raw, np.uint8).reshape(header.height, header.row_bytes + 1)
    samples = _samples(_unfiltered(lines[:, 0], lines[:, 1:], header.step), header)
    return _colored(samples, header, dict(reversed(chunks)))


def bands(height: int, width: int) -> Iterator[slice]:
    """Yield the rows of a picture, as many at once as `BAND_PIXELS` has room for."""
    rows = max(1, BAND_PIXELS // max(1, width))
    yield from (slice(first, min(first + rows, height)) for first in range(0, height, rows))


def encoded(indices: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    """Return a PNG of palette colors: `indices` of shape (height, width), `palette` of shape (n, 4), RGBA."""
    height, width = indices.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), indices], axis=1)
    return _SIGNATURE + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _PALETTE, 0, 0, 0)),
            _chunk(b"PLTE", palette[:, :3].tobytes()),
            _chunk(b"tRNS", palette[:, 3].tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(_SIGNATURE):
        raise _refused("it does not begin as a PNG does")
    at = len(_SIGNATURE)
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        (check,) = struct.unpack_from(">I", data, at + 8 + size)
        if check != zlib.crc32(name + body):
            raise _refused("it is damaged")
        yield name, body
        at += size + 12


def _header(chunks: list[tuple[bytes, bytes]], limit: int) -> _Header:
    if not chunks or chunks[0][0] != b"IHDR":
        raise _refused("it has no header")
    width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if not width or not height or width * height > limit:
        raise _refused(f"it has {width:,} x {height:,} pixels")
    if depth not in _DEPTHS.get(color, ()) or interlaced:
        raise _refused("it is interlaced or of 16 bits a sample")
    return _Header(width, height, depth, color)


def _unfiltered(kinds: Pixels, lines: Pixels, step: int) -> Pixels:
    """Undo the filters of all rows; `lines` holds bytes, `step` is the number of bytes to the pixel on the left."""
    if kinds.size and kinds.max() > _PAETH:
        raise _refused("it has a filter that PNG does not know")
    height, width = lines.shape
    if not kinds.any():
        return lines
    columns = -(-width // step)
    padded = np.zeros((height, columns * step), np.uint8)
    padded[:, :width] = lines
    return _by_diagonals(kinds, padded.reshape(height, columns, step)).reshape(height, -1)[:, :width]


def _by_diagonals(kinds: Pixels, filtered: Pixels) -> Pixels:
    """Undo filters a diagonal at a time: a pixel needs those on its left, above, and left above, so that all pixels
    with the same sum of row and column can be done at once, by numpy and not one by one.
    """
    height, columns, step = filtered.shape
    out = np.zeros((height + 1, columns + 1, step), np.uint8)
    for diagonal in range(height + columns - 1):
        rows = np.arange(max(0, diagonal - columns + 1), min(height, diagonal + 1))
        at = diagonal - rows
        left, above, corner = (out[place].astype(np.int16) for place in ((rows + 1, at), (rows, at + 1), (rows, at)))
        predicted = _predicted(kinds[rows][:, None], left, above, corner)
        out[rows + 1, at + 1] = (filtered[rows, at] + predicted) & 0xFF
    return out[1:, 1:]


def _predicted(kinds: Pixels, left: NDArray[np.int16], above: NDArray[np.int16], corner: NDArray[np.int16]) -> Pixels:
    guess = left + above - corner
    by_left, by_above, by_corner = np.abs(guess - left), np.abs(guess - above), np.abs(guess - corner)
    nearest = np.where(by_above <= by_corner, above, corner)
    paeth = np.where((by_left <= by_above) & (by_left <= by_corner), left, nearest)
    return np.asarray(
        np.select(
            [kinds == _SUB, kinds == _UP, kinds == _AVERAGE, kinds == _PAETH],
            [left, above, (left + above) >> 1, paeth],
            0,
        )
    )


def _samples(rows: Pixels, header: _Header) -> Pixels:
    """Return one value for each sample, shape (height, width, samples a pixel)."""
    count = header.width * _SAMPLES[header.color]
    if header.depth < 8:
        shifts = np.arange(8 - header.depth, -1, -header.depth, dtype=np.uint8)
        mask = np.uint8((1 << header.depth) - 1)
        rows = ((rows[:, :, None] >> shifts) & mask).reshape(header.height, -1)[:, :count]
    return rows.reshape(header.height, header.width, -1)


def _colored(samples: Pixels, header: _Header, chunks: dict[bytes, bytes]) -> Pixels:
    opaque = np.full((*samples.shape[:2], 1), 255, np.uint8)
    if header.color == _PALETTE:
        return _from_palette(samples[:, :, 0], chunks)
    if header.color in (_GREY, _GREY_ALPHA):
        scale = np.uint8(255 // ((1 << header.depth) - 1))
        grey = np.repeat(samples[:, :, :1] * scale, 3, axis=2)
        return np.concatenate([grey, samples[:, :, 1:] if header.color == _GREY_ALPHA else opaque], axis=2)
    return samples if header.color == _RGBA else np.concatenate([samples, opaque], axis=2)


def _from_palette(indices: Pixels, chunks: dict[bytes, bytes]) -> Pixels:
    colors, opacity = chunks.get(b"PLTE", b""), chunks.get(b"tRNS", b"")
    count = len(colors) // 3
    if indices.max() >= count:
        raise _refused("its palette lacks a color that it uses")
    palette = np.full((count, 4), 255, np.uint8)
    palette[:, :3] = np.frombuffer(colors[: 3 * count], np.uint8).reshape(-1, 3)
    palette[: len(opacity), 3] = np.frombuffer(opacity[:count], np.uint8)
    return palette[indices]


def _refused(why: str) -> InvalidDocument:
    return InvalidDocument(
        f"the picture of the mask cannot be read: {why}", expected="a PNG of 8 bits a sample, not interlaced"
    )
