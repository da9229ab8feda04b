"""Which cells of a picture hang together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.png import bands
from tracemark.marks.raster import Cells

Whole = NDArray[np.int32]


def components(cells: Cells) -> Whole:
    """Return the number of the connected component of each cell, from 0 on, row by row; -1 for cells that are not set.

    Cells are connected by their sides. Runs of a row are joined where they touch runs of the next, each taking the
    least number of its neighbors until nothing changes (Rosenfeld and Pfaltz, Journal of the ACM 13, 1966).
    """
    begins = _begins(cells)
    run = np.cumsum(begins, dtype=np.int32).reshape(cells.shape) - 1
    touch = _begins(cells[1:] & cells[:-1])  # two runs touch along a stretch, which is told once
    least = _joined(int(begins.sum()), run[:-1][touch], run[1:][touch])
    number = np.unique(least, return_inverse=True)[1].astype(np.int32)
    for rows in bands(*cells.shape) if number.size else ():
        run[rows] = np.where(cells[rows], number[run[rows]], -1)
    return run


def _begins(cells: Cells) -> Cells:
    """Return the first cell of each run of a row."""
    found = cells.copy()
    found[:, 1:] &= ~cells[:, :-1]
    return found


def _joined(size: int, ones: Whole, others: Whole) -> Whole:
    """Return the least number that each of `size` runs is connected with; `ones` touch `others`."""
    least = np.arange(size, dtype=np.int32)
    while True:
        found = least.copy()
        both = np.minimum(least[ones], least[others])
        for ends in (ones, others, least[ones], least[others]):
            np.minimum.at(found, ends, both)
        found = found[found]
        if np.array_equal(found, least):
            return least
        least = found
