"""From cells to a polygon: the outer border of the largest connected region, with few vertices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.raster import Cells

Corner = tuple[int, int]

TOLERANCE = 0.75
"""How far, in cells, the border may lie from the outline: less than a cell, so that only its stairs go."""


def outline(cells: Cells) -> list[Corner]:
    """Return the corners, as (row, column), of the outer border of the largest region connected by sides.

    The border between true and false cells is walked with the region on the right hand (border following; Rosenfeld,
    Journal of the ACM 17, 1970), then thinned by Douglas and Peucker (Cartographica 10, 1973). There is a true cell.
    """
    loops = _loops(_border(np.pad(cells, 1)))
    largest = max(loops, key=_area)
    return _thinned([(row - 1, column - 1) for row, column in largest])


def _border(cells: Cells) -> dict[Corner, list[Corner]]:
    """Return the border's steps by the corner that they begin at, each with the region on its right."""
    steps: dict[Corner, list[Corner]] = {}
    below = cells[1:, :] & ~cells[:-1, :]  # a cell begins below this line: go right
    above = cells[:-1, :] & ~cells[1:, :]  # a cell ends above it: go left
    right = cells[:, 1:] & ~cells[:, :-1]  # a cell begins on the right: go up
    left = cells[:, :-1] & ~cells[:, 1:]  # a cell ends on the left: go down
    for row, column in np.argwhere(below).tolist():
        steps.setdefault((row + 1, column), []).append((row + 1, column + 1))
    for row, column in np.argwhere(above).tolist():
        steps.setdefault((row + 1, column + 1), []).append((row + 1, column))
    for row, column in np.argwhere(right).tolist():
        steps.setdefault((row + 1, column + 1), []).append((row, column + 1))
    for row, column in np.argwhere(left).tolist():
        steps.setdefault((row, column + 1), []).append((row + 1, column + 1))
    return steps


def _loops(steps: dict[Corner, list[Corner]]) -> list[list[Corner]]:
    loops = []
    while steps:
        start = min(steps)
        loop, at, came = [start], start, (0, 1)
        while True:
            following = _rightmost(steps[at], at, came)
            steps[at].remove(following)
            if not steps[at]:
                del steps[at]
            came, at = (following[0] - at[0], following[1] - at[1]), following
            if at == start:
                break
            loop.append(at)
        loops.append(loop)
    return loops


def _rightmost(choices: Sequence[Corner], at: Corner, came: Corner) -> Corner:
    """Where two cells touch at a corner, stay at the same cell: turn right."""
    right = (came[1], -came[0])
    return max(choices, key=lambda to: (to[0] - at[0]) * right[0] + (to[1] - at[1]) * right[1])


def _area(loop: Sequence[Corner]) -> float:
    """The area within a loop, positive for outer borders and negative for holes (the shoelace formula)."""
    points = np.array(loop, dtype=float)
    rows, columns = points.T
    return float(np.sum(columns * np.roll(rows, -1) - np.roll(columns, -1) * rows)) / 2


def _thinned(loop: Sequence[Corner]) -> list[Corner]:
    points = np.array(loop, dtype=float)
    farthest = int(np.hypot(*(points - points[0]).T).argmax())
    kept = sorted({*_kept(points, 0, farthest), *_kept(np.vstack([points, points[:1]]), farthest, len(loop))})
    return [loop[place] for place in kept if place < len(loop)]


def _kept(points: NDArray[np.float64], first: int, last: int) -> list[int]:
    kept, parts = [first, last], [(first, last)]
    while parts:
        begin, end = parts.pop()
        if end - begin < 2:
            continue
        chord = points[end] - points[begin]
        apart = points[begin + 1 : end] - points[begin]
        length = float(np.hypot(*chord))
        distance = np.abs(apart[:, 0] * chord[1] - apart[:, 1] * chord[0]) / length
        farthest = int(distance.argmax())
        if distance[farthest] > TOLERANCE:
            kept.append(begin + 1 + farthest)
            parts += [(begin, begin + 1 + farthest), (begin + 1 + farthest, end)]
    return kept
