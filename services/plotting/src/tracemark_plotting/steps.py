"""Steps back in time: which of them are a midnight or a counter that began again, and which cannot be explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Clock, ClockTime, ElapsedTime, TimeUnit
from tracemark_plotting.clocks import NANOSECONDS
from tracemark_plotting.logs.columns import Mask, Values

Numbers = npt.NDArray[Any]
"""Floats, or whole ticks."""

COUNTERS = (2**16, 2**31, 2**32)
"""Where the counters of recorders begin again, in the unit of the column."""

_DAY = 86_400
_FEW_STEPS = 8
_FEW_INTERVALS = 3.0
_MIDNIGHT_INTERVALS = 10.0
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Period:
    """After what a clock begins again.

    length: in the raw numbers of the clock. name: how a note calls it. counter: whether it counts in whole numbers
    from 0, or from minus the half.
    """

    length: int
    name: str
    counter: bool = False
    within: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """The steps forward from sample to sample: how many, the usual one, how far it varies, and the longest."""

    count: int = 0
    usual: float = 0.0
    jitter: float = 0.0
    high: float = 0.0
    longest: float = 0.0

    @classmethod
    def of(cls, steps: Values) -> Intervals:
        """Return what is usual among `steps`; those that are not positive do not count."""
        forward = steps[steps > 0]
        if not forward.size:
            return cls()
        low, usual, high = (float(each) for each in np.percentile(forward, (5, 50, 95)))
        return cls(forward.size, usual, high - low, high, float(forward.max()))

    @property
    def regular(self) -> bool:
        """Whether there are enough steps to say that one is like the other."""
        return self.count >= _FEW_STEPS and self.jitter <= _JITTER * self.usual


def periods(clock: Clock, per_unit: int) -> tuple[Period, ...]:
    """Return after what a clock may begin again, in its raw numbers."""
    if isinstance(clock, ClockTime):
        seconds, name = _clock_period(clock)
        return (Period(seconds * NANOSECONDS, name),)
    if not isinstance(clock, ElapsedTime):
        return (Period(_DAY * NANOSECONDS, "midnight"),)
    scale = per_unit or 1
    counters = tuple(Period(size * scale, f"the counter of {size:,}", counter=True) for size in COUNTERS)
    if clock.unit is TimeUnit.UNKNOWN:  # nobody knows how long its day is
        return counters
    day = clock.unit.from_seconds(_DAY) * scale
    return (*counters, Period(int(day), "midnight", within=True))


def explained(before: Numbers, after: Numbers, period: Period, usual: Intervals, first: float) -> Mask:
    """Return which steps back are explained by a period, given the raw numbers before and after each.

    A step is explained when the period, added, makes it a step forward as those around it: a midnight may lose some
    samples, a counter keeps its beat. `first` is the first number of the log, where a new run would begin again.
    """
    gained = (after - before + period.length).astype(np.float64)
    if not period.counter:
        # The new day begins between the two samples, not anywhere a day before.
        crossed = np.mod(after, period.length) <= gained
        if period.within:
            crossed &= (after >= 0) & (before <= period.length)
        close = (gained >= 0) & (gained <= _longest_pause(period, usual))
        return np.asarray(crossed & close, dtype=np.bool_)
    whole = (before % 1 == 0) & (after % 1 == 0)
    half = period.length / 2
    inside = ((after >= 0) & (before < period.length)) | ((after >= -half) & (before < half) & (after < 0))
    beat = _keeps_beat(gained, after, period, usual, first)
    return np.asarray(whole & inside & (gained > 0) & beat, dtype=np.bool_)


def _clock_period(clock: ClockTime) -> tuple[int, str]:
    """Return in seconds what a clock cannot tell apart: a day, or less where it knows no hour or no afternoon."""
    if clock.format == "iso" or any(mark in clock.format for mark in ("%H", "%X", "%c", "%T", "%R")):
        return _DAY, "midnight"
    if "%I" in clock.format:
        return (_DAY, "midnight") if "%p" in clock.format else (_DAY // 2, "twelve o'clock")
    return (3_600, "the full hour") if "%M" in clock.format else (60, "the full minute")


def _longest_pause(period: Period, usual: Intervals) -> float:
    """Return how long recording may have paused over the end of a period."""
    hour = period.length / 24
    if usual.count < (1 if period.within else _FEW_STEPS):
        return hour
    pause = max(_MIDNIGHT_INTERVALS * usual.usual, usual.longest)
    # A clock at the end of its day has no other reason to step back; a number may be that of a new run.
    least = 0.0 if period.within else hour / 60
    return max(min(pause, hour), least, min(1.5 * usual.usual, period.length / 4))


def _keeps_beat(gained: Values, after: Numbers, period: Period, usual: Intervals, first: float) -> Mask:
    if not usual.count:
        return np.asarray(gained <= period.length / 1_000, dtype=np.bool_)
    if usual.usual > period.length / 8:  # a counter that begins again every few samples tells nothing
        return np.zeros(gained.shape, dtype=np.bool_)
    if usual.regular:
        beats = np.clip(np.rint(gained / usual.usual), 1, _FEW_INTERVALS)
        slack = max(usual.jitter, _JITTER * usual.usual, 1.0)
        return np.asarray(np.abs(gained - beats * usual.usual) <= slack, dtype=np.bool_)
    bound = max(_FEW_INTERVALS * usual.usual, 1.5 * usual.high)
    few = usual.count < _FEW_STEPS
    return np.asarray((gained <= bound) & (few | (after != first)), dtype=np.bool_)
