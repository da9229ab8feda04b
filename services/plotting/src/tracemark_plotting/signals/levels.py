"""Levels of extremes: lowest and highest value of ever longer runs of samples, and whether a gap lies in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Flags = npt.NDArray[np.uint8]

FACTOR = 8
"""How many entries of a level one entry of the next holds. 8 costs two sevenths of the samples' size; 16 costs half of
that, but a view would fetch up to sixteen times what it draws."""


@dataclass(frozen=True, slots=True)
class Level:
    """Runs of samples.

    extremes: shape (runs, columns, 2), the lowest and the highest finite value of a run, both NaN when it has none.
    gaps: shape (runs, columns), 1 where at least one sample of the run is missing.
    """

    extremes: Values
    gaps: Flags

    @classmethod
    def of(cls, samples: Values, factor: int) -> Level:
        """Return the runs of `factor` samples each, the last one maybe shorter; samples: shape (samples, columns)."""
        missing = np.isnan(samples)
        extremes = np.stack([_reduced(np.fmin, samples, factor), _reduced(np.fmax, samples, factor)], axis=2)
        return cls(extremes, _reduced(np.maximum, missing.view(np.uint8), factor))

    @classmethod
    def joined(cls, levels: list[Level]) -> Level:
        """Return consecutive pieces of one level as one."""
        return cls(np.concatenate([each.extremes for each in levels]), np.concatenate([each.gaps for each in levels]))

    def coarser(self, factor: int) -> Level:
        """Return the level whose runs hold `factor` of these; the last one maybe fewer."""
        lowest = _reduced(np.fmin, self.extremes[:, :, 0], factor)
        highest = _reduced(np.fmax, self.extremes[:, :, 1], factor)
        return Level(np.stack([lowest, highest], axis=2), _reduced(np.maximum, self.gaps, factor))

    def __len__(self) -> int:
        return len(self.extremes)


def _reduced(ufunc: np.ufunc, entries: npt.NDArray[Any], factor: int) -> npt.NDArray[Any]:
    """Return `ufunc` over each run of `factor` rows."""
    if factor == 1:
        return entries
    whole = len(entries) // factor * factor
    runs = entries[:whole].reshape(-1, factor, *entries.shape[1:])
    # Column by column of each run: numpy's own reduction over a short middle axis is several times slower.
    found = runs[:, 0].copy()
    for place in range(1, factor):
        ufunc(found, runs[:, place], out=found)
    if whole == len(entries):
        return found
    return np.concatenate([found, ufunc.reduce(entries[whole:], axis=0)[np.newaxis]])
