"""The rows above the numbers: preamble, header, units, and what else lies between header and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark_plotting.guess.cells import BLANK, MOMENT, NUMBER
from tracemark_plotting.guess.names import is_unit
from tracemark_plotting.guess.table import Row, Table

_PROCESSING = frozenset(
    "smp avg max min std tot med rn ts val sample average double float real lreal int dint uint".split()
)
_SEPARATOR = re.compile(r"\"?sep=.?\"?[\s,;|]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """names: of the columns, empty without a header. units: as a row below gives them, else empty.

    lines_before: physical lines before the header, or before the numbers when there is none. rows_after: rows between
    header and numbers. preamble: the rows before the header. narrow: the header has fewer names than a row has cells.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    lines_before: int
    rows_after: int
    preamble: tuple[Row, ...]
    narrow: bool = False

    @property
    def present(self) -> bool:
        """Whether there is a header."""
        return bool(self.names)


def find_header(table: Table, wanted: bool | None) -> Header:
    """Find the header of a table; `wanted` says whether there is one, None looks."""
    above = [row for row in table.above if not _SEPARATOR.fullmatch(row.cells[0].strip())]
    first = table.data[0].line
    if not above or wanted is False:
        return Header((), (), _before(table, first), 0, tuple(above))
    width = len(table.template)
    after = 0
    units: tuple[str, ...] = ()
    while after + 1 < len(above) and _below_header(above[-1 - after], width):
        row = above[-1 - after]
        units = row.cells if _units(row) else units
        after += 1
    header = above[-1 - after]
    if not _names(header, width) and not wanted:
        return Header((), (), first - 1, 0, tuple(above))
    names = tuple(cell.strip() for cell in header.cells)
    filled = len("".join(table.template).rstrip(BLANK))
    return Header(names, units, header.line - 1, after, tuple(above[: -1 - after]), narrow=len(names) < filled)


def _before(table: Table, first: int) -> int:
    return first - 1 if table.above else 0


def _names(row: Row, width: int) -> bool:
    """Whether a row names columns: text in it, about as wide as the numbers, and no moment."""
    if MOMENT in row.kinds or not any(kind not in (NUMBER, BLANK) for kind in row.kinds):
        return False
    return len(row.cells) >= width - 1 if width > 2 else len(row.cells) == width


def _below_header(row: Row, width: int) -> bool:
    return _units(row) or (len(row.cells) in (width, width - 1) and _processing(row))


def _units(row: Row) -> bool:
    cells = [cell.strip().strip("()[]") for cell in row.cells if cell.strip()]
    return bool(cells) and NUMBER not in row.kinds and sum(map(_unit_like, cells)) >= (len(cells) + 1) // 2


def _unit_like(cell: str) -> bool:
    return is_unit(cell) or cell.lower() in _PROCESSING or not cell


def _processing(row: Row) -> bool:
    cells: Sequence[str] = [cell.strip().lower() for cell in row.cells]
    return all(not cell or cell in _PROCESSING for cell in cells)
