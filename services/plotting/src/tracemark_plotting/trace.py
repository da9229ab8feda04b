"""A sensor log as numbers: one time axis, and the values of each channel along it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Channel, ClockTime, SensorProfile
from tracemark_plotting.logs.faults import refuse_time
from tracemark_plotting.logs.table import LogTable, read_table

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChannelTrace:
    """The values of one channel in its profile's unit, along the time of its trace; NaN is a gap."""

    channel: Channel
    values: Values

    @property
    def gaps(self) -> int:
        """How many samples are missing."""
        return int(np.count_nonzero(np.isnan(self.values)))


@dataclass(frozen=True, slots=True)
class Trace:
    """One log.

    time: ascending, finite, in the unit of `time_title`; equal moments may repeat.
    channels: in profile order, each as long as `time`, each with at least one finite value.
    reordered: whether the rows had to be sorted by time. repeated: how many rows share the moment before them.
    """

    time: Values
    time_title: str
    channels: tuple[ChannelTrace, ...]
    reordered: bool
    repeated: int

    @property
    def notes(self) -> dict[str, int | bool | dict[str, int]]:
        """What a reader of the log's charts may want to know, for the function's log line."""
        gaps = {trace.channel.key: trace.gaps for trace in self.channels if trace.gaps}
        return {
            "samples": len(self.time),
            "gaps": gaps,
            "reordered": self.reordered,
            "repeated_timestamps": self.repeated,
        }

    def moved(self, offset: float) -> Trace:
        """Return the log `offset` later, in the unit of its time."""
        return replace(self, time=self.time + offset) if offset else self


def read_trace(data: bytes, profile: SensorProfile, *, max_rows: int, place: str) -> Trace:
    """Read a log by its profile; `place` is how errors call it.

    Blank, NaN and infinite cells become gaps. Rows are sorted by time, stably.

    Raises:
        InvalidLog: the log contradicts the profile, a row has no time, or a channel has no finite value.
        ObjectTooLarge: more than `max_rows` rows.
    """
    table = read_table(data, profile, max_rows, place)
    time = _time(table, profile)
    order = np.argsort(time, kind="stable") if np.any(time[1:] < time[:-1]) else None
    if order is not None:
        time = time[order]
    return Trace(
        time=time,
        time_title=profile.time_title,
        channels=tuple(_channel(table, channel, order) for channel in profile.channels),
        reordered=order is not None,
        repeated=int(np.count_nonzero(time[1:] == time[:-1])),
    )


def _time(table: LogTable, profile: SensorProfile) -> Values:
    if isinstance(profile.time, ClockTime):
        return _seconds(table, profile.time)
    found = table.numbers(profile.time.column)
    unusable = np.flatnonzero(~np.isfinite(found))
    if unusable.size:
        refuse_time(table.text, int(unusable[0]), f"a number of {profile.time.unit.symbol}")
    return found


def _seconds(table: LogTable, clock: ClockTime) -> Values:
    first, *rest = (table.strings(column) for column in clock.columns)
    stamps = first.str.cat(rest, sep=" ") if rest else first
    moments = _moments(stamps.str.strip(), clock, table.text.place)
    unusable = np.flatnonzero(moments.isna().to_numpy())
    if unusable.size:
        refuse_time(table.text, int(unusable[0]), f"date and time as {quoted(clock.format)}")
    found: Values = ((moments - moments.min()) / np.timedelta64(1, "s")).to_numpy(dtype=np.float64)
    return found


def _moments(stamps: pd.Series, clock: ClockTime, place: str) -> pd.Series:
    try:
        return pd.to_datetime(stamps, format=clock.format, errors="coerce", utc=True)
    except ValueError as error:
        raise InvalidLog(
            f"date and time cannot be read as {quoted(clock.format)} ({error})",
            place=place,
            expected="a format of Python's strptime",
            remedy="correct `time` in the sensor profile",
        ) from error


def _channel(table: LogTable, channel: Channel, order: npt.NDArray[np.intp] | None) -> ChannelTrace:
    values = table.numbers(channel.column)
    if order is not None:
        values = values[order]
    if (channel.scale, channel.offset) != (1, 0):
        with np.errstate(over="ignore", invalid="ignore"):
            values = values * channel.scale + channel.offset
    finite = np.isfinite(values)
    if not finite.any():
        raise InvalidLog(
            f"channel {quoted(channel.key)} (column {quoted(channel.column)}) has no finite value",
            place=table.text.place,
            expected="at least one number",
            remedy="correct the column in the sensor profile, or leave the item out",
        )
    return ChannelTrace(channel, values if finite.all() else np.where(finite, values, np.nan))
