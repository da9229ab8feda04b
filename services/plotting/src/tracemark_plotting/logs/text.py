"""The text of a log: where its columns are, and its rows one by one for whoever looks for a fault."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Column, TextFormat

Row = tuple[int, list[str]]
"""A physical line number, from 1, and the cells of the row that ends there."""


@dataclass(frozen=True, slots=True)
class LogText:
    """A log in UTF-8 without byte order mark; `first_row` is its header, or its first row when it has none."""

    data: bytes
    format: TextFormat
    first_row: tuple[str, ...]
    place: str

    @classmethod
    def parse(cls, data: bytes, text_format: TextFormat, place: str) -> LogText:
        """Decode a log as its profile says.

        Raises:
            InvalidLog: it is empty, or not in the profile's encoding.
        """
        utf8 = _as_utf8(data, text_format.encoding, place)
        first = cls(_first_line(utf8, text_format.delimiter), text_format, (), place)
        _, cells = next(first._all_rows(), (0, []))
        if not cells:
            raise InvalidLog("the log is empty", place=place, expected="rows of numbers", remedy="check the recording")
        return cls(utf8, text_format, tuple(cells), place)

    @property
    def lines_before_rows(self) -> int:
        """How many physical lines lie before the first row of numbers."""
        blank = _blank_lines(self.data, self.format.delimiter)
        return len(blank.splitlines()) + int(self.format.header)

    @property
    def spaces_are_padding(self) -> bool:
        """Whether spaces after a delimiter mean nothing."""
        return self.format.delimiter != " "

    def position(self, column: Column) -> int:
        """Return the 0-based position of a column.

        Raises:
            InvalidLog: no column, or more than one, has this name; or the first row is shorter.
        """
        if isinstance(column, int):
            if column >= len(self.first_row):
                raise self.missing(column, f"the first row has {len(self.first_row)} columns")
            return column
        names = self.first_row if column in self.first_row else tuple(name.strip() for name in self.first_row)
        if names.count(column) != 1:
            raise self.missing(column, f"the header is {quoted(', '.join(self.first_row), 300)}")
        return names.index(column)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of numbers as text, in order; blank lines are passed over.

        Raises:
            InvalidLog: a cell is too long, most likely because of a quotation mark without its partner.
        """
        return islice(self._all_rows(), int(self.format.header), None)

    def _all_rows(self) -> Iterator[Row]:
        lines = io.StringIO(self.data.decode("utf-8", "replace"), newline="")
        reader = csv.reader(lines, delimiter=self.format.delimiter, skipinitialspace=self.spaces_are_padding)
        try:
            for cells in reader:
                if len(cells) > 1 or (cells and cells[0].strip()):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise InvalidLog(
                f"a row cannot be split into cells ({error})",
                place=f"{self.place} line {reader.line_num}",
                expected=f"cells of at most {csv.field_size_limit():,} characters",
                remedy="look for a quotation mark without its partner",
            ) from error

    def missing(self, column: Column, found: str) -> InvalidLog:
        """Return the error that a column is not there exactly once."""
        kind = f"position {column}" if isinstance(column, int) else f"name {quoted(column)}"
        return InvalidLog(
            f"there is not exactly one column of {kind}: {found}",
            place=self.place,
            expected="every column that the sensor profile names",
            remedy="correct the profile, or check delimiter and header of the log",
        )


def _as_utf8(data: bytes, encoding: str, place: str) -> bytes:
    if encoding in ("utf-8", "ascii"):
        return data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        raise InvalidLog(
            f"the log is not {encoding} ({error})",
            place=place,
            expected=f"text in {encoding}",
            remedy="correct `encoding` in the sensor profile",
        ) from error


def _blank_lines(data: bytes, delimiter: str) -> bytes:
    """Return the lines before the first that holds anything; a delimiter is something."""
    space = " \t".replace(delimiter, "")
    blank = re.match(rf"(?:[{space}]*(?:\r\n|\r|\n))*".encode(), data)
    return blank[0] if blank else b""


def _first_line(data: bytes, delimiter: str) -> bytes:
    """Return the first line that is not blank, without copying the rest."""
    start = len(_blank_lines(data, delimiter))
    ends = [end for end in (data.find(b"\n", start), data.find(b"\r", start)) if end >= 0]
    return data[start : min(ends, default=len(data))]
