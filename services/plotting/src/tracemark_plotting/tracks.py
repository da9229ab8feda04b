"""From blocks of columns to a trace: channels that share clock and rows are one track."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tracemark.errors import InvalidLog, ObjectTooLarge, quoted
from tracemark.profile.sensor_profile import Channel, Clock, Condition, ElapsedTime, Order, SensorProfile
from tracemark_plotting.clocks import missing_times
from tracemark_plotting.extremes import Extremes
from tracemark_plotting.logs.columns import Columns, Mask, Values
from tracemark_plotting.spill import Spill, SpilledDoubles
from tracemark_plotting.timeline import Timeline

MIN_ROWS = 2
NO_VALUE = (9.8e37, 3.5e38)
"""Between these, with either sign, instruments mean overload or no measurement: 9.9E37, 9.91E37, the largest float."""
MOST_CELLS = 16 * 1024 * 1024
"""How many numbers of a log are held in memory; of a longer one the extremes are, and its samples lie on disk."""
_EXTREMES_SHARE = 4
"""One part in so many of `MOST_CELLS` is how many extremes all channels together may have."""


@dataclass
class Samples:
    """The samples of one channel so far.

    values: those in memory, all of them unless there are too many. extremes: of those that were there before.
    spilled: all of them, in a log that is too long for memory, unless that was not asked for.
    """

    channel: Channel
    values: list[Values] = field(default_factory=list)
    extremes: Extremes | None = None
    spilled: SpilledDoubles | None = None
    count: int = 0
    gaps: int = 0

    def add(self, values: Values, *, complete: bool) -> None:
        """Take the next values; `complete`: none of them is a gap."""
        self.values.append(values)
        self.count += len(values)
        if not complete:
            self.gaps += int(np.count_nonzero(np.isnan(values)))


class Track:
    """Channels of one clock, and of rows chosen in one way."""

    def __init__(self, clock: Clock, where: tuple[Condition, ...], own_clock: bool, profile: SensorProfile) -> None:
        self.clock, self.where, self._own_clock = clock, where, own_clock
        self.timeline = Timeline(clock, profile.order)
        self.channels: list[Samples] = []
        self.times: list[Values] = []
        self.spilled_times: SpilledDoubles | None = None
        self.rows = 0
        self.first, self.last = math.inf, -math.inf
        self._gap_numbers = profile.text.gap_numbers

    def add(self, columns: Columns) -> None:
        """Take the next rows.

        Raises:
            InvalidLog: a column is missing, a cell is no number, or time cannot be used.
        """
        view = _chosen(columns, self.where)
        if isinstance(self.clock, ElapsedTime):
            view.numbers(self.clock.column)  # a wrong cell of time is named before one of a channel
        values, complete = zip(*(self._values(view, samples.channel) for samples in self.channels), strict=True)
        if self._own_clock:
            kept = ~(missing_times(view, self.clock) & np.logical_and.reduce([np.isnan(each) for each in values]))
            if not kept.all():
                view, values = view.take(np.flatnonzero(kept)), tuple(each[kept] for each in values)
        length = len(values[0])
        _refuse_other_length(view, self.channels, values)
        time = self.timeline.add(view, length)
        if len(time) != length:
            raise _uneven(view, self.channels[0].channel, length, len(time))
        self.rows += length
        if length:
            ends = time[[0, -1]] if self.timeline.ascending else time
            self.first = min(self.first, float(ends.min()))
            self.last = max(self.last, float(ends.max()))
        self.times.append(time)
        for samples, each, whole in zip(self.channels, values, complete, strict=True):
            samples.add(each, complete=whole)

    @property
    def held(self) -> int:
        """How many numbers are in memory, without extremes."""
        return sum(map(len, self.times)) * (1 + len(self.channels))

    def spill(self, spill: Spill) -> None:
        """Write what is in memory to disk as well; nothing of a track is there any more when `spill` is full."""
        if not spill.reserve(self.held):
            return
        self.spilled_times = _spilled(self.spilled_times, self.times, spill)
        for samples in self.channels:
            samples.spilled = _spilled(samples.spilled, samples.values, spill)

    def keep_extremes(self, room: int) -> None:
        """Give up what is in memory but for the extremes, at most about `room` of each channel."""
        time = joined(self.times)
        for samples in self.channels:
            samples.extremes = samples.extremes or Extremes(room)
            samples.extremes.add(time, joined(samples.values))
            samples.values.clear()
        self.times.clear()

    def _values(self, columns: Columns, channel: Channel) -> tuple[Values, bool]:
        """Return a channel's next values, NaN where one is missing, and whether none is."""
        values = columns.numbers(channel.column)
        if not self._gap_numbers and (channel.scale, channel.offset) == (1, 0) and _all_finite(values):
            return values, True
        size = np.abs(values)
        gaps = ~np.isfinite(values) | ((size >= NO_VALUE[0]) & (size < NO_VALUE[1]))
        for number in self._gap_numbers:
            gaps |= values == number
        if (channel.scale, channel.offset) != (1, 0):
            with np.errstate(over="ignore", invalid="ignore"):
                values = values * channel.scale + channel.offset
            gaps |= ~np.isfinite(values)
        return (np.where(gaps, np.nan, values), False) if gaps.any() else (values, True)


