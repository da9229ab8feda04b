"""How far workers agree on painted masks: every pixel is a unit of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tracemark.agreement.alpha import GAP, Unit, unit_of
from tracemark.marks.mask import Mask


def pixel_units(masks: Sequence[Mask]) -> Counter[Unit]:
    """Return how many pixels of a picture got which classes, for `nominal_alpha`; unpainted is a class of its own.

    The masks are of one size. Pixels that nobody painted are left out: a larger background would be more agreement.
    """
    labels = sorted({name for mask in masks for name in mask.labels})
    painted = [mask.of(labels).ravel() for mask in masks]
    pattern = np.zeros(painted[0].size if painted else 0, dtype=np.int64)
    for pixels in painted:
        # Numbered anew each time: digits for many workers and classes would not fit a number.
        _, pattern = np.unique(pattern * (len(labels) + 1) + pixels, return_inverse=True)
    _, first, counts = np.unique(pattern, return_index=True, return_counts=True)
    names = (GAP, *labels)
    units = Counter[Unit]()
    for at, count in zip(first.tolist(), counts.tolist(), strict=True):
        given = [names[int(pixels[at])] for pixels in painted]
        if any(given):
            units[unit_of(given)] += count
    return units
