"""The time of a log: which column holds it and in what unit, or how many samples there are in a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracemark.profile.time import DURATION, ISO, Clock, ClockTime, DurationTime, ElapsedTime, SampleRate, TimeUnit
from tracemark_plotting.guess.beat import stated_beat
from tracemark_plotting.guess.cells import MOMENT, NUMBER, TEXT
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.moments import Formats, formats_of
from tracemark_plotting.guess.names import time_unit
from tracemark_plotting.guess.result import Known, Question
from tracemark_plotting.guess.units import differing_units, unit_of_time
from tracemark_plotting.guess.vocabulary import DATE_WORDS, INDEX_WORDS


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


def find_clock(layout: Layout, known: Known) -> FoundClock:
    """Find the time of a log; a question where the log does not tell."""
    if known.rate:
        return FoundClock(SampleRate(known.rate), tuple(_counters(layout)))
    if known.time is not None:
        return _named(layout, known)
    moments = _moments(layout, known)
    numeric = numeric_times(layout)
    if moments and not (numeric and _too_coarse(layout, moments)):
        if _stands_still(layout, moments):
            return _of_coarse(layout, moments)
        return FoundClock(moments.clock, (*moments.columns, *numeric), (), moments.questions, moments.notes)
    if len(numeric) > 1 and _alternating(layout, numeric):
        return _own_clocks(layout, numeric, known)
    if numeric:
        return _elapsed(layout, numeric[0], known, numeric)
    return _without_name(layout, known)


def numeric_times(layout: Layout) -> list[int]:
    """Return the numeric columns that are called time, those that are called exactly so first."""
    found = [position for position in layout.positions(NUMBER) if _called_time(layout, position)]
    return sorted(found, key=lambda position: (not layout.name(position).means_time, position))


def _called_time(layout: Layout, position: int) -> bool:
    name = layout.name(position)
    if not layout.header.present or name.word in INDEX_WORDS:
        return False
    following = layout.name(position + 1).word if position + 1 < layout.width else ""
    before = bool(following) and name.word in (f"t{following}", f"t_{following}", f"{following}_t")
    return (name.like_time or before) and _rises(layout, position)


def _rises(layout: Layout, position: int) -> bool:
    steps = np.diff(layout.values(position))
    steps = steps[np.isfinite(steps)]
    return bool(steps.size) and float(np.mean(steps >= 0)) > 0.5 and bool(np.any(steps > 0))


def _named(layout: Layout, known: Known) -> FoundClock:
    wanted = str(known.time)
    found = [position for position in range(layout.width) if layout.cell_name(position) == wanted]
    if not found and wanted.isdigit() and int(wanted) < layout.width:
        found = [int(wanted)]
    if not found:
        names = ", ".join(layout.header.names) or f"positions 0 to {layout.width - 1}"
        return FoundClock(
            None, questions=(Question(f"there is no column {wanted!r}; there are {names}", ("--time NAME",)),)
        )
    if layout.table.template[found[0]] == MOMENT or known.time_format:
        moments = _clock_of(layout, [found[0]], known)
        return FoundClock(moments.clock, tuple(found), (), moments.questions, moments.notes)
    return _elapsed(layout, found[0], known, found)


def _moments(layout: Layout, known: Known) -> FoundClock | None:
    """Find date and time in columns of moments: one of both, or one each."""
    formats = {position: formats_of(layout.table.column(position)) for position in layout.positions(MOMENT)}
    both = [position for position, found in formats.items() if found.has_date and found.has_time]
    dates = [position for position, found in formats.items() if found.has_date and not found.has_time]
    dates += [position for position in layout.positions(NUMBER) if _compact_date(layout, position)]
    times = [position for position, found in formats.items() if found.has_time and not found.has_date]
    if both:
        chosen = sorted(both, key=lambda position: (not layout.name(position).like_time, position))
        return _with(_clock_of(layout, chosen[:1], known), chosen)
    if dates and times:
        return _clock_of(layout, [dates[0], times[0]], known)
    if times:
        return _clock_of(layout, times[:1], known)
    return None


def _with(found: FoundClock, columns: Sequence[int]) -> FoundClock:
    return FoundClock(found.clock, tuple(columns), (), found.questions, found.notes)


def _compact_date(layout: Layout, position: int) -> bool:
    return layout.name(position).word in DATE_WORDS and formats_of(layout.table.column(position)).has_date


def _clock_of(layout: Layout, positions: Sequence[int], known: Known) -> FoundClock:
    columns = tuple(layout.column(position) for position in positions)
    formats = [formats_of(layout.table.column(position)) for position in positions]
    taken = tuple(positions)
    if known.time_format:
        parts = known.time_format.split("|") if len(columns) > 1 else [known.time_format]
        return FoundClock(_clock(columns, parts), taken)
    if not all(each.names for each in formats):
        example = layout.table.column(positions[0])[0]
        return FoundClock(
            None, taken, questions=(Question(f"how is {example!r} to be read", ("--time-format FORMAT",)),)
        )
    parts = [each.names[0] for each in formats]
    question = _unclear(layout, positions, formats)
    return FoundClock(_clock(columns, parts), taken, questions=question)


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
        example = layout.table.column(positions[place])[0]
        rest = [[each.names[0] for each in formats]] * len(found.names)
        choices = [
            "|".join([*row[:place], name, *row[place + 1 :]]) for name, row in zip(found.names, rest, strict=True)
        ]
        choices += ["%M:%S"] if clear else []
        return (Question(f"how is {example!r} to be read", tuple(f'--time-format "{each}"' for each in choices)),)
    return ()


def _too_coarse(layout: Layout, moments: FoundClock) -> bool:
    """Whether most moments repeat, so that a column of numbers tells more."""
    cells = [row.cells[moments.columns[-1]] for row in layout.table.data]
    numeric = [position for position in numeric_times(layout) if layout.name(position).unit]
    return len(set(cells)) < len(cells) // 2 and bool(numeric) and not _repeats(layout, numeric[0])


def _stands_still(layout: Layout, moments: FoundClock) -> bool:
    """Whether most moments are those of the row above, though no column of words tells rows of one moment apart."""
    stamps = [tuple(row.cells[position] for position in moments.columns) for row in layout.table.data]
    return len(set(stamps)) < len(stamps) / 2 and not layout.positions(TEXT)


def _of_coarse(layout: Layout, moments: FoundClock) -> FoundClock:
    """Take the rate that the preamble states where moments are too coarse, or ask for it; columns of parts go along."""
    parts = [position for position in layout.positions(NUMBER) if time_unit(layout.name(position).text)]
    taken = (*moments.columns, *parts)
    stated = stated_beat(layout)
    name = layout.cell_name(moments.columns[-1]) or f"column {moments.columns[-1]}"
    if not stated or not stated.independent:
        question = Question(f"many rows share a moment of {name!r}", ("--rate HZ", f"--time {name!r}"))
        return FoundClock(None, taken, questions=(question,))
    note = f"rows share moments of {name!r}: {1 / stated.seconds:g} samples a second by the preamble (--time {name!r})"
    return FoundClock(SampleRate(1 / stated.seconds), taken, notes=(note,))


def _repeats(layout: Layout, position: int) -> bool:
    return bool(np.any(np.diff(layout.values(position)) <= 0))


def _alternating(layout: Layout, times: Sequence[int]) -> bool:
    """Whether time columns stand in front of values of their own: from the first column on, none beside another."""
    ordered = sorted(times)
    gaps = np.diff([*ordered, layout.width])
    same = len({layout.name(position).unit for position in times}) == 1
    return ordered[0] == 0 and bool(np.all(gaps >= 2)) and (same or len(set(gaps)) == 1)


def _own_clocks(layout: Layout, times: Sequence[int], known: Known) -> FoundClock:
    found = [_elapsed(layout, position, known, times) for position in sorted(times)]
    clocks = [(position, each.clock) for position, each in zip(sorted(times), found, strict=True) if each.clock]
    questions = differing_units(clock for _, clock in clocks)
    notes = tuple(dict.fromkeys(note for each in found for note in each.notes))
    return FoundClock(clocks[0][1] if clocks else None, tuple(times), tuple(clocks), questions, notes)


def _elapsed(layout: Layout, position: int, known: Known, taken: Sequence[int]) -> FoundClock:
    found = unit_of_time(layout, position, known)
    column = layout.column(position)
    clock = ElapsedTime(column, found.unit or TimeUnit.UNKNOWN)
    return FoundClock(clock, tuple(taken), (), found.questions, found.notes)


def _without_name(layout: Layout, known: Known) -> FoundClock:
    stated = stated_beat(layout)
    if stated:
        rate = 1 / stated.seconds
        return FoundClock(
            SampleRate(rate), tuple(_counters(layout)), notes=(f"{rate:g} samples a second by the preamble",)
        )
    first = next(iter(layout.positions(NUMBER)), None)
    if first is not None and layout.width > 1 and _even(layout, first) and not _is_counter(layout, first):
        name = layout.cell_name(first)
        asks = Question(f"is {name or 'the first column'!r} the time", (f"--time {name or first!r}", "--rate HZ"))
        told = _steady(layout, first) and (not name or time_unit(layout.name(first).unit))
        found = _elapsed(layout, first, known, [first])
        questions = found.questions if told else (asks, *found.questions)
        return FoundClock(found.clock, (first,), (), questions, found.notes)
    question = Question(
        "no column is called time; how many samples are there in a second", ("--rate HZ", "--time COLUMN")
    )
    return FoundClock(None, tuple(_counters(layout)), questions=(question,))


def _even(layout: Layout, position: int) -> bool:
    steps = np.diff(layout.values(position))
    return bool(steps.size) and bool(np.all(steps > 0))


def _steady(layout: Layout, position: int) -> bool:
    """Whether all steps are one step, as far as written digits go."""
    steps = np.diff(layout.values(position))
    return float(np.ptp(steps)) <= 0.1 * abs(float(np.median(steps)))


def _is_counter(layout: Layout, position: int) -> bool:
    name = layout.name(position)
    steps = np.diff(layout.values(position))
    return layout.header.present and name.word in INDEX_WORDS and bool(np.all(steps == 1))


def _counters(layout: Layout) -> list[int]:
    return [position for position in layout.positions(NUMBER) if _is_counter(layout, position)]
