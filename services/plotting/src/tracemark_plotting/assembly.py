"""The trace of a log's tracks: one zero and one unit of time for all, and notes of what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import ClockTime, ElapsedTime, SensorProfile, TimeUnit
from tracemark_plotting.extremes import Extremes
from tracemark_plotting.logs.columns import Columns, Values
from tracemark_plotting.spill import Spill, SpilledDoubles
from tracemark_plotting.trace import ChannelTrace, Exact, Recorded, Trace
from tracemark_plotting.tracks import Samples, Track, Tracks

_LARGE_OFFSET = 100_000
"""A time that begins at so many times its span cannot be read off an axis: it is shown from the first sample on."""

_FAR = 10**200  # no conversion of unit takes a float beyond its bounds below
_WHOLE, _WIDEST = 2**53, 2**64  # up to the first every whole number is a double; integers of 64 bits end at the second
_TITLE = 60  # characters of a title in a note
_FROM_FIRST_SAMPLE = "Time since first sample (s)"
_FROM_FIRST_SAMPLE_OF_NO_UNIT = "Time since first sample"
_NO_UNIT = "The log does not say in which unit its time counts."


@dataclass(frozen=True, slots=True)
class _Epoch:
    """From when a number of `unit` counts, if it lies between `least` and `most` seconds: the years 2000 to 2050."""

    begin: datetime
    least: float
    most: float
    days_only: bool = False


# Excel's serial days; Unix; LabVIEW; Windows and Beckhoff. In the same unit no two of them overlap, and no process
# runs for thirty years.
_EPOCHS = (
    _Epoch(datetime(1899, 12, 30), 36_526 * 86_400.0, 54_789 * 86_400.0, days_only=True),
    _Epoch(datetime(1970, 1, 1, tzinfo=UTC), 946_684_800.0, 2_524_608_000.0),
    _Epoch(datetime(1904, 1, 1, tzinfo=UTC), 3_029_529_600.0, 4_607_452_800.0),
    _Epoch(datetime(1601, 1, 1, tzinfo=UTC), 12_591_158_400.0, 14_169_081_600.0),
)


@dataclass(frozen=True, slots=True)
class _Axis:
    """Where time is 0, in seconds of the tracks' clocks, in which unit it is shown, and what is to be said about it."""

    zero: Fraction
    unit: TimeUnit
    title: str
    start: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Times:
    """The time of a track, as it is shown: in memory, or, of samples that are too many for it, on disk or nowhere."""

    held: Values | None
    spilled: SpilledDoubles | None


def join(
    blocks: Iterator[Columns],
    profile: SensorProfile,
    place: str,
    *,
    max_rows: int,
    offset: float = 0.0,
    spill: Spill | None = None,
) -> Trace:
    """Return the trace of a log; see `tracemark_plotting.trace.read_log`."""
    tracks = Tracks.of(profile, place, spill)
    if offset and profile.time.unit is TimeUnit.UNKNOWN:
        raise InvalidLog(
            "its offset is in seconds, but nobody knows in which unit its time counts",
            place=place,
            expected="a time of a known unit, or no offset",
            remedy="give the `unit` of `time` in the sensor profile, or leave `offset` out of the input document",
        )
    tracks.read(blocks, max_rows)
    reordered = [track for track in tracks.tracks if not track.timeline.ascending]
    for track in reordered:
        _sort(track)
    axis = _axis(tracks)
    axes = {id(track): _times(track, axis, offset, tracks.is_exact) for track in tracks.tracks}
    channels = _channels(tracks, axes, axis, offset)
    first = channels[0]
    shared = axes[id(tracks.tracks[0])].held
    return Trace(
        time=first.time if shared is None and first.time is not None else _present(shared),
        time_title=axis.title,
        channels=channels,
        reordered=bool(reordered),
        repeated=sum(track.timeline.repeated for track in tracks.tracks),
        notes=(*_notes(tracks, axis, bool(reordered)), *_rounded(channels)),
        start=axis.start - timedelta(seconds=offset) if axis.start else None,
    )


