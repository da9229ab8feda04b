"""How a profile finds time in a log: a number, a clock, a duration, or no column but a sample rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from tracemark.document import Json, Node
from tracemark.errors import InvalidProfile
from tracemark.profile.keys import Column, one_of, parse_column, refuse_unknown_keys, short_text

ISO = "iso"
"""The word in `formats` for ISO 8601, with or without fraction and zone."""

DURATION = "duration"
"""The word in `formats` for hours, minutes and seconds that go on beyond a day."""

FRACTIONS = ("ms", "us", "ns")
"""The words in `formats` for a column of whole milliseconds, microseconds or nanoseconds behind the seconds."""

MAX_PARTS = 8
DEFAULT_TITLE = "Time"
TIME_KEYS = ("column", "unit", "columns", "formats", "rate", "interval", "start", "title")


class TimeUnit(StrEnum):
    """The unit of a numeric time column."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    NANOSECONDS = "ns"
    TICKS = "100ns"
    """What Windows and Beckhoff count: ten million a second, since 1601; no axis shows it."""
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    UNKNOWN = "unknown"
    """The log does not say; nothing is converted to or from it but itself (`SensorProfile` keeps others away)."""

    @property
    def symbol(self) -> str:
        """The unit as people write it; empty where it is unknown."""
        if self is TimeUnit.UNKNOWN:
            return ""
        return {TimeUnit.MICROSECONDS: "µs", TimeUnit.TICKS: "100 ns"}.get(self, self.value)

    @property
    def shown(self) -> TimeUnit:
        """The unit of an axis for times in this one."""
        return TimeUnit.SECONDS if self is TimeUnit.TICKS else self

    @property
    def seconds(self) -> Fraction:
        """How many seconds one of this unit is."""
        many, few = _PARTS[self]
        return Fraction(few, many)

    def from_seconds(self, seconds: float) -> float:
        """Return a span of `seconds` in this unit."""
        many, few = _PARTS[self]
        return seconds * many / few

    def to_seconds(self, span: float) -> float:
        """Return a span of this unit in seconds."""
        many, few = _PARTS[self]
        return span * few / many


# How many of a unit are how many seconds: whole numbers, so that no conversion multiplies by a rounded 0.001.
_PARTS = {
    TimeUnit.SECONDS: (1, 1),
    TimeUnit.MILLISECONDS: (1_000, 1),
    TimeUnit.MICROSECONDS: (1_000_000, 1),
    TimeUnit.NANOSECONDS: (1_000_000_000, 1),
    TimeUnit.TICKS: (10_000_000, 1),
    TimeUnit.MINUTES: (1, 60),
    TimeUnit.HOURS: (1, 3_600),
    TimeUnit.DAYS: (1, 86_400),
    TimeUnit.UNKNOWN: (1, 1),
}


@dataclass(frozen=True, slots=True)
class ElapsedTime:
    """A numeric column that counts from the start of the process, or from an epoch."""

    column: Column
    unit: TimeUnit
    title: str = DEFAULT_TITLE

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to read, in order."""
        return (self.column,)

    def to_json(self) -> dict[str, Json]:
        """Return `{"column", "unit", "title"?}`."""
        return {"column": self.column, "unit": self.unit.value, **_title_json(self.title)}


@dataclass(frozen=True, slots=True)
class ClockTime:
    """Date and time columns, joined by a space and read with `format`; shown as seconds from the first row.

    `format` is strptime's, or `ISO`; `formats` are its parts, one a column, where there are several. `fraction`: the
    unit in which the last column counts on from the moment of the others; None: it is one of them.
    """

    columns: tuple[Column, ...]
    format: str
    title: str = DEFAULT_TITLE
    unit: TimeUnit = TimeUnit.SECONDS
    formats: tuple[str, ...] = field(default=(), compare=False)
    fraction: TimeUnit | None = None

    @property
    def moment_columns(self) -> tuple[Column, ...]:
        """The columns that `format` reads."""
        return self.columns[:-1] if self.fraction else self.columns

    @property
    def has_date(self) -> bool:
        """Whether the clock knows the day; one that does not begins again at midnight."""
        return self.format == ISO or any(mark in self.format for mark in ("%d", "%j", "%x", "%c", "%D", "%F"))

    def to_json(self) -> dict[str, Json]:
        """Return `{"columns", "formats", "title"?}`."""
        return {
            "columns": list(self.columns),
            "formats": list(self.formats or [self.format]),
            **_title_json(self.title),
        }


@dataclass(frozen=True, slots=True)
class DurationTime:
    """A column of `[days ]hours:minutes:seconds[.fraction]` or `minutes:seconds`, which may pass 24 hours."""

    column: Column
    title: str = DEFAULT_TITLE
    unit: TimeUnit = TimeUnit.SECONDS

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns to read, in order."""
        return (self.column,)

    def to_json(self) -> dict[str, Json]:
        """Return `{"columns", "formats", "title"?}`."""
        return {"columns": [self.column], "formats": [DURATION], **_title_json(self.title)}


