"""How a log of text ends: by a row that breaks off, or by a footer, for which no row of the log itself is taken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import RaggedRows, SensorProfile
from tracemark_plotting.logs.chunks import count_lines, lines_of
from tracemark_plotting.logs.text import LogText, Row

FOOTERS = "rows of the footer"
MOST_ROWS = 10
"""How many rows like those of the log may stand behind the mark of a footer: a summary has so many, a log has more."""

_TAIL_BYTES = 64 * 1024
_LOOKED_AT = 50
_STEADY = 20  # so many fractions of one length were written by a recorder that shortens none
_DIGITS = re.compile(r"[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")


def breaks_off(cell: str, others: Iterable[str]) -> bool:
    """Whether `cell`, the first of a short row, begins as the first cells of other rows: no footer, but a cut row."""
    begin = _shape(cell)
    return any(_shape(other).startswith(begin) or (_is_number(cell) and _is_number(other)) for other in others)


def without_cut_row(text: LogText, profile: SensorProfile) -> tuple[LogText, int]:
    """Return the last rows of a log, and the line of the very last where it was taken off: the log ends in its midst.

    Such a row has no line end, and lacks needed cells or decimals that all rows before it have. Else the line is 0.
    """
    data = text.data
    if not data or data.endswith((b"\n", b"\r")):
        return text, 0
    tail = data[-_TAIL_BYTES:]
    length = len(tail) - max(tail.rfind(b"\n"), tail.rfind(b"\r")) - 1
    begin = len(data) - length
    before = tail[: len(tail) - length].splitlines(keepends=True)
    before = before if len(tail) == len(data) else before[1:]
    with suppress(csv.Error):  # whoever reads the rows meets it again, and names its line
        rows = [cells for cells in text.head.cells(lines_of(b"".join(before[-_LOOKED_AT:]))) if any(cells)]
        last = next(iter(text.head.cells(lines_of(data[begin:]))), [])
        if rows and last and _is_cut(last, rows, text, profile):
            return replace(text, data=data[:begin]), text.lines + count_lines(data[:begin]) + 1
    return text, 0


def _is_cut(last: Sequence[str], rows: Sequence[Sequence[str]], text: LogText, profile: SensorProfile) -> bool:
    needed = [text.position(column) for column in profile.columns]
    if len(last) < min(map(len, rows)):
        strict = profile.text.ragged_rows is RaggedRows.REFUSE
        return strict and len(last) <= max(needed) + 1 and breaks_off(last[0], [row[0] for row in rows])
    mark, cell = text.format.decimal, last[-1].strip()
    same = [row[-1].strip() for row in rows if len(row) == len(last)]
    decimals = {len(each.partition(mark)[2]) for each in same}
    steady = len(same) >= _STEADY and len(decimals) == 1 and all(re.fullmatch(r"[+-]?\d*\D\d+", each) for each in same)
    number = re.fullmatch(rf"[+-]?\d*{re.escape(mark)}?\d*", cell)
    return bool(number) and steady and len(last) - 1 in needed and len(cell.partition(mark)[2]) < decimals.pop()


class Footer:
    """The end of a log by the marks of its profile; `seen` counts the rows of the footer."""

    def __init__(self, text: LogText, profile: SensorProfile) -> None:
        self._text, self._marks = text, profile.text.footer_marks
        self._row: Sequence[str] = ()
        self._begin, self._like = "", 0
        self.seen = 0

    def learn(self, cells: Sequence[str]) -> None:
        """Take in how a row of the log looks; the first is enough."""
        self._row = self._row or cells

    def holds(self, row: Row, begin: str) -> bool:
        """Whether a row, which begins with the text `begin`, is the first of the footer or behind it.

        Raises:
            InvalidLog: behind the mark the log goes on.
        """
        line, cells = row
        if not self.seen:
            if not begin.startswith(self._marks or ("\0",)) or (begin not in self._marks and self._begins_alike(cells)):
                return False
            self._begin = f"{self._text.place} line {line}"
        self.seen += 1
        self._like += self._is_like(cells)
        if self._like > MOST_ROWS:
            raise InvalidLog(
                f"the log goes on behind a row that is taken for its footer ({quoted(', '.join(self._marks), 100)})",
                place=self._begin,
                expected=f"at most {MOST_ROWS} rows like those of the log behind a mark of `footer`",
                remedy="name in `footer` of the sensor profile what only the end begins with, or take the mark out",
            )
        return True

    def go_on(self, text: LogText) -> None:
        """Count the rows of a chunk behind the one in which the footer began; see `holds`."""
        for row in text.rows():
            self.holds(row, "")

    def _begins_alike(self, cells: Sequence[str]) -> bool:
        """Whether the first cell is a number, or a moment as the log has them; a footer begins with words."""
        if not self._row:
            return _is_counted(cells[0])
        numbers = _is_number(cells[0]) and _is_number(self._row[0])
        return numbers or (_is_counted(cells[0]) and _shape(cells[0]) == _shape(self._row[0]))

    def _is_like(self, cells: Sequence[str]) -> bool:
        """Whether a row has numbers and moments where the log has them."""
        if len(cells) < len(self._row):
            return False
        both = [(one, two) for one, two in zip(self._row, cells, strict=False) if _is_counted(one) and two.strip()]
        return bool(both) and all(
            _shape(one) == _shape(two) or (_is_number(one) and _is_number(two)) for one, two in both
        )


def _shape(cell: str) -> str:
    """Return a number or a moment with its digits and letters run together; any other text as it is."""
    word = cell.strip().lstrip("+-").lstrip(".,")
    return _LETTERS.sub("a", _DIGITS.sub("0", word)) if not word or word[0].isdigit() else cell.strip()


def _is_counted(cell: str) -> bool:
    return cell.strip().lstrip("+-.,")[:1].isdigit()


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return False
    return True
