"""Time as a log writes it: the columns of a clock as numbers, whole ticks where a float would round."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Clock, ClockTime, DurationTime, ElapsedTime, TimeUnit
from tracemark.profile.time import ISO
from tracemark_plotting.logs.cells import refuse_far_ticks
from tracemark_plotting.logs.columns import Columns, Mask, Ticks, Values

NANOSECONDS = 1_000_000_000
"""Ticks of a second, for clocks and durations."""

_EXACT = 2.0**53
"""Beyond it a float no longer tells neighbouring whole numbers apart."""

_WORTH_TICKS = 1e-3
"""Rounding of a float is felt when it is more than this part of the step from sample to sample."""

_LARGE = 2.0**30
_LOOKED_AT = 1_000

_DURATION = (
    r"^([+-])?(?:(\d{1,5})(?:\s*d(?:ays?)?)?[\s.,]\s*(?=\d+:\d+:))?"
    r"(?:(\d{1,6}):)?(\d{1,7}):(\d{1,2})(?:[.,](\d{1,9})\d*)?$"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """Times of consecutive rows in the unit of their clock: `raw / per_unit`, where `per_unit` of 0 means floats.

    rising: whether every row is known to lie behind the one above it; False may also mean that nobody looked.
    """

    raw: Values | Ticks
    per_unit: int = 0
    rising: bool = False


def read_moments(columns: Columns, clock: ClockTime | DurationTime | ElapsedTime, *, exact: bool | None) -> Moments:
    """Read the time of each row; `exact` of None: floats are taken where they do.

    Raises:
        InvalidLog: a row has no time, or the format is none.
    """
    if isinstance(clock, ClockTime):
        return Moments(_clock_ticks(columns, clock), NANOSECONDS)
    if isinstance(clock, DurationTime):
        return Moments(_duration_ticks(columns, clock), NANOSECONDS)
    found = columns.numbers(clock.column)
    rising = _rises(found)
    if not rising:
        _refuse_missing(columns, clock, ~np.isfinite(found), f"a number of {clock.unit.symbol}".removesuffix(" of "))
    if exact:
        return Moments(*columns.ticks(clock.column))
    if exact is None and _rounds(found, rising):
        with suppress(InvalidLog):  # written with an exponent: the digits are lost already
            return Moments(*columns.ticks(clock.column))
    return Moments(found, rising=rising)


def missing_times(columns: Columns, clock: Clock) -> Mask:
    """Return which rows have no time at all."""
    if isinstance(clock, ElapsedTime):
        return np.isnan(columns.numbers(clock.column))
    words = [columns.words(column) for column in clock.columns]
    blank = [(each.isna() | (each.astype("str").str.strip() == "")).to_numpy() for each in words]
    return np.asarray(np.logical_and.reduce(blank), dtype=np.bool_)


def time_text(columns: Columns, clock: Clock, row: int) -> str:
    """Return the time of a row as it is written, for errors and notes."""
    if isinstance(clock, ElapsedTime):
        number = float(columns.numbers(clock.column)[row])
        written = f"{number:.0f}" if number % 1 == 0 else f"{number:.15g}"
        return f"{written} {clock.unit.symbol}".rstrip()
    return " ".join(str(columns.words(column).iloc[row]).strip() for column in clock.columns)


def _rises(found: Values) -> bool:
    """Whether numbers are finite and each is larger than the one before: one pass, where it holds, instead of five.

    NaN is larger than nothing, and between finite ends that rise lies nothing infinite.
    """
    return bool(len(found)) and bool(np.isfinite(found[[0, -1]]).all()) and bool(np.all(found[1:] > found[:-1]))


def _rounds(found: Values, rising: bool) -> bool:
    ends = found[[0, -1]] if rising else found
    largest = max(float(ends.max(initial=0.0)), -float(ends.min(initial=0.0)))
    if largest >= _EXACT:
        return True
    spacing = float(np.spacing(largest))
    steps = np.abs(np.diff(found[:_LOOKED_AT]))
    if largest >= _LARGE and np.any(steps == 0):  # digits behind the mark may be lost already
        return True
    steps = steps[steps > 0]  # a moment that is repeated says nothing of the distance of others
    if not steps.size or np.all(np.mod(found[:_LOOKED_AT], 1) == 0):
        return False
    return spacing > _WORTH_TICKS * float(np.median(steps))


def _clock_ticks(columns: Columns, clock: ClockTime) -> Ticks:
    stamps = _stamps(columns, clock)
    moments = stamps if stamps.dtype.kind == "M" else _moments(stamps.str.strip(), clock, columns.place)
    _refuse_missing(columns, clock, moments.isna().to_numpy(), f"date and time as {quoted(clock.format)}")
    try:
        ticks = np.asarray(moments.dt.as_unit("ns").astype("int64").to_numpy(), dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise InvalidLog(
            f"a moment lies outside the years 1823 to 2116 ({error})",
            place=columns.place,
            expected=f"date and time as {quoted(clock.format)}",
            remedy="correct the clock, or `time` in the sensor profile",
        ) from error
    refuse_far_ticks(ticks, columns)
    return ticks + _fraction_ticks(columns, clock, clock.fraction) if clock.fraction else ticks


def _stamps(columns: Columns, clock: ClockTime) -> pd.Series:
    """Return the moment of each row as one text."""
    first, *rest = (columns.words(column) for column in clock.moment_columns)
    if not rest:
        return first
    parts = [
        _whole(words) if len(form) == 2 else words for words, form in zip((first, *rest), clock.formats, strict=False)
    ]
    return parts[0].str.cat(parts[1:], sep=" ")


def _whole(words: pd.Series) -> pd.Series:
    """Return numbers such as the month without a fraction: workbooks and matrices store 5 as 5.0."""
    return words.astype("str").str.replace(r"^\s*(\d+)\.0*\s*$", r"\1", regex=True)


def _fraction_ticks(columns: Columns, clock: ClockTime, unit: TimeUnit) -> Ticks:
    seconds = columns.numbers(clock.columns[-1]) * float(unit.seconds)
    expected = f"a number of {unit.symbol} from 0 to less than a second"
    _refuse_missing(columns, clock, ~((seconds >= 0) & (seconds < 1)), expected)
    return np.asarray(np.round(seconds * NANOSECONDS), dtype=np.int64)


def _moments(stamps: pd.Series, clock: ClockTime, place: str) -> pd.Series:
    if clock.format == ISO:
        return _parsed(stamps.str.replace(r",(?=\d)", ".", regex=True), "ISO8601", place)
    found = _parsed(stamps, clock.format, place)
    plain = clock.format.replace(".%f", "").replace(",%f", "")
    missing = found.isna() & stamps.notna()
    if plain == clock.format or not missing.any():
        return found
    # Many programs leave the fraction out on a whole second.
    return found.where(~missing, _parsed(stamps.where(missing), plain, place))


def _parsed(stamps: pd.Series, form: str, place: str) -> pd.Series:
    try:
        return pd.to_datetime(stamps, format=form, errors="coerce", utc=True)
    except (ValueError, OverflowError) as error:
        raise InvalidLog(
            f"date and time cannot be read as {quoted(form)} ({error})",
            place=place,
            expected="a format of Python's strptime",
            remedy="correct `time` in the sensor profile",
        ) from error


def _duration_ticks(columns: Columns, clock: DurationTime) -> Ticks:
    parts = columns.words(clock.column).astype("str").str.strip().str.extract(_DURATION)
    expected = "a duration such as 27:03:59.5, 03:59.5 or '1 03:03:59'"
    _refuse_missing(columns, clock, parts[4].isna().to_numpy(), expected)
    days, hours, minutes, seconds = (parts[index].fillna("0").to_numpy().astype(np.int64) for index in range(1, 5))
    fraction = parts[5].fillna("").str.pad(9, side="right", fillchar="0").to_numpy().astype(np.int64)
    ticks = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANOSECONDS + fraction
    return np.asarray(np.where((parts[0] == "-").to_numpy(), -ticks, ticks), dtype=np.int64)


def _refuse_missing(columns: Columns, clock: Clock, missing: Mask, expected: str) -> None:
    rows = np.flatnonzero(missing)
    if rows.size:
        row = int(rows[0])
        raise InvalidLog(
            f"the row {quoted(columns.row_text(row), 80)} has no usable time",
            place=f"{columns.place} {columns.row_name(row)}",
            expected=expected,
            remedy="correct the cell, or `time` in the sensor profile",
        )
