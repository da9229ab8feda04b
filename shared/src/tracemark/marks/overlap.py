"""How far two marks are the same place: intersection over union, or nearness for what has no area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.mark import Box, Frame, Mark, Path, Polygon, Span
from tracemark.marks.matching import Matrix
from tracemark.marks.raster import Grid, Region, overlap

REACH = 0.05
"""Two points are the same in part while they are nearer than this share of the picture's diagonal or of the log."""

SAMPLES = 32
"""Points by which a polyline is compared, at equal distances along it."""

MAX_REGION_PAIRS = 5_000
"""More pairs of regions whose windows overlap are compared by their windows: no expert draws such a heap."""

_LEAST_WINDOW = 0.02

Shape = Mark | Region


def reach_of(marks: Iterable[Mark], frame: Frame | None = None) -> float:
    """Return how far apart two points may be and still be the same in part, in the unit of the marks.

    From the picture's diagonal; where that is not known, from the stretch that all marks together cover.
    """
    if frame:
        return REACH * float(np.hypot(frame.width, frame.height))
    places = np.array([place for mark in marks for place in _places(mark)]).reshape(-1, 2)
    if not len(places):
        return 0.0
    return REACH * float(np.hypot(*(places.max(axis=0) - places.min(axis=0))))


def similarities(ones: Sequence[Shape], others: Sequence[Shape], reach: float = 0.0) -> Matrix:
    """Return how far each of `ones` (rows) is at the place of each of `others` (columns), from 0 to 1.

    Intersection over union (Jaccard 1901) of spans on one channel, boxes, polygons and regions of one grid; for
    points in time, keypoints, lines and polylines 1 - d / `reach`, d their distance or the mean distance of their
    points. Labels are not looked at. All marks are of one kind.
    """
    if not ones or not others:
        return np.zeros((len(ones), len(others)))
    first = ones[0]
    if isinstance(first, Span):
        return _of_spans(ones, others, reach)  # type: ignore[arg-type]
    if isinstance(first, Box):
        return _of_boxes(ones, others)  # type: ignore[arg-type]
    if isinstance(first, Region):
        return _of_regions(ones, others)  # type: ignore[arg-type]
    if isinstance(first, Polygon):
        outlines = [mark.points for mark in (*ones, *others)]  # type: ignore[union-attr]
        grid = Grid.around(outlines)
        regions = [grid.region("", points) for points in outlines]
        return _of_regions(regions[: len(ones)], regions[len(ones) :])
    return _of_paths(ones, others, reach)  # type: ignore[arg-type]


def same_labels(ones: Sequence[Shape], others: Sequence[Shape]) -> NDArray[np.bool_]:
    """Return whether each of `ones` (rows) has the label of each of `others` (columns)."""
    found = np.array([mark.label for mark in ones], dtype=object)[:, None]
    return np.asarray(found == np.array([mark.label for mark in others], dtype=object)[None, :], dtype=bool)


def along(path: Path, samples: int = SAMPLES) -> NDArray[np.float64]:
    """Return a path's points: as they are up to two, else `samples` at equal distances along it; shape (n, 2)."""
    points = np.array(path.points, dtype=float)
    if len(points) <= 2:
        return points
    way = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    at = np.linspace(0, way[-1], samples)
    return np.column_stack([np.interp(at, way, points[:, axis]) for axis in (0, 1)])


def _of_spans(ones: Sequence[Span], others: Sequence[Span], reach: float) -> Matrix:
    start, end = _ends(ones)[:, :, None].swapaxes(0, 1)
    other_start, other_end = _ends(others)[:, :, None].swapaxes(0, 1).swapaxes(1, 2)
    shared = np.minimum(end, other_end) - np.maximum(start, other_start)
    union = np.maximum(end, other_end) - np.minimum(start, other_start)
    found = np.where(union > 0, np.clip(shared, 0, None) / np.where(union > 0, union, 1), 0.0)
    points = (start == end) & (other_start == other_end)
    found = np.where(points, _nearness(np.abs(start - other_start), reach), found)
    channels = np.array([span.channel for span in ones], dtype=object)[:, None]
    return np.where(channels == np.array([span.channel for span in others], dtype=object)[None, :], found, 0.0)


def _ends(spans: Sequence[Span]) -> NDArray[np.float64]:
    return np.array([(span.start, span.end) for span in spans], dtype=float)


def _of_boxes(ones: Sequence[Box], others: Sequence[Box]) -> Matrix:
    return _of_corners(_corners(ones), _corners(others))


def _of_corners(ones: NDArray[np.float64], others: NDArray[np.float64]) -> Matrix:
    left, top, right, bottom = ones[:, :, None]
    other_left, other_top, other_right, other_bottom = others[:, None, :]
    width = np.clip(np.minimum(right, other_right) - np.maximum(left, other_left), 0, None)
    height = np.clip(np.minimum(bottom, other_bottom) - np.maximum(top, other_top), 0, None)
    both = width * height
    area, other_area = (right - left) * (bottom - top), (other_right - other_left) * (other_bottom - other_top)
    return np.asarray(both / (area + other_area - both))


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    return np.array([(box.left, box.top, box.left + box.width, box.top + box.height) for box in boxes], dtype=float).T


def _of_regions(ones: Sequence[Region], others: Sequence[Region]) -> Matrix:
    """Compare cells where windows overlap enough to matter; windows alone where there are too many such pairs."""
    found = _of_windows(ones, others)
    pairs = np.argwhere(found >= _LEAST_WINDOW)
    if len(pairs) > MAX_REGION_PAIRS:
        return found
    exact = np.zeros_like(found)
    for row, column in pairs.tolist():
        exact[row, column] = overlap(ones[row], others[column])
    return exact


def _of_windows(ones: Sequence[Region], others: Sequence[Region]) -> Matrix:
    bounds, other_bounds = (np.array([region.bounds for region in each], dtype=float) for each in (ones, others))
    # top, left, bottom, right as the corners of boxes: left, top, right, bottom
    order = [1, 0, 3, 2]
    return _of_corners(bounds[:, order].T, other_bounds[:, order].T)


def _of_paths(ones: Sequence[Path], others: Sequence[Path], reach: float) -> Matrix:
    samples = 1 if len(ones[0].points) == 1 else SAMPLES
    paths, other_paths = (np.array([_sampled(path, samples) for path in found]) for found in (ones, others))
    there = _mean_distances(paths, other_paths)
    # A line has no direction: who begins at its other end has marked the same line.
    back = there if samples == 1 else _mean_distances(paths, other_paths[:, ::-1])
    return _nearness(np.minimum(there, back), reach)


def _sampled(path: Path, samples: int) -> NDArray[np.float64]:
    points = along(path, samples)
    if len(points) == samples:
        return points
    return np.linspace(points[0], points[-1], samples)


def _mean_distances(paths: NDArray[np.float64], others: NDArray[np.float64]) -> Matrix:
    return np.array([np.hypot(*(path - others).transpose(2, 0, 1)).mean(axis=1) for path in paths])


def _nearness(distance: Matrix, reach: float) -> Matrix:
    if reach <= 0:
        return np.where(distance == 0, 1.0, 0.0)
    return np.clip(1 - distance / reach, 0, None)


def _places(mark: Mark) -> Sequence[tuple[float, float]]:
    if isinstance(mark, Span):
        return ((mark.start, 0.0), (mark.end, 0.0))
    if isinstance(mark, Box):
        return ((mark.left, mark.top), (mark.left + mark.width, mark.top + mark.height))
    return mark.points
