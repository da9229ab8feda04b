"""Label Studio's run lengths of a painted region, as its brush tool reads them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tracemark.marks.raster import Cells

_WORD_BITS = 8
_LENGTH_BITS = (1, 4, 8, 16)
"""The four widths in which the length of a run may be written."""

_LONGEST = 1 << _LENGTH_BITS[-1]
_CHANNELS = 4
_PAINTED = 255


def brush_rle(cells: Cells) -> list[int]:
    """Return the bytes of a picture that is 255 in all four channels where `cells` is true, row by row.

    A stream of bits, the highest first: the number of values in 32 bits, the bits of a value less one in 5, the four
    widths less one in 4 each; then for each run a 1, the place of its width in 2, its length less one, and its value.
    (A run of values that differ would begin with a 0; a mask has no use for it.)
    """
    flat = np.repeat(cells.astype(bool).ravel(), _CHANNELS)
    bits = [f"{flat.size:032b}", f"{_WORD_BITS - 1:05b}", *(f"{width - 1:04b}" for width in _LENGTH_BITS)]
    bounds = [0, *(np.flatnonzero(flat[1:] != flat[:-1]) + 1).tolist(), flat.size]
    for start, end in pairwise(bounds):
        value = _PAINTED if flat[start] else 0
        for at in range(start, end, _LONGEST):
            bits.append(_run(min(_LONGEST, end - at), value))
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return list(int(text, 2).to_bytes(len(text) // 8, "big"))


def _run(length: int, value: int) -> str:
    place = next(place for place, bits in enumerate(_LENGTH_BITS) if length <= 1 << bits)
    return f"1{place:02b}{length - 1:0{_LENGTH_BITS[place]}b}{value:0{_WORD_BITS}b}"
