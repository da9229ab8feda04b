"""A sensor log as numbers: the values of each channel along its time, and what was done to get there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tracemark.profile.sensor_profile import Channel, SensorProfile
from tracemark_plotting.logs.columns import Values
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.spill import Doubles, Spill, disk_watched

__all__ = ("ChannelTrace", "Exact", "Recorded", "Trace", "Values", "read_log", "read_trace")


@dataclass(frozen=True, slots=True)
class Exact:
    """Every sample of a channel, in memory or on disk; the channels of one clock have the same `time`."""

    time: Doubles
    values: Doubles


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a channel had before it was thinned to bound memory; `exact` as long as the `Spill` of its log is open."""

    samples: int
    gaps: int
    exact: Exact | None = None


@dataclass(frozen=True, slots=True)
class ChannelTrace:
    """The values of one channel in its profile's unit; NaN is a gap.

    time: as long as `values`, ascending, in the unit of the trace's `time_title`; None: the trace's own `time` holds.
    recorded: what there was, where the samples here are the extremes only; None: all samples are here.
    """

    channel: Channel
    values: Values
    time: Values | None = None
    recorded: Recorded | None = None

    @property
    def samples(self) -> int:
        """How many samples the log holds."""
        return self.recorded.samples if self.recorded else len(self.values)

    @property
    def gaps(self) -> int:
        """How many samples are missing."""
        return self.recorded.gaps if self.recorded else int(np.count_nonzero(np.isnan(self.values)))


@dataclass(frozen=True, slots=True)
class Trace:
    """One log.

    time: ascending, finite, in the unit of `time_title`; equal moments may repeat. It belongs to every channel that has
        no time of its own; ask `axis`.
    channels: in profile order, each as long as its axis, each with at least one finite value.
    reordered: whether the rows had to be sorted by time. repeated: how many rows share the moment before them.
    notes: what was done to the log, in plain words, for whoever looks at its charts; empty when nothing was.
    start: the moment at which `time` is 0, where the log tells; without a zone it is the recorder's local time.
    """

    time: Values
    time_title: str
    channels: tuple[ChannelTrace, ...]
    reordered: bool
    repeated: int
    notes: tuple[str, ...] = ()
    start: datetime | None = None

    def axis(self, channel: ChannelTrace) -> Values:
        """Return the time of each sample of a channel."""
        return self.time if channel.time is None else channel.time

    def exact(self, channel: ChannelTrace) -> Exact | None:
        """Return every sample of a channel; None where the extremes are all that was kept."""
        return channel.recorded.exact if channel.recorded else Exact(self.axis(channel), channel.values)

    def kept(self, channel: ChannelTrace) -> Exact:
        """Return every sample of a channel, or its extremes, along a time of their own, where they are all that is."""
        return self.exact(channel) or Exact(self.axis(channel), channel.values)

    @property
    def is_exact(self) -> bool:
        """Whether every sample of every channel is there."""
        return all(self.exact(channel) for channel in self.channels)

    @property
    def samples(self) -> int:
        """How many samples the longest channel has."""
        return max(channel.samples for channel in self.channels)

    @property
    def span(self) -> tuple[float, float]:
        """The first and the last moment of any channel."""
        axes = [axis for axis in map(self.axis, self.channels) if len(axis)] or [self.time]
        return min(float(axis[0]) for axis in axes), max(float(axis[-1]) for axis in axes)

    @property
    def summary(self) -> dict[str, int | bool | dict[str, int]]:
        """What a reader of the function's log line may want to know."""
        gaps = {trace.channel.key: trace.gaps for trace in self.channels if trace.gaps}
        return {
            "samples": self.samples,
            "gaps": gaps,
            "reordered": self.reordered,
            "repeated_timestamps": self.repeated,
        }


def read_trace(data: bytes, profile: SensorProfile, *, max_rows: int, place: str, offset: float = 0.0) -> Trace:
    """Read a log that lies in memory; see `read_log`."""
    return read_log(LogFile.of(data, place), profile, max_rows=max_rows, offset=offset)


def read_log(
    file: LogFile, profile: SensorProfile, *, max_rows: int, offset: float = 0.0, spill: Spill | None = None
) -> Trace:
    """Read a log by its profile, in the format that its content shows, in bounded memory.

    offset: seconds to add to the log's time, where its clock began later than that of the item. spill: where samples go
    that are too many for memory; None: of those the extremes are kept.

    Raises:
        InvalidLog: the log contradicts the profile, a row has no time, time steps back, or a channel has no number.
        ObjectTooLarge: more than `max_rows` rows.
        DiskFull: there is no room for temporary files.
    """
    from tracemark_plotting.assembly import join
    from tracemark_plotting.logs.formats import format_of  # formats are many, and bring their libraries

    with disk_watched(file.place):
        blocks = format_of(file).blocks(file, profile)
        return join(blocks, profile, file.place, max_rows=max_rows, offset=offset, spill=spill)