def _all_finite(values: Values) -> bool:
    """Whether every number is finite and stands for a value; in a third of the time of looking at each.

    The ends tell it: NaN is an end of all numbers among which it is. Where they are large, each is looked at by itself.
    """
    return not len(values) or bool(-NO_VALUE[0] < values.min() and values.max() < NO_VALUE[0])


@dataclass
class Tracks:
    """All tracks of a log, and what was passed over while it was read."""

    profile: SensorProfile
    place: str
    tracks: list[Track]
    spill: Spill | None = None
    passed_over: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, profile: SensorProfile, place: str, spill: Spill | None = None) -> Tracks:
        """Return a profile's tracks, still empty; the samples that are too many for memory go to `spill`."""
        found: dict[tuple[Clock, tuple[Condition, ...]], Track] = {}
        for channel in profile.channels:
            clock, where = profile.clock(channel), (*profile.where, *channel.where)
            track = found.setdefault((clock, where), Track(clock, where, channel.time is not None, profile))
            track.channels.append(Samples(channel))
        return cls(profile, place, list(found.values()), spill)

    def read(self, blocks: Iterator[Columns], max_rows: int) -> None:
        """Take all blocks.

        Raises:
            InvalidLog: the log contradicts the profile.
            ObjectTooLarge: more than `max_rows` rows.
        """
        for block in blocks:
            for track in self.tracks:
                track.add(block)
            self.passed_over.update(block.passed_over)
            _refuse_too_many(max(track.rows for track in self.tracks), max_rows, self.place)
            if sum(track.held for track in self.tracks) > MOST_CELLS:
                self._refuse_to_sort()
                self._spill()
                self._keep_extremes()
        if self._is_long:
            self._spill()
        for track in self.tracks:
            _refuse_too_few(track, self.place)

    @property
    def is_exact(self) -> bool:
        """Whether every sample is there, in memory or on disk."""
        return not self._is_long or (self.spill is not None and not self.spill.is_full)

    @property
    def _is_long(self) -> bool:
        return any(samples.extremes for track in self.tracks for samples in track.channels)

    def _spill(self) -> None:
        for track in self.tracks:
            if self.spill and not self.spill.is_full:
                track.spill(self.spill)

    def _keep_extremes(self) -> None:
        room = MOST_CELLS // (_EXTREMES_SHARE * len(self.profile.channels))
        for track in self.tracks:
            track.keep_extremes(room)

    def _refuse_to_sort(self) -> None:
        if self.profile.order is Order.SORT:
            raise ObjectTooLarge(
                "the log is too long to be sorted",
                place=self.place,
                expected=f"at most {MOST_CELLS:,} numbers where `order: sort` asks for the whole log at once",
                remedy="sort the log by its time, or split it",
            )


def _chosen(columns: Columns, where: tuple[Condition, ...]) -> Columns:
    kept: Mask | None = None
    for condition in where:
        words = columns.words(condition.column).astype("str").str.strip()
        found = words.isin(condition.values).to_numpy()
        kept = found if kept is None else kept & found
    return columns if kept is None or kept.all() else columns.take(np.flatnonzero(kept))


def _refuse_other_length(columns: Columns, channels: Sequence[Samples], values: Sequence[Values]) -> None:
    for samples, each in zip(channels, values, strict=True):
        if len(each) != len(values[0]):
            raise _uneven(columns, samples.channel, len(each), len(values[0]))


def _uneven(columns: Columns, channel: Channel, values: int, times: int) -> InvalidLog:
    return InvalidLog(
        f"channel {quoted(channel.key)} has {values:,} values and its time {times:,}",
        place=columns.place,
        expected="a time for each value",
        remedy="give the channel a `time` of its own in the sensor profile",
    )


def _refuse_too_many(rows: int, max_rows: int, place: str) -> None:
    if rows > max_rows:
        raise ObjectTooLarge(
            f"the log has {rows:,} rows",
            place=place,
            expected=f"at most {max_rows:,}",
            remedy="split the log, or raise MAX_ROWS",
        )


def _refuse_too_few(track: Track, place: str) -> None:
    if track.rows >= MIN_ROWS:
        return
    chosen = " and ".join(f"{each.column} = {' or '.join(each.values)}" for each in track.where)
    raise InvalidLog(
        f"the log has {track.rows} rows of numbers" + (f" where {quoted(chosen)}" if chosen else ""),
        place=place,
        expected=f"at least {MIN_ROWS}: a line needs two points",
        remedy=f"check the recording, and `{'where' if chosen else 'header'}` in the sensor profile",
    )


def _spilled(column: SpilledDoubles | None, parts: Sequence[Values], spill: Spill) -> SpilledDoubles:
    column = column or spill.column()
    for part in parts:
        column.append(part)
    return column


def joined(parts: list[Values]) -> Values:
    """Return parts as one array; one alone is not copied."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0)
