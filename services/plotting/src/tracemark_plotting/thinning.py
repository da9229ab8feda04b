"""Fewer points, the same picture: the extremes of every pixel column, the ends, and every gap between them."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxDownsampler

Indices = npt.NDArray[np.intp]

_SAMPLER = MinMaxDownsampler()  # type: ignore[no-untyped-call]


def thin(time: npt.NDArray[np.float64], values: npt.NDArray[np.float64], columns: int) -> Indices:
    """Return the indices to draw, ascending, when a chart is `columns` pixels wide.

    All of them when there are at most two a column. Otherwise the lowest and the highest finite value of each of
    `columns` equal spans of time, the first and the last finite sample, and between any two of these the first gap,
    if there is one. So every extreme is drawn, and a line is broken wherever the full line would be.

    columns: at least two. time: ascending. values: as long, NaN for a gap, at least one finite.
    """
    if len(time) <= 2 * columns:
        return np.arange(len(time))
    finite = np.isfinite(values)
    drawn = np.flatnonzero(finite)[[0, -1]]
    extremes = _extremes(time, values, columns)
    kept = _merged(len(values), drawn, extremes[finite[extremes]])
    return _merged(len(values), kept, _gaps_between(kept, finite))


def thin_evenly(values: npt.NDArray[np.float64], parts: int) -> Indices:
    """Return the indices of the lowest and the highest finite value of each of `parts` equal counts of samples.

    As `thin`: ascending, with the ends, and with the first gap between any two.
    """
    finite = np.isfinite(values)
    ends = np.asarray([0, len(values) - 1])
    if not finite.any():
        return _merged(len(values), ends)
    extremes = np.asarray(_SAMPLER.downsample(values, n_out=2 * parts), dtype=np.intp)
    kept = _merged(len(values), ends, extremes[finite[extremes]])
    return _merged(len(values), kept, _gaps_between(kept, finite))


def _merged(length: int, *found: Indices) -> Indices:
    """Return the indices of any of `found`, ascending, each once; all lie below `length`."""
    chosen = np.zeros(length, dtype=np.bool_)  # numpy's union of a million indices takes ten times as long
    for each in found:
        chosen[each] = True
    return np.flatnonzero(chosen)


def _extremes(time: npt.NDArray[np.float64], values: npt.NDArray[np.float64], columns: int) -> Indices:
    span = float(time[-1]) - float(time[0])
    if not 0 < span < math.inf:  # spans of no length: the sampler panics; equal counts of samples then
        found = _SAMPLER.downsample(values, n_out=2 * columns)
    else:  # from 0 to 1, because the sampler's own sums lose the small steps of a late or very short time
        found = _SAMPLER.downsample((time - time[0]) / span, values, n_out=2 * columns)
    return np.asarray(found, dtype=np.intp)


def _gaps_between(kept: Indices, finite: npt.NDArray[np.bool_]) -> Indices:
    """Return, for each neighbouring pair of `kept` with a gap between, the index of the first missing sample."""
    missing = np.flatnonzero(~finite)
    nearest = np.searchsorted(missing, kept[:-1])
    inside = nearest < len(missing)
    candidates = missing[nearest[inside]]
    return candidates[candidates < kept[1:][inside]]