def _present(values: Values | None) -> Values:
    return np.empty(0) if values is None else values


def _sort(track: Track) -> None:
    time = np.concatenate(track.times)
    order = np.argsort(time, kind="stable")
    track.times[:] = [time[order]]
    for samples in track.channels:
        samples.values[:] = [np.concatenate(samples.values)[order]]
    track.timeline.repeated = int(np.count_nonzero(np.diff(track.times[0]) == 0))


def _axis(tracks: Tracks) -> _Axis:
    profile = tracks.profile
    firsts = [_absolute(track, track.first) for track in tracks.tracks]
    first = min(firsts)
    clocks = [track.clock for track in tracks.tracks]
    clock = clocks[0]
    if isinstance(clock, ClockTime):
        start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=float(first)) if clock.has_date else None
        zoned = clock.format == "iso" or "%z" in clock.format
        return _Axis(
            first,
            profile.time.unit.shown,
            profile.time_title,
            start if zoned or not start else start.replace(tzinfo=None),
        )
    if all(isinstance(each, ElapsedTime) for each in clocks):
        if clock.unit is TimeUnit.UNKNOWN:
            return _axis_of_no_unit(tracks, first)
        epoch = _epoch(firsts, clocks[0].unit)
        if epoch:
            start = epoch.begin + timedelta(seconds=float(first))
            return _Axis(first, TimeUnit.SECONDS, _FROM_FIRST_SAMPLE, start, f"Time counts from {_moment(start)}.")
        if _is_far(tracks, first):
            shown = f"{float(first / profile.time.unit.seconds):,.15g} {profile.time.unit.symbol}"
            return _Axis(
                first, TimeUnit.SECONDS, _FROM_FIRST_SAMPLE, None, f"Time counts from {shown} of the log's own."
            )
    return _Axis(Fraction(0), profile.time.unit.shown, profile.time_title)


def _axis_of_no_unit(tracks: Tracks, first: Fraction) -> _Axis:
    """Return the axis of numbers that only their log understands: no epoch can be told from a count."""
    if not _is_far(tracks, first):
        return _Axis(Fraction(0), TimeUnit.UNKNOWN, tracks.profile.time_title)
    note = f"Time counts from {float(first):,.15g} of the log's own."
    return _Axis(first, TimeUnit.UNKNOWN, _FROM_FIRST_SAMPLE_OF_NO_UNIT, None, note)


def _is_far(tracks: Tracks, first: Fraction) -> bool:
    """Whether the first moment lies so many spans from 0 that an axis could not show what goes on."""
    span = max(_absolute(track, track.last) for track in tracks.tracks) - first
    return bool(span) and _LARGE_OFFSET * span <= abs(first) < _FAR


def _absolute(track: Track, moment: float) -> Fraction:
    """Return a moment of a track in seconds of its clock."""
    return (track.timeline.origin + Fraction(moment)) * track.clock.unit.seconds


def _epoch(firsts: list[Fraction], unit: TimeUnit) -> _Epoch | None:
    for epoch in _EPOCHS:
        fits = all(epoch.least <= first < epoch.most for first in firsts)
        if fits and (unit is TimeUnit.DAYS or not epoch.days_only):
            return epoch
    return None


def _moment(moment: datetime) -> str:
    zone = " UTC" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{zone}"


def _times(track: Track, axis: _Axis, offset: float, exact: bool) -> _Times:
    """Return the time of all samples of a track; `exact`: whether those that are too many for memory are on disk."""
    if not track.channels[0].extremes:
        return _Times(_shown(_whole(track.times), track, axis, offset), None)
    spilled = track.spilled_times if exact else None
    return _Times(None, spilled.seen(lambda time: _shown(time, track, axis, offset)) if spilled else None)


