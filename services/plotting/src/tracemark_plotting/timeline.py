"""The time of a log's rows, block by block: never running back without a reason, and never without a note."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

import numpy as np

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Clock, ClockTime, Order, SampleRate
from tracemark_plotting.clocks import Moments, read_moments, time_text
from tracemark_plotting.logs.columns import Columns, Mask, Values
from tracemark_plotting.steps import Intervals, Numbers, Period, explained, periods

_KEPT_STEPS = 1_000

PAUSE_INTERVALS = 10.0
"""So many of a regular log's intervals without a sample are a pause: a line is drawn across it, and a note says so."""


class Timeline:
    """The time of one clock.

    origin: the moment, in the clock's unit, from which the numbers of `add` count. notes: what was done, in words.
    ascending: whether no row lies before the one above it. repeated: how many rows share the moment before them.
    """

    def __init__(self, clock: Clock, order: Order) -> None:
        self.clock, self.order = clock, order
        self.origin = Fraction(0)
        self.ascending = True
        self.repeated = 0
        self._rows = 0
        self._exact: bool | None = None
        self._per_unit = 0
        self._first: int | float = 0
        self._last: int | float | None = None
        self._last_text = ""
        self._ahead: int | float = 0
        self._steps: Values = np.empty(0)
        self._undone: dict[str, list[str]] = {}
        self._end: float | None = None
        self._pauses = 0
        self._first_pause = ""

    def add(self, columns: Columns, length: int) -> Values:
        """Return the time of the `length` rows of the next block, in the clock's unit, counted from `origin`.

        Raises:
            InvalidLog: a row has no time, or time steps back for no reason that is known.
        """
        if isinstance(self.clock, SampleRate):
            numbers = np.arange(self._rows, self._rows + length) / self.clock.rate + self.clock.start
            self._rows += length
            return np.asarray(self.clock.unit.from_seconds(1) * numbers, dtype=np.float64)
        if not length:
            return np.empty(0)
        moments = read_moments(columns, self.clock, exact=self._exact)
        self._begin(moments)
        with np.errstate(over="ignore", invalid="ignore"):  # a step from one end of all numbers to the other
            times = self._counted(self._risen(moments, columns))
            self._find_pauses(times, columns)
        return times

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the time, and where samples are missing, in words."""
        undone = tuple(_note(reason, places) for reason, places in self._undone.items())
        return (*undone, f"Recording pauses{_times(self._pauses)} {self._first_pause}") if self._pauses else undone

    def _find_pauses(self, times: Values, columns: Columns) -> None:
        """Look for a regular log's pauses; rows that are to be sorted tell none."""
        usual = Intervals.of(self._steps)
        before, self._end = self._end, float(times[-1])
        if not (self.ascending and usual.regular):
            return
        steps = np.diff(times, prepend=times[0] if before is None else before)
        pauses = np.flatnonzero(steps > PAUSE_INTERVALS * usual.usual / (self._per_unit or 1))
        if pauses.size and not self._pauses:
            row = int(pauses[0])
            lasting = f"{steps[row]:.4g} {self.clock.unit.symbol}".rstrip()
            self._first_pause = f"for {lasting} before {columns.row_name(row)}: the line across is no measurement."
        self._pauses += int(pauses.size)

    def _begin(self, moments: Moments) -> None:
        if self._last is not None:
            return
        self._exact, self._per_unit = bool(moments.per_unit), moments.per_unit
        self._first = moments.raw[0].item()
        if moments.per_unit:
            self.origin = Fraction(self._first) / moments.per_unit

    def _counted(self, raw: Numbers) -> Values:
        if not self._per_unit:
            return np.asarray(raw, dtype=np.float64)
        return np.asarray((raw - int(self._first)) / self._per_unit, dtype=np.float64)

    def _risen(self, moments: Moments, columns: Columns) -> Numbers:
        raw = moments.raw
        if not moments.rising or (self._last is not None and raw[0] <= self._last):
            return self._straightened(raw, columns)
        before = [] if self._last is None else [self._last]
        self._keep_steps(np.diff(np.concatenate((np.asarray(before, dtype=raw.dtype), raw[-_KEPT_STEPS - 1 :]))))
        return self._ended(raw, raw + self._ahead if self._ahead else raw, columns)

    def _keep_steps(self, steps: Numbers) -> None:
        self._steps = np.concatenate((self._steps, steps[-_KEPT_STEPS:].astype(np.float64)))[-_KEPT_STEPS:]

    def _ended(self, raw: Numbers, result: Numbers, columns: Columns) -> Numbers:
        self._last = raw[-1].item()
        self._last_text = time_text(columns, self.clock, len(raw) - 1)
        return result

    def _straightened(self, raw: Numbers, columns: Columns) -> Numbers:
        """Return the raw numbers with every step back undone, or as they are where they are to be sorted."""
        whole = raw if self._last is None else np.concatenate((np.asarray([self._last], dtype=raw.dtype), raw))
        begin = len(whole) - len(raw)
        steps = np.diff(whole)
        back = np.flatnonzero(steps < 0)
        self.repeated += int(np.count_nonzero(steps == 0))
        self._keep_steps(steps)
        ahead = self._undo(whole, steps, back, columns, begin) if back.size else None
        result = raw + self._ahead if self._ahead else raw
        if ahead is not None:
            result = raw + (self._ahead + ahead[begin:])
            self._ahead += ahead[-1].item()
        return self._ended(raw, result, columns)

    def _undo(self, whole: Numbers, steps: Numbers, back: Numbers, columns: Columns, begin: int) -> Numbers | None:
        """Return what is to be added to each number of `whole`; None where the rows are to be sorted."""
        before, after = whole[back], whole[back + 1]
        usual = Intervals.of(np.concatenate((self._steps, steps.astype(np.float64))))
        added = np.zeros(len(back), dtype=whole.dtype)
        reason = np.full(len(back), -1)
        found = periods(self.clock, self._per_unit)
        for index, period in enumerate(found):
            now = (reason < 0) & explained(before, after, period, usual, float(self._first))
            reason[now], added[now] = index, period.length
        rows = back + 1 - begin
        left = reason < 0
        if left.any() and not self._settled(left, before, after, added, usual, columns, rows):
            return None
        self._remember(reason, rows, columns, found)
        ahead = np.zeros(len(whole), dtype=whole.dtype)
        ahead[back + 1] = added
        return np.cumsum(ahead, dtype=whole.dtype)

    def _settled(
        self,
        left: Mask,
        before: Numbers,
        after: Numbers,
        added: Numbers,
        usual: Intervals,
        columns: Columns,
        rows: Numbers,
    ) -> bool:
        """Deal with steps back that nothing explains, as the profile's `order` says; False where rows get sorted."""
        if self.order is Order.SORT:
            self.ascending = False
            return False
        first = int(np.flatnonzero(left)[0])
        if self.order is Order.FORWARD:
            self._refuse(columns, int(rows[first]))
        added[left] = (before - after)[left] + np.asarray(usual.usual).astype(added.dtype)
        count = int(np.count_nonzero(left))
        self._say("file", [f"{columns.row_name(int(rows[first]))}"] * count)
        return True

    def _remember(self, reason: Numbers, rows: Numbers, columns: Columns, found: tuple[Period, ...]) -> None:
        for index, period in enumerate(found):
            these = rows[reason == index]
            if these.size:
                self._say(period.name, [columns.row_name(int(these[0]))] * int(these.size))

    def _say(self, reason: str, places: list[str]) -> None:
        self._undone.setdefault(reason, []).extend(places)

    def _refuse(self, columns: Columns, row: int) -> NoReturn:
        now = time_text(columns, self.clock, row)
        before = time_text(columns, self.clock, row - 1) if row else self._last_text
        raise InvalidLog(
            f"time steps back from {quoted(before, 60)} to {quoted(now, 60)}",
            place=f"{columns.place} {columns.row_name(row)}",
            expected="time that goes on, or begins again at midnight or with a counter of 2^16, 2^31 or 2^32",
            remedy=_remedy(self.clock),
        )


def _remedy(clock: Clock) -> str:
    clock_change = "; at a clock change record UTC, or times with their zone" if isinstance(clock, ClockTime) else ""
    return (
        "record one run in each file, or set `order: sort` in the sensor profile for rows that lie in disorder, or "
        f"`order: file` to put each run behind the one before{clock_change}"
    )


def _times(count: int) -> str:
    return f" {count:,} times, first" if count > 1 else ""


def _note(reason: str, places: list[str]) -> str:
    times = _times(len(places))
    if reason == "file":
        return f"Time steps back{times} in {places[0]}: what begins there is put behind what came before."
    return f"Time began again{times} in {places[0]} at {reason}: it is shown going on."
