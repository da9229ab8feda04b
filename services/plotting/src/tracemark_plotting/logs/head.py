"""What lies before the rows of numbers: preamble, header, and rows below the header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Column, SensorProfile, TextFormat
from tracemark.profile.text_format import MAX_LINES, TO_HEADER, WHITESPACE
from tracemark_plotting.logs.chunks import lines_of

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_SEPARATOR = re.compile(rb"\s*\"?sep=.?\"?[\s,;|]*", re.IGNORECASE)
_MAX_HEADER_BYTES = 1024 * 1024


class Reader(Protocol):
    """What `csv.reader` returns: rows as cells, and how many physical lines they took so far."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class LogHead:
    """The head of a log.

    first_row: the header, or the first row of numbers when there is none. size: how many bytes of the first chunk it
    takes, lines: how many physical lines. rows: its rows of words, as cells; one that comes again is no row of numbers.
    begins: the first cells of these.
    """

    format: TextFormat
    first_row: tuple[str, ...]
    place: str
    size: int = 0
    lines: int = 0
    rows: frozenset[tuple[str, ...]] = frozenset()
    begins: frozenset[str] = frozenset()

    @property
    def delimiter(self) -> str:
        """The character between cells; columns aligned by spaces are brought to tabs before they are read."""
        return "\t" if self.format.delimiter == WHITESPACE else self.format.delimiter

    @property
    def word_space(self) -> str:
        """What stands between two words: a tab where spaces stand between columns."""
        return "\t" if self.format.delimiter == WHITESPACE else " "

    @property
    def spaces_are_padding(self) -> bool:
        """Whether spaces after a delimiter mean nothing."""
        return self.delimiter != " "

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

    def missing(self, column: Column, found: str) -> InvalidLog:
        """Return the error that a column is not there exactly once."""
        kind = f"position {column}" if isinstance(column, int) else f"name {quoted(column)}"
        twice = isinstance(column, str) and column in self.first_row
        preamble = "`skip: header` looks for the header further down"
        return InvalidLog(
            f"there is not exactly one column of {kind}: {found}",
            place=self.place,
            expected="every column that the sensor profile names",
            remedy="give its 0-based position instead"
            if twice
            else f"correct the profile, or check delimiter and header of the log; {preamble}",
        )

    def cells(self, lines: Iterable[str]) -> Reader:
        """Return a reader that splits lines into cells."""
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.spaces_are_padding)


def find_head(data: bytes, profile: SensorProfile, place: str) -> LogHead:
    """Find the header of a log in its first chunk.

    Raises:
        InvalidLog: there is no row, or none that holds the named columns where the profile looks for it.
    """
    return _HeadSearch(data, profile, place).find()


class _HeadSearch:
    """A walk down the first lines."""

    def __init__(self, data: bytes, profile: SensorProfile, place: str) -> None:
        self.data, self.profile, self.place = data, profile, place
        self.text = profile.text
        self.at, self.lines = 0, 0
        self.plain = LogHead(profile.text, (), place)
        self.rows: set[tuple[str, ...]] = set()

    def find(self) -> LogHead:
        if isinstance(self.text.skip, int):
            for _ in range(self.text.skip):
                self._remember(self._line())
        self._pass_over()
        cells = self._searched() if self.text.skip == TO_HEADER else self._row(keep=not self.text.header)
        if not cells:
            raise InvalidLog(
                "the log is empty", place=self.place, expected="rows of numbers", remedy="check the recording"
            )
        for _ in range(self.text.rows_after_header):
            self._pass_over()
            self._row()
        self._pass_over()
        words = frozenset(row for row in self.rows if any(map(_is_word, row)))
        return LogHead(
            self.text, tuple(cells), self.place, self.at, self.lines, words, frozenset(row[0] for row in words)
        )

    def _searched(self) -> list[str]:
        names = {column for column in self.profile.columns if isinstance(column, str)}
        while self.at < len(self.data) and self.lines < MAX_LINES:
            cells = self._row()
            if names <= {cell.strip() for cell in cells}:
                return cells
            self._pass_over()
        raise InvalidLog(
            "no row holds the named columns",
            place=self.place,
            expected=f"a header with {quoted(', '.join(sorted(names)), 300)}",
            remedy="correct the names in the sensor profile, its delimiter or its encoding",
        )

    def _row(self, *, keep: bool = False) -> list[str]:
        """Return the cells of the next row, and go on behind it unless it is to be kept."""
        line = self._peek()
        open_quote = line.count(b'"') % 2 and not keep
        text = self.data[self.at : self.at + _MAX_HEADER_BYTES] if open_quote else line
        reader = self.plain.cells(lines_of(text))
        cells = self._next(reader)
        if not keep:
            for _ in range(reader.line_num):
                self._line()
            self.rows.add(tuple(cell.strip() for cell in cells))
        return cells

    def _remember(self, line: bytes) -> None:
        cells = self._next(self.plain.cells(lines_of(line)))
        self.rows.add(tuple(cell.strip() for cell in cells))

    def _next(self, reader: Reader) -> list[str]:
        try:
            return next(reader, [])
        except csv.Error as error:
            raise InvalidLog(
                f"a row cannot be split into cells ({error})",
                place=f"{self.place} line {self.lines + 1}",
                expected="a row of cells",
                remedy="check `delimiter`, `skip` and `encoding` in the sensor profile",
            ) from error

    def _peek(self) -> bytes:
        found = _LINE.match(self.data, self.at)
        return found[0] if found else b""

    def _line(self) -> bytes:
        line = self._peek()
        self.at += len(line)
        self.lines += bool(line)
        return line

    def _pass_over(self) -> None:
        """Go on behind blank lines, lines of comment, and Excel's line that names the separator."""
        marks = tuple(mark.replace(" ", self.plain.word_space).encode() for mark in self.text.comment)
        nothing = b" \t\r\n" + self.plain.delimiter.encode()
        while line := self._peek():
            separator = self.lines == 0 and _SEPARATOR.fullmatch(line)
            if line.strip(nothing) and not separator and not (marks and line.lstrip(b' \t"').startswith(marks)):
                return
            self._line()


def _is_word(cell: str) -> bool:
    try:
        float(cell.replace(",", ".") or "0")
    except ValueError:
        return True
    return False
