"""The moments of a log: which columns hold date and time, in one, in two or in parts, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark.profile.time import DURATION, FRACTIONS, ISO, Clock, ClockTime, DurationTime, TimeUnit
from tracemark_plotting.guess.cells import MOMENT, NUMBER, TEXT
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.moments import Formats, compact_format, formats_of
from tracemark_plotting.guess.names import time_unit
from tracemark_plotting.guess.result import Known, Question
from tracemark_plotting.guess.vocabulary import DATE_WORDS, PART_WORDS

_PARTS = (("year", "%Y"), ("month", "%m"), ("day", "%d"), ("hour", "%H"), ("minute", "%M"), ("second", "%S"))
_DATED = re.compile(r"\d.*[\s:/.\-]\S*\d")
_FRACTION = re.compile(r":\d\d[.,]\d")
_BEGINS_DATED = re.compile(r"\d+[\s:/.\-]\S*\d")


@dataclass(frozen=True, slots=True)
class FoundClock:
    """clock: None where none was found. columns: the positions that it, and others of its kind, take from the channels.

    own: for each time column the clock of the columns behind it, where channels have clocks of their own.
    """

    clock: Clock | None
    columns: tuple[int, ...] = ()
    own: tuple[tuple[int, Clock], ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def find_moments(layout: Layout, known: Known) -> FoundClock | None:
    """Find date and time in columns of moments: one of both, one each, or one for each part of them."""
    found = _in_parts(layout) or _in_moments(layout, known) or _in_words(layout, known)
    return _with_fraction(layout, found) if found else None


def clock_of(layout: Layout, positions: Sequence[int], known: Known) -> FoundClock:
    """Return the clock of columns that are known to hold moments, or the question how they are read."""
    columns = tuple(layout.column(position) for position in positions)
    formats = [_formats(layout, position) for position in positions]
    taken = tuple(positions)
    if known.time_format:
        parts = known.time_format.split("|") if len(columns) > 1 else [known.time_format]
        return FoundClock(_clock(columns, parts), taken)
    if not all(each.names for each in formats):
        return FoundClock(None, taken, questions=(_how(layout, positions[0], ("--time-format FORMAT",)),))
    parts = [each.names[0] for each in formats]
    return FoundClock(_clock(columns, parts), taken, questions=_unclear(layout, positions, formats))


def _in_moments(layout: Layout, known: Known) -> FoundClock | None:
    formats = {position: _formats(layout, position) for position in layout.positions(MOMENT)}
    both = [position for position, found in formats.items() if found.has_date and found.has_time]
    both += [position for position in _compact(layout) if _formats(layout, position).has_time]
    dates = [position for position, found in formats.items() if found.has_date and not found.has_time]
    dates += [position for position in layout.positions(NUMBER) if _compact_date(layout, position)]
    times = [position for position, found in formats.items() if found.has_time and not found.has_date]
    if both:
        chosen = sorted(both, key=lambda position: (not layout.name(position).like_time, position))
        return replace(clock_of(layout, chosen[:1], known), columns=tuple(chosen))
    if dates and times:
        return clock_of(layout, [dates[0], times[0]], known)
    if dates and (clocks := [position for position in _six_digits(layout) if position not in dates]):
        return clock_of(layout, [dates[0], clocks[0]], replace(known, time_format=f"{_name(layout, dates[0])}|%H%M%S"))
    if times:
        return clock_of(layout, times[:1], known)
    clocks = [position for position in _six_digits(layout) if not known.time_unit]
    if clocks:
        options = ("--time-format %H%M%S", "--time-unit s", "--time-unit ms")
        asked = known if known.time_format else replace(known, time_format="%H%M%S")
        question = () if known.time_format else (_how(layout, clocks[0], options),)
        return replace(clock_of(layout, clocks[:1], asked), questions=question)
    return None


def _in_words(layout: Layout, known: Known) -> FoundClock | None:
    """Ask about a column that is called time, or looks like it, and is written as nobody here knows."""
    if any(layout.name(position).means_time for position in layout.positions(NUMBER)):
        return None
    unread = [position for position in layout.positions(MOMENT) if not _formats(layout, position).names]
    for position in (*unread, *layout.positions(TEXT)):
        cells, name = layout.table.column(position), layout.name(position)
        looks = _DATED.search if name.like_time or name.word in DATE_WORDS else _BEGINS_DATED.match
        if len(set(cells)) > len(cells) // 2 and all(map(looks, cells)):
            return clock_of(layout, [position], known)
    return None


def _in_parts(layout: Layout) -> FoundClock | None:
    """Return the clock of columns for year, month, day, hour, minute and second, from the first part that is there."""
    numbers = {layout.name(position).word: position for position in reversed(layout.positions(NUMBER))}
    found = [
        (position, form)
        for part, form in _PARTS
        for position in [numbers[word] for word in PART_WORDS[part] if word in numbers][:1]
    ]
    forms = [form for _, form in found]
    if len(found) < 3 or forms != [form for _, form in _PARTS][-len(forms) :]:
        return None
    cells = [layout.table.column(position) for position, _ in found]
    if forms[0] == "%Y" and all(len(cell.strip()) == 2 for cell in cells[0]):
        forms[0] = "%y"
    if any("." in cell.strip().rstrip("0").rstrip(".") for cell in cells[-1]):
        forms[-1] = "%S.%f"
    positions = tuple(position for position, _ in found)
    columns = tuple(layout.column(position) for position in positions)
    return FoundClock(ClockTime(columns, " ".join(forms), formats=tuple(forms)), positions)


def _with_fraction(layout: Layout, found: FoundClock) -> FoundClock:
    """Add the column that counts milliseconds or less behind moments of whole seconds."""
    clock = found.clock
    if not isinstance(clock, ClockTime) or "%f" in clock.format or _has_fraction(layout, found):
        return found
    for position in layout.positions(NUMBER):
        unit = _fraction_unit(layout, position)
        if unit and position not in found.columns:
            columns = (*clock.columns, layout.column(position))
            formats = (*(clock.formats or (clock.format,)), unit.value)
            counted = ClockTime(columns, clock.format, formats=formats, fraction=unit)
            return replace(found, clock=counted, columns=(*found.columns, position))
    return found


def _has_fraction(layout: Layout, found: FoundClock) -> bool:
    """Whether the moments themselves have a fraction."""
    cells = [row.cells[found.columns[-1]] for row in layout.table.data] if found.columns else []
    return any(_FRACTION.search(cell) for cell in cells)


def _fraction_unit(layout: Layout, position: int) -> TimeUnit | None:
    """Return the unit of a column of whole numbers below a second that is called by a unit, such as `ms`."""
    unit, values = time_unit(layout.name(position).text), layout.values(position)
    if unit is None or unit.value not in FRACTIONS or not np.all(values % 1 == 0):
        return None
    return unit if np.all(values >= 0) and unit.to_seconds(float(values.max())) < 1 else None


def _formats(layout: Layout, position: int) -> Formats:
    found = formats_of(layout.table.column(position))
    return found if found.names else compact_format(layout.table.column(position))


def _compact(layout: Layout) -> list[int]:
    """Return the columns of numbers such as 20230503100059, which are moments where all of them are."""
    found = [position for position in layout.positions(NUMBER) if compact_format(layout.table.column(position)).names]
    return [position for position in found if _may_be_time(layout, position)]


def _six_digits(layout: Layout) -> list[int]:
    found = [position for position in layout.positions(NUMBER) if layout.name(position).like_time]
    return [position for position in found if compact_format(layout.table.column(position), clock=True).names]


def _may_be_time(layout: Layout, position: int) -> bool:
    name = layout.name(position)
    return name.like_time or name.word in DATE_WORDS or not layout.cell_name(position)


def _compact_date(layout: Layout, position: int) -> bool:
    return layout.name(position).word in DATE_WORDS and formats_of(layout.table.column(position)).has_date


def _name(layout: Layout, position: int) -> str:
    return _formats(layout, position).names[0]


def _clock(columns: tuple[str | int, ...], parts: Sequence[str]) -> Clock:
    if parts == [DURATION]:
        return DurationTime(columns[0])
    formats = tuple(parts) if len(parts) > 1 else ()
    return ClockTime(columns, ISO if all(each == ISO for each in parts) else " ".join(parts), formats=formats)


def _unclear(layout: Layout, positions: Sequence[int], formats: Sequence[Formats]) -> tuple[Question, ...]:
    for place, found in enumerate(formats):
        clear = "%H:%M" if found.names[0] == "%H:%M" else ""
        if not found.unclear and not clear:
            continue
        rest = [[each.names[0] for each in formats]] * len(found.names)
        choices = [
            "|".join([*row[:place], name, *row[place + 1 :]]) for name, row in zip(found.names, rest, strict=True)
        ]
        choices += ["%M:%S"] if clear else []
        return (_how(layout, positions[place], tuple(f'--time-format "{each}"' for each in choices)),)
    return ()


def _how(layout: Layout, position: int, options: tuple[str, ...]) -> Question:
    return Question(f"how is {layout.table.column(position)[0]!r} to be read", options)
