"""The columns of a text log that a profile needs: read by pandas where they hold numbers and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import ClockTime, Column, DurationTime, RaggedRows, SensorProfile
from tracemark_plotting.logs.careful import CarefulRows, needs_care, read_carefully
from tracemark_plotting.logs.cells import NOT_A_NUMBER, CellReader, read_ticks
from tracemark_plotting.logs.columns import Rows, Ticks, Values
from tracemark_plotting.logs.ends import Footer
from tracemark_plotting.logs.faults import cell_fault, refuse_blank_line, refuse_ragged_row
from tracemark_plotting.logs.shape import LogShape
from tracemark_plotting.logs.text import LogText


@dataclass(frozen=True, slots=True)
class LogTable:
    """The needed columns of a chunk by position, in the order of the file: a `Columns`.

    line: the physical line of a row. passed_over: see `Columns.passed_over`. read: columns that were
    asked for already. footer: what is behind the rows; None where the log was not looked at row by row.
    """

    text: LogText
    frame: pd.DataFrame
    line: Callable[[int], int]
    passed_over: dict[str, int]
    read: dict[int, Values] = field(default_factory=dict)
    footer: Footer | None = None

    @property
    def place(self) -> str:
        """How errors call the log."""
        return self.text.place

    def numbers(self, column: Column) -> Values:
        """See `Columns.numbers`."""
        position = self.text.position(column)
        if position not in self.read:
            self.read[position] = self._numbers(position)
        return self.read[position]

    def _numbers(self, position: int) -> Values:
        series = self.frame[position]
        if series.dtype == np.float64:
            found: Values = series.to_numpy()
            return found
        reader, cells = CellReader.of(self.text.format), series.fillna("").to_numpy(dtype=object).tolist()
        plain = reader.read_plain(cells)
        return plain if plain is not None else self._one_by_one(reader, cells, position)

    def _one_by_one(self, reader: CellReader, cells: list[str], position: int) -> Values:
        values = np.empty(len(cells))
        for row, cell in enumerate(cells):
            number = reader.read(cell)
            if number is None:
                raise cell_fault(self.text, self.line(row), position, cell)
            values[row] = number
        return values

    def words(self, column: Column) -> pd.Series:
        """See `Columns.words`."""
        return self.frame[self.text.position(column)]

    def ticks(self, column: Column) -> tuple[Ticks, int]:
        """See `Columns.ticks`."""
        position = self.text.position(column)
        words = self.frame[position]
        if words.dtype == np.float64:
            words = _parsed(self.text, [position], {position}, skipinitialspace=True)[position]
        return read_ticks(words, self, self.text.format)

    def take(self, rows: Rows) -> LogTable:
        """See `Columns.take`."""
        return replace(self, frame=self.frame.iloc[rows], read={}, line=lambda row: self.line(int(rows[row])))

    def row_name(self, row: int) -> str:
        """See `Columns.row_name`."""
        return f"line {self.line(row)}"

    def row_text(self, row: int) -> str:
        """See `Columns.row_text`."""
        wanted = self.line(row)
        cells = next((cells for line, cells in self.text.rows() if line == wanted), [])
        return self.text.head.delimiter.join(cells)


def read_table(text: LogText, profile: SensorProfile) -> LogTable:
    """Read the columns that `profile` needs.

    Raises:
        InvalidLog: a missing column, a ragged row, or a cell that is no number, with its line.
    """
    _refuse_columns(text, profile)
    shape = LogShape.of(text)
    _refuse_aligned(text, shape)
    frame = None if needs_care(text, profile) else _read(text, profile, shape)
    if frame is None or _has_rows_without_cells(frame):
        return _careful_table(text, profile)
    if profile.text.ragged_rows is RaggedRows.REFUSE and shape.even_rows != len(frame):
        refuse_ragged_row(text, [text.position(column) for column in profile.columns])
    if shape.even_rows != len(frame):
        refuse_blank_line(text, profile)
    return LogTable(text, frame, lambda row: _line(text, row), {})


def _refuse_aligned(text: LogText, shape: LogShape) -> None:
    if text.format.delimiter == " " and shape.even_rows is None and b"  " in text.data:
        raise InvalidLog(
            "the columns are aligned by several spaces",
            place=text.place,
            expected="one space between two cells",
            remedy="set `delimiter: whitespace` in the sensor profile, and count positions without blank cells",
        )


def _read(text: LogText, profile: SensorProfile, shape: LogShape) -> pd.DataFrame | None:
    positions = sorted({text.position(column) for column in profile.columns})
    words = _words(text, profile)
    if shape.plain:
        with suppress(ValueError, OverflowError):  # a blank cell: look for gaps then
            return _parsed(text, positions, words, na_filter=False)
    with suppress(ValueError, OverflowError):  # pandas' own parser errors are ValueErrors
        return _parsed(text, positions, words, na_values=_gaps(profile), skipinitialspace=shape.padded)
    return None


def _gaps(profile: SensorProfile) -> list[str]:
    # pandas knows some spellings of these words only; the blank ones it knows all.
    words = [*NOT_A_NUMBER, *profile.text.gaps]
    return sorted({spell(word) for word in words for spell in (str, str.lower, str.upper, str.capitalize)})


def _parsed(text: LogText, positions: Sequence[int], words: set[int], **options: Any) -> pd.DataFrame:
    # Columns are named by strings: pandas takes whole numbers for positions when there are no rows, and fails.
    frame = pd.read_csv(
        io.BytesIO(text.data),
        sep=text.head.delimiter,
        decimal=text.format.decimal,
        header=None,
        names=[str(position) for position in range(max(positions) + 1)],
        usecols=[str(position) for position in positions],
        dtype={str(position): "str" if position in words else "float64" for position in positions},
        index_col=False,
        encoding_errors="replace",
        **options,
    )
    frame.columns = pd.Index(positions)
    return frame


def _has_rows_without_cells(frame: pd.DataFrame) -> bool:
    first = frame[frame.columns[0]]
    some = np.isnan(first.to_numpy()).any() if first.dtype == np.float64 else first.isna().any()
    return bool(some) and bool(frame.isna().all(axis=1).any())


def _careful_table(text: LogText, profile: SensorProfile) -> LogTable:
    found: CarefulRows = read_carefully(text, profile)
    frame = pd.DataFrame({position: pd.Series(cells, dtype="str") for position, cells in found.columns.items()})
    lines = found.lines
    return LogTable(text, frame, lambda row: lines[row], found.passed_over, footer=found.footer)


def _line(text: LogText, row: int) -> int:
    line, _ = next(islice(text.rows(), row, None), (0, []))
    return line


def _words(text: LogText, profile: SensorProfile) -> set[int]:
    """Return the positions of date and time, which are text."""
    clocks = [profile.time, *(channel.time for channel in profile.channels if channel.time)]
    texts = [clock for clock in clocks if isinstance(clock, ClockTime | DurationTime)]
    return {text.position(column) for clock in texts for column in clock.columns}


def _refuse_columns(text: LogText, profile: SensorProfile) -> None:
    for column in profile.columns:
        text.position(column)
    words = _words(text, profile)
    for channel in profile.channels:
        if text.position(channel.column) in words:
            raise InvalidLog(
                f"channel {quoted(channel.key)} (column {quoted(channel.column)}) is a column of date or time",
                place=text.place,
                expected="a column of numbers",
                remedy="correct the column in the sensor profile",
            )
