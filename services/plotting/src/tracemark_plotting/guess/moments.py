"""The formats of dates and times that recorders write, and which of them fit a column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracemark.profile.time import DURATION, ISO

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_NAME = r"[A-Za-zäéû]{3,9}\.?"
_CLOCK = r"\d{1,2}:\d\d:\d\d"
_ZONE = r"(?: ?(?:Z|[+-]\d\d:?\d\d))?"

_ISO = re.compile(rf"{_YEAR}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{{1,9}})?)?{_ZONE}", re.ASCII)
_DATE_ONLY = (
    ("%Y-%m-%d", rf"{_YEAR}-\d\d-\d\d"),
    ("%Y/%m/%d", rf"{_YEAR}/{_MONTH}/{_DAY}"),
    ("%Y.%m.%d", rf"{_YEAR}\.{_MONTH}\.{_DAY}"),
    ("%Y%m%d", rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    ("%d.%m.%Y", rf"{_DAY}\.{_MONTH}\.{_YEAR}"),
    ("%d.%m.%y", rf"{_DAY}\.{_MONTH}\.\d\d"),
    ("%d/%m/%Y", rf"{_DAY}/{_MONTH}/{_YEAR}"),
    ("%m/%d/%Y", rf"{_MONTH}/{_DAY}/{_YEAR}"),
    ("%d/%m/%y", rf"{_DAY}/{_MONTH}/\d\d"),
    ("%m/%d/%y", rf"{_MONTH}/{_DAY}/\d\d"),
    ("%d-%m-%Y", rf"{_DAY}-{_MONTH}-{_YEAR}"),
    ("%m-%d-%Y", rf"{_MONTH}-{_DAY}-{_YEAR}"),
    ("%y-%m-%d", rf"\d\d-{_MONTH}-{_DAY}"),
    ("%d-%m-%y", rf"{_DAY}-{_MONTH}-\d\d"),
    ("%y/%m/%d", rf"\d\d/{_MONTH}/{_DAY}"),
    ("%d-%b-%Y", rf"{_DAY}-[A-Za-z]{{3}}-{_YEAR}"),
    ("%d-%b-%y", rf"{_DAY}-[A-Za-z]{{3}}-\d\d"),
    ("%d %b %Y", rf"{_DAY} [A-Za-z]{{3}} {_YEAR}"),
    ("%b %d, %Y", rf"[A-Za-z]{{3}} {_DAY}, {_YEAR}"),
    ("%Y年%m月%d日", rf"{_YEAR}年{_MONTH}月{_DAY}日"),
)
_TIME_ONLY = (
    ("%H:%M:%S", _CLOCK),
    ("%H:%M:%S.%f", rf"{_CLOCK}\.\d{{1,6}}"),
    ("%H:%M:%S,%f", rf"{_CLOCK},\d{{1,6}}"),
    ("%H:%M:%S:%f", rf"{_CLOCK}:\d{{1,6}}"),
    ("%I:%M:%S %p", rf"{_CLOCK} ?[AaPp][Mm]"),
    ("%I:%M:%S.%f %p", rf"{_CLOCK}\.\d{{1,6}} ?[AaPp][Mm]"),
    ("%I:%M %p", r"\d{1,2}:\d\d ?[AaPp][Mm]"),
    ("%H時%M分%S秒", r"\d{1,2}時\d{1,2}分\d{1,2}秒"),
    ("%H:%M", r"\d{1,2}:\d\d"),
    ("%M:%S.%f", r"\d{1,2}:\d\d\.\d{1,6}"),
)
_DATES = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _DATE_ONLY)
_TIMES = tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _TIME_ONLY)
_MAIL = (  # e-mail, and C's ctime
    ("%a, %d %b %Y %H:%M:%S GMT", rf"[A-Za-z]{{3}}, {_DAY} [A-Za-z]{{3}} {_YEAR} {_CLOCK} GMT"),
    ("%a, %d %b %Y %H:%M:%S %z", rf"[A-Za-z]{{3}}, {_DAY} [A-Za-z]{{3}} {_YEAR} {_CLOCK} [+-]\d{{4}}"),
    ("%a %b %d %H:%M:%S %Y", rf"[A-Za-z]{{3}} [A-Za-z]{{3}}  ?{_DAY} {_CLOCK} {_YEAR}"),
    ("%Y%m%dT%H%M%SZ", rf"{_YEAR}[01]\d[0-3]\dT[0-2]\d[0-5]\d[0-5]\dZ"),
    ("%Y%m%dT%H%M%S", rf"{_YEAR}[01]\d[0-3]\dT[0-2]\d[0-5]\d[0-5]\d"),
    ("%Y%m%d_%H%M%S", rf"{_YEAR}[01]\d[0-3]\d_[0-2]\d[0-5]\d[0-5]\d"),
)
_BOTH = tuple(
    (f"{date}{gap}{time}", re.compile(f"{first}{gap}{second}", re.ASCII))
    for date, first in _DATE_ONLY
    for time, second in _TIME_ONLY
    for gap in (" ", "T", "_", ", ")
) + tuple((name, re.compile(pattern, re.ASCII)) for name, pattern in _MAIL)
_ANY = re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in (*_DATES, *_TIMES, *_BOTH)), re.ASCII)
_SIX = r"[0-2]\d[0-5]\d[0-5]\d"
_COMPACT = tuple(
    (name, re.compile(pattern, re.ASCII))
    for name, pattern in (
        ("%Y%m%d%H%M%S", rf"{_YEAR}[01]\d[0-3]\d{_SIX}"),
        ("%Y%m%d%H%M%S.%f", rf"{_YEAR}[01]\d[0-3]\d{_SIX}\.\d{{1,6}}"),
        ("%Y%m%d%H%M%S%f", rf"{_YEAR}[01]\d[0-3]\d{_SIX}\d{{3}}"),
    )
)
_COMPACT_CLOCK = (
    ("%H%M%S", re.compile(_SIX, re.ASCII)),
    ("%H%M%S.%f", re.compile(rf"{_SIX}\.\d{{1,6}}", re.ASCII)),
)
_LONG = re.compile(
    r"\d{1,6}:[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?|\d+ (?:days?,? )?\d{1,2}:[0-5]\d:[0-5]\d(?:\.\d{1,9})?", re.ASCII
)
_SHAPE = re.compile(r"(?=.*\d.*[:/.\-年時T_].*\d)[\w :/.,+\-]{4,40}")


@dataclass(frozen=True, slots=True)
class Formats:
    """The formats that every cell of a column fits, likeliest first; none when it is no column of time."""

    names: tuple[str, ...]

    @property
    def has_date(self) -> bool:
        """Whether the first format knows the day."""
        return bool(self.names) and (self.names[0] == ISO or "%d" in self.names[0])

    @property
    def has_time(self) -> bool:
        """Whether the first format knows the time of day."""
        return bool(self.names) and (self.names[0] in (ISO, DURATION) or "%S" in self.names[0] or "%M" in self.names[0])

    @property
    def unclear(self) -> bool:
        """Whether day and month could be exchanged."""
        return len(self.names) > 1 and "%m" in self.names[0]


def is_moment(word: str) -> bool:
    """Return whether a word looks like a date, a time or both."""
    if not _SHAPE.fullmatch(word):
        return False
    return any(pattern.fullmatch(word) for pattern in (_ISO, _LONG, _ANY))


def formats_of(words: Iterable[str]) -> Formats:
    """Return the formats that fit every word; several remain where days and months cannot be told apart."""
    cells = [word.strip() for word in words if word.strip()]
    if not cells:
        return Formats(())
    if all(_ISO.fullmatch(cell) for cell in cells):
        return Formats((ISO,))
    for group in (_DATES, _BOTH, _TIMES):
        fitting = _fitting(cells, group)
        if fitting:
            return Formats(fitting)
    return Formats((DURATION,) if all(_LONG.fullmatch(cell) for cell in cells) else ())


def compact_format(words: Iterable[str], *, clock: bool = False) -> Formats:
    """Return the format of moments that are written as one number: 20230503100059, or 100059 where it is a `clock`."""
    cells = [word.strip() for word in words if word.strip()]
    return Formats(_fitting(cells, _COMPACT_CLOCK if clock else _COMPACT) if cells else ())


def _fitting(cells: Sequence[str], group: Sequence[tuple[str, re.Pattern[str]]]) -> tuple[str, ...]:
    found = [name for name, pattern in group if all(pattern.fullmatch(cell) for cell in cells)]
    return tuple(name for name in found if all(_parses(cell, name) for cell in cells[:200]))


def _parses(cell: str, name: str) -> bool:
    try:
        datetime.strptime(cell, name)
    except ValueError:
        return False
    return True
