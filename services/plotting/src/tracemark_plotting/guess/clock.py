"""The time of a log: which column holds it and in what unit, or how many samples there are in a second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tracemark.profile.time import ElapsedTime, SampleRate, TimeUnit
from tracemark_plotting.guess.beat import Beat, stated_beat
from tracemark_plotting.guess.cells import MOMENT, NUMBER, TEXT
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.names import time_unit
from tracemark_plotting.guess.result import Known, Question
from tracemark_plotting.guess.stamps import FoundClock, clock_of, find_moments
from tracemark_plotting.guess.tags import tag_column
from tracemark_plotting.guess.units import differing_units, same_beat, unit_of_time
from tracemark_plotting.guess.vocabulary import INDEX_WORDS


def find_clock(layout: Layout, known: Known) -> FoundClock:
    """Find the time of a log; a question where the log does not tell."""
    if known.rate:
        return FoundClock(SampleRate(known.rate), tuple(_counters(layout)))
    if known.time is not None:
        return _named(layout, known)
    moments = find_moments(layout, known)
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
    of_other = bool(name.unit) and not time_unit(name.unit)  # `T (°C)` is no time
    if not layout.header.present or name.word in INDEX_WORDS or of_other:
        return False
    following = layout.name(position + 1).word if position + 1 < layout.width else ""
    before = bool(following) and name.word in (f"t{following}", f"t_{following}", f"{following}_t")
    if "VarName" in layout.header.names and layout.cell_name(position) == "Time_ms":
        return False  # WinCC counts millionths of a day there
    if name.means_time and _even(layout, position, falls=True):
        return True
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
        moments = clock_of(layout, [found[0]], known)
        return FoundClock(moments.clock, tuple(found), (), moments.questions, moments.notes)
    return _elapsed(layout, found[0], known, found)


def _too_coarse(layout: Layout, moments: FoundClock) -> bool:
    """Whether most moments repeat, so that a column of numbers tells more."""
    cells = [row.cells[moments.columns[-1]] for row in layout.table.data]
    numeric = [position for position in numeric_times(layout) if layout.name(position).unit]
    return len(set(cells)) < len(cells) // 2 and bool(numeric) and not _repeats(layout, numeric[0])


def _stands_still(layout: Layout, moments: FoundClock) -> bool:
    """Whether most moments are those of the row above, though no column of words tells rows of one moment apart."""
    stamps = [tuple(row.cells[position] for position in moments.columns) for row in layout.table.data]
    words = bool(layout.positions(TEXT)) or tag_column(layout, moments.columns) is not None
    return len(set(stamps)) < len(stamps) / 2 and not words


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
    if stated and (found := _on_the_beat(layout, known, stated)):
        return found
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


def _on_the_beat(layout: Layout, known: Known, stated: Beat) -> FoundClock | None:
    """Return the first column of numbers as time, where its steps are those that the preamble states."""
    first = next(iter(layout.positions(NUMBER)), None)
    if first is None or len(layout.positions(NUMBER)) < 2 or not (_even(layout, first) and _steady(layout, first)):
        return None
    found = _elapsed(layout, first, known, [first])
    step = float(np.median(np.diff(layout.values(first))))
    unit = found.clock.unit if found.clock else TimeUnit.UNKNOWN
    if unit is TimeUnit.UNKNOWN or not same_beat(unit.to_seconds(step), stated.seconds):
        return None
    return found


def _even(layout: Layout, position: int, *, falls: bool = False) -> bool:
    """Whether a column rises, or falls, from row to row."""
    steps = np.diff(layout.values(position))
    return bool(steps.size) and bool(np.all(steps < 0 if falls else steps > 0))


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
