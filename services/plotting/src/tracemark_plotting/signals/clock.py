"""One time axis of a log and the channels along it, in blocks, so that a log may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.spill import Doubles
from tracemark_plotting.trace import Trace

Values = npt.NDArray[np.float64]

_BLOCK_SAMPLES = 1 << 17


@dataclass(frozen=True, slots=True)
class Steady:
    """A time axis that needs no column: sample `i` lies at `start + i * step`, to the last digit of a double."""

    start: float
    step: float

    @classmethod
    def of(cls, time: Doubles) -> Steady | None:
        """Return the axis that gives exactly these moments, or None when there is none."""
        if len(time) < 2:
            return None
        start = float(time[0])
        for step in dict.fromkeys((float(time[1]) - start, (float(time[-1]) - start) / (len(time) - 1))):
            axis = cls(start, step)
            if step > 0 and axis._gives(time):
                return axis
        return None

    def moments(self, samples: int, first: int = 0) -> Values:
        """Return the times of `samples` samples, from the one numbered `first` on."""
        found: Values = self.start + np.arange(first, first + samples, dtype=np.float64) * self.step
        return found

    def _gives(self, time: Doubles) -> bool:
        parts = ((first, time[first : first + _BLOCK_SAMPLES]) for first in range(0, len(time), _BLOCK_SAMPLES))
        return all(np.array_equal(self.moments(len(part), first), part) for first, part in parts)


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
    """Return the clocks of a trace, in the order in which its channels name them first.

    Of a channel whose samples are neither in memory nor on disk they hold the extremes, along a time of its own.
    """
    axes: dict[int, tuple[Doubles, list[Channel], list[Doubles]]] = {}
    for each in trace.channels:
        samples = trace.kept(each)
        _, channels, values = axes.setdefault(id(samples.time), (samples.time, [], []))
        channels.append(each.channel)
        values.append(samples.values)
    return tuple(_clock(*each) for each in axes.values())


def _clock(time: Doubles, channels: Sequence[Channel], values: Sequence[Doubles]) -> Clock:
    steady = Steady.of(time)
    return Clock(tuple(channels), steady, _Blocks(values if steady else [time, *values]))


@dataclass(frozen=True, slots=True)
class _Blocks:
    columns: Sequence[Doubles]

    def __iter__(self) -> Iterator[Values]:
        for first in range(0, len(self.columns[0]), _BLOCK_SAMPLES):
            yield np.column_stack([column[first : first + _BLOCK_SAMPLES] for column in self.columns])
