"""Whether two logs are read alike, in which they differ, and the profile that reads both."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from tracemark.errors import quoted
from tracemark.profile.sensor_profile import Channel, ElapsedTime, SampleRate, SensorProfile, TextFormat, TimeUnit
from tracemark.profile.time import Clock
from tracemark_plotting.guess.result import Guess

MARKS, TIME = "marks", "time"
"""What a guess may leave open."""

_OPENED_BY = {"--decimal": MARKS, "--time": TIME, "--time-unit": TIME, "--time-format": TIME, "--rate": TIME}
_LINES = (
    ("delimiter", "the character between cells"),
    ("encoding", "the encoding"),
    ("header", "whether a row names the columns"),
    ("skip", "how many lines stand before the header"),
    ("rows_after_header", "how many rows stand below the header"),
)


def options(guess: Guess) -> set[str]:
    """Return the answers that a guess asks for, such as `--gap -9999`."""
    return {option for question in guess.questions for option in question.options}


def left_open(*guesses: Guess) -> set[str]:
    """Return what the questions of guesses leave open: the marks of numbers, the time."""
    names = {option.partition(" ")[0] for guess in guesses for option in options(guess)}
    return {_OPENED_BY[name] for name in names & set(_OPENED_BY)}


def asks_how_written(guess: Guess) -> bool:
    """Whether all that a guess asks is how numbers or moments are written: other logs of its kind may tell."""
    asked = ("--time-format", "--decimal")
    return bool(guess.questions) and all(any(each in question.text for each in asked) for question in guess.questions)


def unlike(there: Guess, here: Guess, passed: Collection[str] = ()) -> str:
    """Return in what the log `here` differs from the log `there`, as far as both guesses are certain; else empty.

    passed: what is not compared, of `MARKS` and `TIME`.
    """
    if there.profile and here.profile:
        return difference(there.profile, here.profile, {*passed, *left_open(there, here)})
    return "" if there.header and there.header == here.header else "its columns are others"


def difference(there: SensorProfile, here: SensorProfile, passed: Collection[str] = ()) -> str:
    """Return in what `here` differs from `there`, empty when one way to read two logs is right for both.

    What only one of them happens to hold, a gap or a footer, does not tell them apart.
    """
    return next(_differences(there, here, passed), "")


def _differences(there: SensorProfile, here: SensorProfile, passed: Collection[str]) -> Iterator[str]:
    if TIME not in passed and there.time != here.time:
        yield f"its time is {_clock_words(here.time)}, there {_clock_words(there.time)}"
    yield from _of_channels(there, here, strict=TIME not in passed)
    if MARKS not in passed:
        yield from marks_apart(there, here)
    for name, words in _LINES:
        one, two = getattr(there.text, name), getattr(here.text, name)
        if one != two:
            yield f"{words} differs ({quoted(two)}, there {quoted(one)})"
    if there.where != here.where:
        yield "other rows are chosen"


def marks_apart(there: SensorProfile, here: SensorProfile) -> Iterator[str]:
    """Yield how numbers are written in another way."""
    one, two = there.text, here.text
    if one.decimal != two.decimal or len({one.thousands, two.thousands} - {""}) > 1:
        yield f"its numbers are written as {_number(two)}, there as {_number(one)}"


def _number(text: TextFormat) -> str:
    return f"1{text.thousands}234{text.decimal}5"


def _of_channels(there: SensorProfile, here: SensorProfile, *, strict: bool) -> Iterator[str]:
    one, two = _channels(there), _channels(here)
    for place in [*two, *one]:
        name = _name(two.get(place) or one[place])
        if place not in one:
            yield f"it has the channel {name}, which is not there"
        elif place not in two:
            yield f"it lacks the channel {name}"
        elif one[place].unit != two[place].unit:
            yield f"{name} is in {_unit(two[place])}, there in {_unit(one[place])}"
        elif isinstance(one[place].column, int) and one[place].title != two[place].title:
            yield f"column {one[place].column} is {quoted(two[place].title)}, there {quoted(one[place].title)}"
        elif strict and one[place].time != two[place].time:
            yield f"{name} has another time"


def contradictions(profile: SensorProfile, here: SensorProfile) -> Iterator[str]:
    """Yield in what a log contradicts a profile that somebody may have written for it: units that both give."""
    one, two = profile.time, here.time
    if isinstance(one, ElapsedTime) and isinstance(two, ElapsedTime):
        known = TimeUnit.UNKNOWN not in (one.unit, two.unit)
        if one.column == two.column and known and one.unit is not two.unit:
            yield f"its time is {_clock_words(two)}, there {_clock_words(one)}"
    if isinstance(one, SampleRate) and isinstance(two, SampleRate) and one.rate != two.rate:
        yield f"its time is {_clock_words(two)}, there {_clock_words(one)}"
    units = {place: channel for place, channel in _channels(here).items() if channel.unit}
    for place, channel in _channels(profile).items():
        own = (channel.scale, channel.offset) != (1.0, 0.0)  # a value that is converted has the profile's unit
        if channel.unit and not own and place in units and units[place].unit != channel.unit:
            yield f"{_name(units[place])} is in {units[place].unit}, there in {channel.unit}"


def not_drawn(profile: SensorProfile, here: SensorProfile) -> list[str]:
    """Return the channels of a log that a profile does not read."""
    read = {channel.column for channel in profile.channels}
    return [_name(channel) for channel in here.channels if channel.column not in read]


def merged(one: SensorProfile, two: SensorProfile) -> SensorProfile:
    """Return the first profile with the gaps, words, comments and footers that the second knows too.

    No footer cuts a log that lacks it: the reader takes no row of a log for one, and refuses a log that goes on.
    """
    text, other = one.text, two.text
    both = replace(
        text,
        thousands=text.thousands or other.thousands,
        gaps=_all(text.gaps, other.gaps),
        gap_numbers=tuple(dict.fromkeys((*text.gap_numbers, *other.gap_numbers))),
        ones=_all(text.ones, other.ones),
        zeros=_all(text.zeros, other.zeros),
        comment=_all(text.comment, other.comment),
        footer_marks=_all(text.footer_marks, other.footer_marks),
    )
    return replace(one, text=both)


def _all(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *two)))


def _channels(profile: SensorProfile) -> dict[object, Channel]:
    return {(channel.column, channel.where): channel for channel in profile.channels}


def _name(channel: Channel) -> str:
    column = channel.column if isinstance(channel.column, str) else channel.title
    rows = "".join(f" where {each.column} is {'/'.join(each.values)}" for each in channel.where)
    return quoted(f"{column}{rows}", 100)


def _unit(channel: Channel) -> str:
    return channel.unit or "no unit"


def _clock_words(clock: Clock) -> str:
    return quoted(", ".join(f"{name} {value}" for name, value in clock.to_json().items()), 120)
