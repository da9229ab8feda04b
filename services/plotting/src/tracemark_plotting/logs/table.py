"""The columns of a log that a profile needs, read by pandas; every other column is left alone."""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracemark.errors import InvalidLog, ObjectTooLarge, quoted
from tracemark.profile.sensor_profile import ClockTime, Column, RaggedRows, SensorProfile
from tracemark_plotting.logs.faults import NOT_A_NUMBER, refuse_ragged_row, refuse_unreadable_cell
from tracemark_plotting.logs.shape import LogShape
from tracemark_plotting.logs.text import LogText

MIN_ROWS = 2

# pandas knows some spellings of these words only; the blank ones it knows all.
_GAPS = sorted({spell(word) for word in NOT_A_NUMBER for spell in (str.lower, str.upper, str.capitalize)})


@dataclass(frozen=True, slots=True)
class LogTable:
    """The needed columns of a log, all of one length, in the order of the file."""

    text: LogText
    frame: pd.DataFrame

    def numbers(self, column: Column) -> npt.NDArray[np.float64]:
        """Return a numeric column; a blank cell is NaN, an infinite one stays infinite."""
        found: npt.NDArray[np.float64] = self.frame[self.text.position(column)].to_numpy(dtype=np.float64)
        return found

    def strings(self, column: Column) -> pd.Series:
        """Return a column of text; a blank cell is missing."""
        return self.frame[self.text.position(column)]


def read_table(data: bytes, profile: SensorProfile, max_rows: int, place: str) -> LogTable:
    """Read the columns that `profile` needs; `place` is how errors call the log.

    Raises:
        InvalidLog: too few rows, a missing column, a ragged row, or a cell that is no number, with its line.
        ObjectTooLarge: more than `max_rows` rows.
    """
    text = LogText.parse(data, profile.text, place)
    shape = LogShape.of(text)
    frame = _read(text, profile, shape)
    _check_rows(len(frame), max_rows, place)
    if profile.text.ragged_rows is RaggedRows.REFUSE and shape.even_rows != len(frame):
        refuse_ragged_row(text, [text.position(column) for column in profile.columns])
    return LogTable(text, frame)


def _read(text: LogText, profile: SensorProfile, shape: LogShape) -> pd.DataFrame:
    if shape.plain:
        with suppress(ValueError, OverflowError):  # a blank cell: look for gaps then
            return _parsed(text, profile, na_filter=False)
    try:
        return _parsed(text, profile, na_values=_GAPS, skipinitialspace=shape.padded)
    except (ValueError, OverflowError) as error:  # pandas' own parser errors are ValueErrors
        positions = {text.position(column) for column in profile.columns}
        refuse_unreadable_cell(text, sorted(positions - _words(text, profile)), error)


def _parsed(text: LogText, profile: SensorProfile, **options: Any) -> pd.DataFrame:
    positions = {text.position(column) for column in profile.columns}
    words = _words(text, profile)
    return pd.read_csv(
        io.BytesIO(text.data),
        sep=text.format.delimiter,
        decimal=text.format.decimal,
        header=None,
        names=range(max(positions) + 1),
        skiprows=text.lines_before_rows,
        usecols=sorted(positions),
        dtype={position: "str" if position in words else "float64" for position in positions},
        index_col=False,
        encoding_errors="replace",
        **options,
    )


def _words(text: LogText, profile: SensorProfile) -> set[int]:
    """Return the positions of date and time, which are text."""
    if not isinstance(profile.time, ClockTime):
        return set()
    words = {text.position(column) for column in profile.time.columns}
    for channel in profile.channels:
        if text.position(channel.column) in words:
            raise InvalidLog(
                f"channel {quoted(channel.key)} (column {quoted(channel.column)}) is a column of date or time",
                place=text.place,
                expected="a column of numbers",
                remedy="correct the column in the sensor profile",
            )
    return words


def _check_rows(rows: int, max_rows: int, place: str) -> None:
    if rows < MIN_ROWS:
        raise InvalidLog(
            f"the log has {rows} rows of numbers",
            place=place,
            expected=f"at least {MIN_ROWS}: a line needs two points",
            remedy="check the recording, and `header` in the sensor profile",
        )
    if rows > max_rows:
        raise ObjectTooLarge(
            f"the log has {rows:,} rows",
            place=place,
            expected=f"at most {max_rows:,}",
            remedy="split the log, or raise MAX_ROWS together with the function's memory",
        )
