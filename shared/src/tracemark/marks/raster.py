"""Regions as cells of a grid: how polygons and painted instances are compared and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.mark import Point

Cells = NDArray[np.bool_]

CELLS_A_REGION = 64
"""A typical region is so many cells wide and high; finer, nothing changes at an overlap of one half."""

_MAX_SIDE = 2_048
_MAX_CELLS = 40_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A labeled set of grid cells: `cells[row, column]` begins at row `top` and column `left` of the whole grid."""

    label: str
    top: int
    left: int
    cells: Cells

    @property
    def area(self) -> int:
        """The number of its cells."""
        return int(np.count_nonzero(self.cells))

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Its window: top, left, bottom and right, the last two exclusive."""
        height, width = self.cells.shape
        return self.top, self.left, self.top + height, self.left + width

    def within(self, top: int, left: int, bottom: int, right: int) -> Cells:
        """Return the cells of another window."""
        found = np.zeros((max(0, bottom - top), max(0, right - left)), dtype=bool)
        own_top, own_left, own_bottom, own_right = self.bounds
        high, low = max(top, own_top), min(bottom, own_bottom)
        first, last = max(left, own_left), min(right, own_right)
        if high < low and first < last:
            found[high - top : low - top, first - left : last - left] = self.cells[
                high - own_top : low - own_top, first - own_left : last - own_left
            ]
        return found


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells of side `cell`, in pixels, from the point `x`, `y` on."""

    x: float
    y: float
    cell: float

    @classmethod
    def around(cls, outlines: Sequence[Sequence[Point]], fine: int = CELLS_A_REGION) -> Grid:
        """Return a grid in which the median region is `fine` cells wide; coarser where memory asks for it."""
        corners = np.array([(*_low(points), *_high(points)) for points in outlines])
        sizes = corners[:, 2:] - corners[:, :2]
        extent = (corners[:, 2:].max(axis=0) - corners[:, :2].min(axis=0)).max()
        typical = np.median(sizes.max(axis=1))
        area = float((sizes[:, 0] * sizes[:, 1]).sum())
        cell = max(typical / fine, extent / _MAX_SIDE, (area / _MAX_CELLS) ** 0.5)
        return cls(float(corners[:, 0].min()), float(corners[:, 1].min()), float(cell))

    def region(self, label: str, outline: Sequence[Point]) -> Region:
        """Return the cells whose centers lie in a polygon by the even-odd rule; at least one cell.

        Each row of centers is crossed by the polygon's edges; a cell is inside where an odd number of crossings
        lies left of its center (Shimrat, Communications of the ACM 5, 1962).
        """
        points = (np.array(outline) - (self.x, self.y)) / self.cell
        left, top = np.floor(points.min(axis=0)).astype(int)
        right, bottom = np.maximum(np.ceil(points.max(axis=0)).astype(int), (left + 1, top + 1))
        height, width = int(bottom - top), int(right - left)
        rows = np.arange(height)[:, None] + 0.5 + top
        x0, y0 = points[:, 0], points[:, 1]
        x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
        crosses = (y0 <= rows) != (y1 <= rows)
        row, edge = np.nonzero(crosses)
        x = x0[edge] + (rows[row, 0] - y0[edge]) * (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
        column = np.clip(np.ceil(x - left - 0.5).astype(int), 0, width)
        flips = np.bincount(row * (width + 1) + column, minlength=height * (width + 1)).reshape(height, width + 1)
        cells = (np.cumsum(flips[:, :width], axis=1) % 2).astype(bool)
        if not cells.any():
            cells[height // 2, width // 2] = True
        return Region(label, int(top), int(left), cells)

    def point(self, row: float, column: float) -> Point:
        """Return the pixel position of a corner of a cell."""
        return self.x + column * self.cell, self.y + row * self.cell


def region_of(label: str, cells: Cells) -> Region | None:
    """Return the region of all true cells of a whole grid, None where there is none."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    if not rows.size:
        return None
    top, left = int(rows[0]), int(columns[0])
    return Region(label, top, left, cells[top : rows[-1] + 1, left : columns[-1] + 1].copy())


def overlap(one: Region, other: Region) -> float:
    """Return the intersection over union of two regions of one grid."""
    top, left, bottom, right = (
        max(one.bounds[0], other.bounds[0]),
        max(one.bounds[1], other.bounds[1]),
        min(one.bounds[2], other.bounds[2]),
        min(one.bounds[3], other.bounds[3]),
    )
    if top >= bottom or left >= right:
        return 0.0
    window = (top, left, bottom, right)
    both = int(np.count_nonzero(one.within(*window) & other.within(*window)))
    return both / (one.area + other.area - both)


def _low(points: Sequence[Point]) -> Point:
    return min(x for x, _ in points), min(y for _, y in points)


def _high(points: Sequence[Point]) -> Point:
    return max(x for x, _ in points), max(y for _, y in points)