@dataclass(frozen=True, slots=True)
class SampleRate:
    """No column: sample number `i` is at `start + i / rate` seconds, shown in `unit`."""

    rate: float
    start: float = 0.0
    unit: TimeUnit = TimeUnit.SECONDS
    title: str = DEFAULT_TITLE

    @property
    def columns(self) -> tuple[Column, ...]:
        """None is read."""
        return ()

    def to_json(self) -> dict[str, Json]:
        """Return `{"rate", "start"?, "unit"?, "title"?}`; `start` in the unit."""
        start = {"start": self.unit.from_seconds(self.start)} if self.start else {}
        unit = {"unit": self.unit.value} if self.unit is not TimeUnit.SECONDS else {}
        return {"rate": self.rate, **start, **unit, **_title_json(self.title)}


Clock = ElapsedTime | ClockTime | DurationTime | SampleRate
"""How the time of a sample is found."""


def parse_clock(node: Node) -> Clock:
    """Read the value of a key `time`; docs/reference/sensor-profile.md describes its forms.

    Raises:
        InvalidDocument: it is none of them.
        InvalidProfile: it is more than one of them.
    """
    refuse_unknown_keys(node, TIME_KEYS)
    forms = [name for name in ("column", "columns", "rate", "interval") if node.get(name) is not None]
    if len(forms) > 1:
        raise InvalidProfile(
            f"`time` has both {' and '.join(forms)}",
            place=node.source,
            expected="one of them",
            remedy="drop the others",
        )
    title_node = node.get("title")
    title = short_text(title_node) if title_node else DEFAULT_TITLE
    if forms in (["rate"], ["interval"]):
        return _sample_rate(node, title)
    if forms == ["columns"]:
        return _clock_time(node, title)
    return ElapsedTime(parse_column(node["column"]), TimeUnit(one_of(node["unit"], *TimeUnit)), title)


def _sample_rate(node: Node, title: str) -> SampleRate:
    unit_node, start = node.get("unit"), node.get("start")
    unit = TimeUnit(one_of(unit_node, *TimeUnit)) if unit_node else TimeUnit.SECONDS
    if unit_node and unit is TimeUnit.UNKNOWN:
        unit_node.refuse("a unit that is known: a rate and an interval tell time in seconds")
    found = node.get("rate") or node["interval"]
    number = found.number()
    if not 1e-12 <= number <= 1e12:
        found.refuse("a number above 0: samples per second as `rate`, or the `interval` in the unit")
    rate = number if node.get("rate") else unit.from_seconds(1.0) / number
    return SampleRate(rate, unit.to_seconds(start.number()) if start else 0.0, unit, title)


def _clock_time(node: Node, title: str) -> ClockTime | DurationTime:
    columns = tuple(parse_column(entry) for entry in node["columns"].items())
    formats = node["formats"].texts()
    if not 1 <= len(columns) == len(formats) <= MAX_PARTS:
        node.refuse(f"one to {MAX_PARTS} columns (such as date and time), and as many formats")
    if formats == (DURATION,):
        return DurationTime(columns[0], title)
    fraction = TimeUnit(formats[-1]) if len(formats) > 1 and formats[-1] in FRACTIONS else None
    parts = formats[:-1] if fraction else formats
    iso = all(each == ISO for each in parts)
    if not iso and not all("%" in each for each in parts):
        further = f"'{ISO}', or '{DURATION}'; the last of several may be one of {', '.join(FRACTIONS)}"
        node["formats"].refuse(f"formats such as '%Y-%m-%d' and '%H:%M:%S', or {further}")
    return ClockTime(
        columns,
        ISO if iso else " ".join(parts),
        title,
        formats=formats if len(formats) > 1 else (),
        fraction=fraction,
    )


def _title_json(title: str) -> dict[str, Json]:
    return {"title": title} if title != DEFAULT_TITLE else {}
