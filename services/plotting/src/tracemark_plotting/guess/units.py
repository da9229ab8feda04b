"""The unit of a numeric time column: as the header says, as an epoch shows, or as a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracemark.profile.time import TimeUnit
from tracemark_plotting.guess.layout import Layout, Values
from tracemark_plotting.guess.names import Name, time_unit
from tracemark_plotting.guess.result import Known, Question

# Seconds since 1970 from 2001 to 2100; days since 1900 as spreadsheets count them in the same years.
_EPOCH = (978_307_200.0, 4_102_444_800.0)
_SERIAL = (36_892.0, 73_415.0)
_EPOCH_UNITS = (
    (TimeUnit.SECONDS, 1.0),
    (TimeUnit.MILLISECONDS, 1e3),
    (TimeUnit.MICROSECONDS, 1e6),
    (TimeUnit.NANOSECONDS, 1e9),
)
_LONGEST_STEP_DAYS = 0.01
_PREAMBLE = ("timeunit", "xunit", "xunits", "zeiteinheit", "horizontalunits", "horizontalunit")


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """The unit of a time column, what was taken for granted, and what has to be asked."""

    unit: TimeUnit | None
    notes: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()


def unit_of_time(layout: Layout, position: int, known: Known) -> FoundUnit:
    """Find the unit of the numeric time column at `position`; a unit that the preamble gives goes first."""
    preamble = time_unit(layout.preamble(*_PREAMBLE))
    if preamble and not known.time_unit:
        return FoundUnit(preamble)
    shown = layout.cell_name(position) or f"column {position}"
    return unit_of_values(layout.values(position), layout.name(position), shown, known)


def unit_of_values(values: Values, name: Name, shown: str, known: Known) -> FoundUnit:
    """Find the unit of a numeric time by its name, then by its size; `shown` is how questions call it.

    A column that is called exactly "time" and gives no unit is taken to be in seconds where its steps are a second or
    parts of it, and a note says so; any other one is asked for.
    """
    if known.time_unit:
        return FoundUnit(known.time_unit)
    stated = time_unit(name.unit) or time_unit(name.text)
    if stated:
        return FoundUnit(stated)
    finite = values[np.isfinite(values)]
    return _by_size(finite) or _by_name(name, shown, finite)


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


def _by_name(name: Name, shown: str, values: Values) -> FoundUnit:
    step = _step(values)
    if name.means_time and (step <= 1 or np.any(values % 1)):
        return FoundUnit(TimeUnit.SECONDS, (f"the header gives {shown!r} no unit: seconds are taken (--time-unit)",))
    question = Question(
        f"{shown!r} steps by {step:g}; of what unit", ("--time-unit s", "--time-unit ms", "--time-unit us")
    )
    return FoundUnit(None, questions=(question,))


def _step(values: Values) -> float:
    steps = np.diff(values)
    steps = steps[steps > 0]
    return float(np.median(steps)) if steps.size else 0.0
