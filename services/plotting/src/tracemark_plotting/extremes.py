"""A channel of a log that is too long for memory: the lowest and the highest of runs of its samples."""

from __future__ import annotations

import numpy as np

from tracemark_plotting.logs.columns import Values
from tracemark_plotting.thinning import thin_evenly

_RUN = 32
_COARSER = 4


class Extremes:
    """The extremes of runs of 32 samples, of ever longer runs once there are more than `room` of them.

    Extremes of extremes are extremes: a chart, which has fewer columns of pixels than there are runs, stays the same.
    time, values: as long as each other, in the order of the log.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._run = _RUN
        self.time: Values = np.empty(0)
        self.values: Values = np.empty(0)

    def add(self, time: Values, values: Values) -> None:
        """Take the next samples."""
        if not len(values):
            return
        kept = thin_evenly(values, max(len(values) // self._run, 1))
        self.time = np.concatenate((self.time, time[kept]))
        self.values = np.concatenate((self.values, values[kept]))
        if len(self.values) > self._room:
            self._coarsen()

    def _coarsen(self) -> None:
        # A run gives two extremes and, where samples are missing, up to two gaps: an eighth of what there is as runs
        # leaves at most half.
        kept = thin_evenly(self.values, max(len(self.values) // (2 * _COARSER), 1))
        self.time, self.values = self.time[kept], self.values[kept]
        self._run *= _COARSER
