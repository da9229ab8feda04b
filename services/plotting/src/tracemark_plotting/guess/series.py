"""The guess of a log that names its series: which of them is time, and which are channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tracemark.profile.keys import MAX_TEXT
from tracemark.profile.sensor_profile import Channel, Order, SensorProfile, TextFormat
from tracemark.profile.time import ISO, Clock, ClockTime, ElapsedTime, SampleRate, TimeUnit
from tracemark_plotting.guess.cells import SENTINEL, Marks, number
from tracemark_plotting.guess.names import Name, slug, title
from tracemark_plotting.guess.no_value import suspicious
from tracemark_plotting.guess.result import Guess, Known, LeftColumn, Question, named_columns
from tracemark_plotting.guess.tags import MAX_CHANNELS
from tracemark_plotting.guess.units import FoundUnit, differing_units, unit_of_values
from tracemark_plotting.guess.vocabulary import INDEX_WORDS
from tracemark_plotting.logs.columns import Values
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.formats import LogFormat
from tracemark_plotting.logs.stored.series import Series

SHOWN_ROWS = 3
MIN_SAMPLES = 2
_NAMED = 30


@dataclass(frozen=True, slots=True)
class _Timed:
    """Series of one clock; `clock` of None: they have none that is certain."""

    clock: Clock | None
    series: tuple[Series, ...]
    found: FoundUnit


class _Log:
    """An open log and what the user says of it."""

    def __init__(self, file: LogFile, found: LogFormat, known: Known) -> None:
        self.file, self.format, self.known = file, found, known
        self.series: Sequence[Series] = found.series(file) if found.series else ()

    def values(self, name: str) -> Values:
        """Return a series by the reader itself, so that a guess sees what the chart will show."""
        channel = Channel("x", name, "x")
        profile = SensorProfile("x", TextFormat(), SampleRate(1.0), (channel,))
        blocks = [block.numbers(name) for block in self.format.blocks(self.file, profile)]
        return np.concatenate(blocks) if blocks else np.empty(0)

    def times(self) -> list[Series]:
        """Return the series that hold time: those the user names, else moments, then numbers that are called time."""
        if self.known.time is not None:
            return [each for each in self.series if each.name == self.known.time]
        moments = [each for each in self.series if each.kind == "moment"]
        named = [each for each in self.series if each.kind == "number" and _name(each).like_time and not each.clock]
        exact = sorted(named, key=lambda each: not _name(each).means_time)
        return moments or [each for each in exact if _rises(self.values(each.name))]


def guess_series(file: LogFile, found: LogFormat, known: Known, name: str) -> Guess:
    """Guess a log of named series; `name` becomes the profile's.

    Raises:
        InvalidLog: the file is damaged, or its library is not installed.
    """
    log = _Log(file, found, known)
    groups = _groups(log)
    channels, clocks = _channels(groups)
    notes = [note for group in groups for note in group.found.notes]
    questions = [question for group in groups for question in group.found.questions]
    questions += differing_units(clocks)
    left = tuple(_left(log, channels, clocks))
    if not channels:
        why = f" (not drawn: {named_columns(left)})" if left else ""
        options = ("--time NAME", "--rate HZ")
        questions = [Question(f"no series of numbers with a time was found{why}", options)]
    questions += _wrong_channels(log, channels, left)
    gaps, gap_questions = _gaps(log, channels)
    questions += gap_questions
    profile = SensorProfile(name, gaps, clocks[0], channels, (), known.order or Order.FORWARD) if channels else None
    columns, rows = _shown(log, channels, clocks)
    asked, said = tuple(dict.fromkeys(questions)), tuple(dict.fromkeys(notes))
    shown = tuple(each for each in left if not known.channels)  # else the user has left them out
    return Guess(found.name, profile, asked, said, columns, rows, left=shown)


def _gaps(log: _Log, channels: Sequence[Channel]) -> tuple[TextFormat, list[Question]]:
    """Return the numbers for no value, and questions about those that may be values."""
    numbers = [value for gap in log.known.gaps if (value := number(gap, Marks())) is not None]
    questions: list[Question] = []
    for channel in channels:
        values = log.values(str(channel.column))
        numbers += np.unique(values[np.isfinite(values) & (np.abs(values) >= SENTINEL)])[:_NAMED].tolist()
        questions += suspicious(values, str(channel.column), log.known.gaps)
    return TextFormat(gap_numbers=tuple(dict.fromkeys(numbers))), questions[:5]


def _left(log: _Log, channels: Sequence[Channel], clocks: Sequence[Clock]) -> Iterator[LeftColumn]:
    """Yield the series that are neither drawn nor time, and why."""
    told = {channel.column for channel in channels} | {column for clock in clocks for column in clock.columns}
    for position, each in enumerate(log.series):
        if each.name not in told:
            yield LeftColumn(position, each.name, _reason(log, each, len(channels)))


def _reason(log: _Log, series: Series, drawn: int) -> str:
    if series.kind == "moment":
        return "moments, not taken for the time"
    if series.kind != "number":
        return "no numbers"
    if series.samples < MIN_SAMPLES:
        return f"{series.samples} samples"
    if _name(series).word in INDEX_WORDS:
        return "it counts the samples; --channel draws it"
    if series.name in {each.name for each in log.times()}:
        return "taken for another time"
    return f"{MAX_CHANNELS} channels are drawn, choose with --channel" if drawn >= MAX_CHANNELS else "without a time"


def _wrong_channels(log: _Log, channels: Sequence[Channel], left: Sequence[LeftColumn]) -> Iterator[Question]:
    """Yield what is wrong with series that the user names as channels: no answer but other names helps."""
    reasons = {each.name: each.reason for each in left}
    names = [each.name for each in log.series]
    for name in log.known.channels:
        if name not in names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield Question(f"there is no series {name[:80]!r}; there are {', '.join(names[:_NAMED])}{more}", ())
        elif channels and name not in {channel.column for channel in channels}:
            yield Question(f"--channel {name[:80]!r} cannot be drawn: {reasons.get(name, 'it is the time')}", ())


def _groups(log: _Log) -> list[_Timed]:
    """Put series together by their clock, in the order of the file."""
    times = log.times()
    taken = {each.name for each in times}
    groups: dict[tuple[Clock | None, str], list[Series]] = {}
    units: dict[tuple[Clock | None, str], FoundUnit] = {}
    for each in log.series:
        if not _is_channel(each, log.known) or each.name in taken:
            continue
        clock, found = _clock(log, each, times)
        key = (clock, "" if clock else each.name)
        groups.setdefault(key, []).append(each)
        units.setdefault(key, found)
    return [_Timed(clock, tuple(series), units[clock, name]) for (clock, name), series in groups.items()]


def _is_channel(series: Series, known: Known) -> bool:
    if series.kind != "number" or series.samples < MIN_SAMPLES:
        return False
    if known.channels:
        return series.name in known.channels
    return _name(series).word not in INDEX_WORDS


def _clock(log: _Log, series: Series, times: Sequence[Series]) -> tuple[Clock | None, FoundUnit]:
    if log.known.rate:
        return SampleRate(log.known.rate), FoundUnit(TimeUnit.SECONDS)
    if series.clock and log.known.time is None:
        return ElapsedTime(series.clock, TimeUnit.SECONDS), FoundUnit(TimeUnit.SECONDS)
    near = [each for each in times if each.samples == series.samples and each.group == series.group]
    far = [each for each in times if each.samples == series.samples and not each.group]
    for time in [*near, *far][:1]:
        return _of_series(log, time, 1 / series.rate if series.rate else 0.0)
    if series.rate:
        note = f"{series.rate:g} samples a second, as the file says"
        return SampleRate(series.rate), FoundUnit(TimeUnit.SECONDS, (note,))
    what = f"{series.name!r} has {series.samples:,} samples and no time; how many are there in a second"
    return None, FoundUnit(None, questions=(Question(what, ("--rate HZ", "--time NAME")),))


def _of_series(log: _Log, time: Series, beat: float) -> tuple[Clock | None, FoundUnit]:
    if time.kind == "moment":
        return ClockTime((time.name,), ISO), FoundUnit(TimeUnit.SECONDS)
    found = unit_of_values(log.values(time.name), _name(time), time.name, log.known, beat)
    return ElapsedTime(time.name, found.unit or TimeUnit.UNKNOWN), found


def _channels(groups: Sequence[_Timed]) -> tuple[tuple[Channel, ...], tuple[Clock, ...]]:
    taken: set[str] = set()
    timed = [(group.clock, each) for group in groups if group.clock for each in group.series][:MAX_CHANNELS]
    if not timed:
        return (), ()
    first = timed[0][0]
    made = tuple(_channel(each, None if clock == first else clock, taken) for clock, each in timed)
    return made, tuple(dict.fromkeys(clock for clock, _ in timed))


def _channel(series: Series, own: Clock | None, taken: set[str]) -> Channel:
    name = _name(series)
    key = slug(name.text, taken, "channel")
    return Channel(key, series.name, title(name.text), name.unit[:MAX_TEXT], key, time=own)


def _name(series: Series) -> Name:
    last = series.name.rpartition("/")[2].rpartition(".")[2]
    found = Name.parse(last)
    return Name(found.text, series.unit.strip() or found.unit)


def _rises(values: Values) -> bool:
    steps = np.diff(values[:100_000])
    return bool(steps.size) and float(np.mean(steps >= 0)) > 0.5 and bool(np.any(steps > 0))


def _shown(
    log: _Log, channels: Sequence[Channel], clocks: Sequence[Clock]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    names = [str(clock.columns[0]) for clock in clocks[:1] if isinstance(clock, ElapsedTime)]
    names += [str(channel.column) for channel in channels if channel.time is None]
    if not names:
        return (), ()
    columns = [log.values(name)[:SHOWN_ROWS] for name in names]
    return tuple(names), tuple(tuple(f"{column[row]:g}" for column in columns) for row in range(min(map(len, columns))))