def _shown(time: Values, track: Track, axis: _Axis, offset: float) -> Values:
    """Return a track's numbers of time on the axis of the trace."""
    scale = track.clock.unit.seconds / axis.unit.seconds
    shift = float(track.timeline.origin - axis.zero / track.clock.unit.seconds)
    time = time + shift if shift else time  # before it is scaled: a large offset must leave nothing behind
    if scale != 1:  # one of the two is 1: nothing is multiplied by a rounded 0.001
        time = time * scale.numerator / scale.denominator
    return time + axis.unit.from_seconds(offset) if offset else time


def _channels(tracks: Tracks, axes: dict[int, _Times], axis: _Axis, offset: float) -> tuple[ChannelTrace, ...]:
    first = tracks.tracks[0]
    found = {}
    for track in tracks.tracks:
        times = axes[id(track)]
        for samples in track.channels:
            _refuse_empty(samples, tracks.place)
            if samples.extremes:
                found[samples.channel.key] = _long(samples, samples.extremes, track, times.spilled, axis, offset)
            else:
                own = None if track is first else times.held
                found[samples.channel.key] = ChannelTrace(samples.channel, _whole(samples.values), own)
    return tuple(found[channel.key] for channel in tracks.profile.channels)


def _refuse_empty(samples: Samples, place: str) -> None:
    if samples.gaps == samples.count:
        raise InvalidLog(
            f"channel {quoted(samples.channel.key)} (column {quoted(samples.channel.column)}) has no finite value",
            place=place,
            expected="at least one number",
            remedy="correct the column in the sensor profile, or leave the item out",
        )


def _long(
    samples: Samples, extremes: Extremes, track: Track, moments: SpilledDoubles | None, axis: _Axis, offset: float
) -> ChannelTrace:
    """Return a channel whose samples are too many for memory."""
    time = np.concatenate([extremes.time, *track.times])
    values = np.concatenate([extremes.values, *samples.values])
    exact = Exact(moments, samples.spilled) if moments and samples.spilled else None
    recorded = Recorded(samples.count, samples.gaps, exact)
    return ChannelTrace(samples.channel, values, _shown(time, track, axis, offset), recorded)


def _whole(parts: list[Values]) -> Values:
    if len(parts) > 1:
        parts[:] = [np.concatenate(parts)]
    return parts[0]


def _notes(tracks: Tracks, axis: _Axis, reordered: bool) -> tuple[str, ...]:
    timelines = dict.fromkeys(note for track in tracks.tracks for note in track.timeline.notes)
    passed_over = (f"{_counted(count, what)} left out." for what, count in tracks.passed_over.items())
    samples = {each.channel.key: each for track in tracks.tracks for each in track.channels}
    gaps = (
        f"{channel.title[:_TITLE]}: {counted.gaps:,} of {counted.count:,} values missing, shown as gaps."
        for channel in tracks.profile.channels
        if (counted := samples[channel.key]).gaps
    )
    found = [*timelines, *(["Rows sorted by time."] if reordered else []), *passed_over, *gaps, axis.note]
    found += [_NO_UNIT] if axis.unit is TimeUnit.UNKNOWN else []
    return tuple(note for note in found if note)


def _rounded(channels: tuple[ChannelTrace, ...]) -> tuple[str, ...]:
    """Say of which channels the last digits may not be those of the log: a value is a double, whatever it was."""
    return tuple(
        f"{each.channel.title[:_TITLE]}: whole numbers beyond {_WHOLE:,} are rounded to the nearest double."
        for each in channels
        if _holds_wide(each.values)
    )


def _holds_wide(values: Values) -> bool:
    size = np.abs(values)
    return bool(((size >= _WHOLE) & (size < _WIDEST)).any())


def _counted(count: int, what: str) -> str:
    """Return `1 repeated header` for `repeated headers`: the first plural noun loses its s."""
    if count != 1:
        return f"{count:,} {what}"
    first, *rest = re.split(r"(?<=s)(?= |$)", what, maxsplit=1)
    return f"1 {first.removesuffix('s')}{''.join(rest)}"
