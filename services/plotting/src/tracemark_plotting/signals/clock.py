"""One time axis of a log and the channels along it, in blocks, so that a log may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.trace import ChannelTrace, Trace

Values = npt.NDArray[np.float64]

_BLOCK_SAMPLES = 1 << 17


@dataclass(frozen=True, slots=True)
class Steady:
    """A time axis that needs no column: sample `i` lies at `start + i * step`, to the last digit of a double."""

    start: float
    step: float

    @classmethod
    def of(cls, time: Values) -> Steady | None:
        """Return the axis that gives exactly these moments, or None when there is none."""
        if len(time) < 2:
            return None
        start = float(time[0])
        for step in dict.fromkeys((float(time[1]) - start, (float(time[-1]) - start) / (len(time) - 1))):
            axis = cls(start, step)
            if step > 0 and np.array_equal(axis.moments(len(time)), time):
                return axis
        return None

    def moments(self, samples: int) -> Values:
        """Return the times of the first `samples` samples."""
        found: Values = self.start + np.arange(samples, dtype=np.float64) * self.step
        return found


@dataclass(frozen=True, slots=True)
class Clock:
    """Channels that were sampled together.

    time: the steady axis, or None when the moments are the first column of every block.
    blocks: float64 arrays of shape (samples, columns), in order of time; a column for each channel, NaN for a gap.
    """

    channels: tuple[Channel, ...]
    time: Steady | None
    blocks: Iterable[Values]

    @property
    def columns(self) -> int:
        """How many columns a block has."""
        return len(self.channels) + int(self.time is None)


def clocks(trace: Trace) -> tuple[Clock, ...]:
    """Return the clocks of a trace, in the order in which its channels name them first."""
    axes: dict[int, tuple[Values, list[ChannelTrace]]] = {}
    for channel in trace.channels:
        axis = trace.axis(channel)
        axes.setdefault(id(axis), (axis, []))[1].append(channel)
    return tuple(_clock(time, channels) for time, channels in axes.values())


def _clock(time: Values, channels: Sequence[ChannelTrace]) -> Clock:
    steady = Steady.of(time)
    values = [each.values for each in channels]
    return Clock(tuple(each.channel for each in channels), steady, _Blocks(values if steady else [time, *values]))


@dataclass(frozen=True, slots=True)
class _Blocks:
    columns: Sequence[Values]

    def __iter__(self) -> Iterator[Values]:
        for first in range(0, len(self.columns[0]), _BLOCK_SAMPLES):
            yield np.column_stack([column[first : first + _BLOCK_SAMPLES] for column in self.columns])
