"""Finding the line at fault in a log that cannot be read: slow and exact, run only when something is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NoReturn

from tracemark.errors import InvalidLog, quoted
from tracemark_plotting.logs.text import LogText

NOT_A_NUMBER = frozenset({"nan", "-nan", "na", "n/a", "null", "none"})
"""The words, in any case, that stand for a missing number; so does a blank cell."""

_SPACE = " \t\n\v\f\r"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:e[+-]?[0-9]+)?|[+-]?inf(?:inity)?")


def refuse_ragged_row(text: LogText, needed: Sequence[int]) -> None:
    """Do nothing when every row has the `needed` positions and nothing but blanks beyond the first row's width.

    Raises:
        InvalidLog: with the line of the first other row.
    """
    width, least = len(text.first_row), max(needed) + 1
    for line, cells in text.rows():
        if len(cells) < least:
            raise _ragged(text, line, f"the row has {len(cells)} cells", f"at least {least}")
        if any(cell.strip() for cell in cells[width:]):
            raise _ragged(text, line, f"the row has {len(cells)} cells", f"{width}, as in the first row")


def refuse_unreadable_cell(text: LogText, numeric: Sequence[int], cause: Exception) -> NoReturn:
    """Raise the error that names the first cell at the `numeric` positions that is no number.

    Raises:
        InvalidLog: always; with pandas' own words when every cell looks right.
    """
    for line, cells in text.rows():
        for position in numeric:
            if position < len(cells) and not _is_number(cells[position], text.format.decimal):
                raise InvalidLog(
                    f"column {position + 1} holds {quoted(cells[position], 60)}",
                    place=f"{text.place} line {line}",
                    expected=f"a number with {text.format.decimal!r} as decimal mark, or a blank cell",
                    remedy="correct the cell, or delimiter, decimal mark and header in the sensor profile",
                ) from cause
    raise InvalidLog(f"the log cannot be read ({cause})", place=text.place, remedy="check the file") from cause


def refuse_time(text: LogText, row: int, expected: str) -> NoReturn:
    """Raise the error that names the 0-based `row` of numbers whose time cannot be used.

    Raises:
        InvalidLog: always.
    """
    line, cells = next(islice(text.rows(), row, None), (0, []))
    raise InvalidLog(
        f"the row {quoted(text.format.delimiter.join(cells), 80)} has no usable time",
        place=f"{text.place} line {line}",
        expected=expected,
        remedy="correct the cell, or `time` in the sensor profile",
    )


def _ragged(text: LogText, line: int, what: str, expected: str) -> InvalidLog:
    return InvalidLog(
        what,
        place=f"{text.place} line {line}",
        expected=expected,
        remedy="correct the row or the delimiter, or set `ragged_rows: gap` in the sensor profile",
    )


def _is_number(cell: str, decimal: str) -> bool:
    word = cell.strip(_SPACE).lower()
    if not word or word in NOT_A_NUMBER:
        return True
    point = word if decimal == "." else word.replace(".", "?").replace(decimal, ".")
    return _NUMBER.fullmatch(point) is not None
