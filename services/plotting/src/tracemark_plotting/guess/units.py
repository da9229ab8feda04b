"""The unit of a numeric time column: as the header says, as an epoch or a stated rate shows, or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tracemark.profile.time import Clock, TimeUnit
from tracemark_plotting.guess.beat import stated_beat
from tracemark_plotting.guess.layout import Layout, Values
from tracemark_plotting.guess.names import Name, named_unit, time_unit
from tracemark_plotting.guess.result import Known, Question

# Seconds since 1970 from 2001 to 2100; days since 1900 as spreadsheets count them in the same years.
_EPOCH = (978_307_200.0, 4_102_444_800.0)
_TICKS = (1.262_277_99e17, 1.574_691_84e17)  # since 1601, as Windows and Beckhoff count them in the same years
_SERIAL = (36_892.0, 73_415.0)
_EPOCH_UNITS = (
    (TimeUnit.SECONDS, 1.0),
    (TimeUnit.MILLISECONDS, 1e3),
    (TimeUnit.MICROSECONDS, 1e6),
    (TimeUnit.NANOSECONDS, 1e9),
)
_GIVEN = tuple(unit.value for unit in TimeUnit if unit is not TimeUnit.UNKNOWN)
"""The units that a user can give."""
_LONGEST_STEP_DAYS = 0.01
_SAME_BEAT = 0.02  # a clock and its nominal rate differ by less
_PREAMBLE = ("timeunit", "xunit", "xunits", "zeiteinheit", "horizontalunits", "horizontalunit")


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """The unit of a time column, what was taken for granted, and what has to be asked.

    unit: None where there is no time; unknown where the log does not say, which can be drawn without one.
    """

    unit: TimeUnit | None
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def unit_of_time(layout: Layout, position: int, known: Known) -> FoundUnit:
    """Find the unit of the numeric time column at `position`; a unit that the preamble gives goes first."""
    preamble = time_unit(layout.preamble(*_PREAMBLE)) or _by_format(layout)
    if preamble and not known.time_unit:
        return FoundUnit(preamble)
    shown = layout.cell_name(position) or f"column {position}"
    beat = stated_beat(layout)
    seconds = beat.seconds if beat and beat.independent else 0.0
    return unit_of_values(layout.values(position), layout.name(position), shown, known, seconds)


def unit_of_values(values: Values, name: Name, shown: str, known: Known, beat: float = 0.0) -> FoundUnit:
    """Find the unit of a numeric time by its name, its size, or the `beat` of its samples, else leave it unknown.

    beat: seconds from sample to sample by another source than the time, 0 where there is none: the unit in which the
    steps are as long is the time's. shown: how notes call the time. A step of 0.1 alone tells nothing: it may be
    one of seconds, of milliseconds or of minutes.
    """
    if known.time_unit:
        return FoundUnit(known.time_unit)
    finite = values[np.isfinite(values)]
    if finite.size and _TICKS[0] <= float(finite.min()) and float(finite.max()) <= _TICKS[1]:
        note = "time is taken as ticks of 100 ns since 1601, by its size (--time-unit)"
        return FoundUnit(TimeUnit.TICKS, (note,))
    stated = time_unit(name.unit) or time_unit(name.text) or named_unit(name)
    if stated:
        return FoundUnit(stated)
    return _by_size(finite) or _by_beat(finite, beat) or _unknown(shown, finite)


def differing_units(clocks: Iterable[Clock]) -> tuple[Question, ...]:
    """Return the question for the unit that some clocks have and others lack: one axis cannot hold both."""
    units = {clock.unit for clock in clocks}
    if TimeUnit.UNKNOWN not in units or len(units) == 1:
        return ()
    options = tuple(f"--time-unit {unit}" for unit in _GIVEN)
    return (Question("one time has a unit and another has none; of what unit are all", options),)


def _by_format(layout: Layout) -> TimeUnit | None:
    """Return seconds for what holds nothing else: LabVIEW's measurement files over time, and LeCroy's waveforms."""
    begins = [" ".join(row.cells) for row in layout.header.preamble]
    labview = any(each.startswith("LabVIEW Measurement") for each in begins)
    lecroy = any(each.startswith("LECROY") and each.endswith("Waveform") for each in begins)
    return TimeUnit.SECONDS if lecroy or (labview and layout.preamble("xdimension") == "Time") else None


def _by_size(values: Values) -> FoundUnit | None:
    if not values.size:
        return None
    least, most = float(values.min()), float(values.max())
    for unit, scale in _EPOCH_UNITS:
        if _EPOCH[0] * scale <= least and most <= _EPOCH[1] * scale:
            return FoundUnit(unit, (f"time is taken as {unit.symbol} since 1970, by its size (--time-unit)",))
    step = _step(values)
    if _SERIAL[0] <= least and most <= _SERIAL[1] and 0 < step <= _LONGEST_STEP_DAYS and np.any(values % 1):
        return FoundUnit(TimeUnit.DAYS, ("time is taken as days of a spreadsheet, by its size (--time-unit)",))
    return None


def _by_beat(values: Values, beat: float) -> FoundUnit | None:
    step = _step(values)
    if not (beat > 0 and step > 0):
        return None
    for unit in (each for each in TimeUnit if each is not TimeUnit.UNKNOWN):
        if same_beat(unit.to_seconds(step), beat):
            note = (
                f"time is taken as {unit.symbol}: its steps are then the {beat:g} s that the log states (--time-unit)"
            )
            return FoundUnit(unit, (note,))
    return None


def same_beat(step: float, beat: float) -> bool:
    """Return whether steps of a time, in seconds, are those of a stated beat."""
    return abs(step / beat - 1) <= _SAME_BEAT


def _unknown(shown: str, values: Values) -> FoundUnit:
    step = f"{shown!r} steps by {_step(values):g} and does not say of what unit"
    return FoundUnit(
        TimeUnit.UNKNOWN, (f"{step}: its axis shows none (--time-unit {', '.join(_GIVEN[:-1])} or {_GIVEN[-1]})",)
    )


def _step(values: Values) -> float:
    steps = np.diff(values)
    steps = steps[steps > 0]
    return float(np.median(steps)) if steps.size else 0.0
