"""Rows of a text log, one by one, for whoever looks at them with care: chosen, split into cells, with their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import Column, TextFormat
from tracemark_plotting.logs.chunks import Chunk, lines_of
from tracemark_plotting.logs.head import LogHead

Row = tuple[int, list[str]]
"""A physical line number, from 1, and the cells of the row that ends there."""


@dataclass(frozen=True, slots=True)
class LogText:
    """Rows of numbers in UTF-8: `data` begins and ends with a row, `lines` physical lines of the log lie before it."""

    data: bytes
    head: LogHead
    lines: int

    @classmethod
    def of(cls, chunk: Chunk, head: LogHead) -> LogText:
        """Return the rows of a chunk, behind the head if it is the first."""
        begin, lines = (head.size, head.lines) if chunk.lines == 0 else (0, chunk.lines)
        return cls(chunk.data[begin:] if begin else chunk.data, head, lines)

    @property
    def format(self) -> TextFormat:
        """How the log is written."""
        return self.head.format

    @property
    def place(self) -> str:
        """How errors call the log."""
        return self.head.place

    def position(self, column: Column) -> int:
        """Return the 0-based position of a column; see `LogHead.position`."""
        return self.head.position(column)

    def rows(self) -> Iterator[Row]:
        """Yield the rows as text, in order; blank lines are passed over.

        Raises:
            InvalidLog: a cell is too long, most likely because of a quotation mark without its partner.
        """
        reader = self.head.cells(lines_of(self.data))
        try:
            for cells in reader:
                if len(cells) > 1 or (cells and cells[0].strip()):
                    yield self.lines + reader.line_num, cells
        except csv.Error as error:
            raise InvalidLog(
                f"a row cannot be split into cells ({error})",
                place=f"{self.place} line {self.lines + reader.line_num}",
                expected=f"cells of at most {csv.field_size_limit():,} characters",
                remedy="look for a quotation mark without its partner",
            ) from error
