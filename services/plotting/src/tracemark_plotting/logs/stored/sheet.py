"""Sheets of numbers: columns that hold nothing else are taken as they are, without a text between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import Column, ElapsedTime, SampleRate, SensorProfile
from tracemark_plotting.logs.cells import read_ticks
from tracemark_plotting.logs.chunks import Chunk
from tracemark_plotting.logs.columns import Rows, Ticks, Values
from tracemark_plotting.logs.head import LogHead, find_head
from tracemark_plotting.logs.tags import refuse_mixed_tags
from tracemark_plotting.logs.text import LogText

_HEAD_ROWS = 1_200
"""In how many rows head and tags are looked for; a head further down is left to the reader of text."""

Cells = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """Columns of numbers: a `Columns`. cells: the rows behind the head; arrays: by position."""

    head: LogHead
    cells: Cells
    arrays: Mapping[int, Values]
    rows: Rows | None = None
    passed_over: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """How errors call the log."""
        return self.head.place

    def numbers(self, column: Column) -> Values:
        """See `Columns.numbers`."""
        return self.arrays[self.head.position(column)]

    def words(self, column: Column) -> pd.Series:
        """See `Columns.words`."""
        position = self.head.position(column)
        words = [str(row[position]) for row in self.cells]
        return pd.Series(words if self.rows is None else [words[row] for row in self.rows], dtype="str")

    def ticks(self, column: Column) -> tuple[Ticks, int]:
        """See `Columns.ticks`."""
        return read_ticks(self.words(column), self, self.head.format)

    def take(self, rows: Rows) -> SheetColumns:
        """See `Columns.take`."""
        taken = {position: values[rows] for position, values in self.arrays.items()}
        return replace(self, arrays=taken, rows=rows if self.rows is None else self.rows[rows])

    def row_name(self, row: int) -> str:
        """See `Columns.row_name`."""
        return f"line {self.head.lines + self._place(row) + 1}"

    def row_text(self, row: int) -> str:
        """See `Columns.row_text`."""
        return self.head.delimiter.join(map(str, self.cells[self._place(row)]))

    def _place(self, row: int) -> int:
        return row if self.rows is None else int(self.rows[row])


def numbers_of(
    cells: Cells, written: Callable[[Cells], bytes], profile: SensorProfile, place: str
) -> SheetColumns | None:
    """Return the needed columns where they hold numbers and nothing else, None where the reader of text has to look.

    cells: the rows of a sheet, all of one length. written: makes a text of rows, as `profile` is to read it. Whatever
    is to be refused is left to the reader of text, too, so that there is one error for it.
    """
    beginning = cells[:_HEAD_ROWS]
    if _asks_for_text(profile) or _has_lines_in_cells(beginning):
        return None
    data = written(beginning)
    with suppress(InvalidLog):
        head = find_head(data, profile, place)
        arrays = _arrays(cells[head.lines :], {head.position(column) for column in profile.columns})
        if arrays is not None:
            refuse_mixed_tags(LogText.of(Chunk(data, 0, last=True), head), profile)
            return SheetColumns(head, cells[head.lines :], arrays)
    return None


def _asks_for_text(profile: SensorProfile) -> bool:
    """Whether rows are chosen or passed over by their words, or a clock is one of words."""
    form = profile.text
    clocks = [profile.time, *(channel.time for channel in profile.channels if channel.time)]
    chosen = profile.where or any(channel.where for channel in profile.channels)
    marks = (form.comment, form.footer, form.footer_marks, form.gaps, form.ones, form.zeros, form.thousands)
    return bool(chosen) or any(marks) or not all(isinstance(clock, ElapsedTime | SampleRate) for clock in clocks)


def _has_lines_in_cells(cells: Cells) -> bool:
    """Whether a cell has several lines, so that rows and lines are counted differently."""
    return any("\n" in cell or "\r" in cell for row in cells for cell in row if isinstance(cell, str))


def _arrays(cells: Cells, positions: set[int]) -> dict[int, Values] | None:
    found = {}
    for position in positions:
        column = [row[position] for row in cells]
        if not set(map(type, column)) <= {float, int}:
            return None
        found[position] = np.array(column, dtype=np.float64)
    return found if cells else None
