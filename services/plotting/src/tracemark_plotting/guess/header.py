"""The rows above the numbers: preamble, header, units, and what else lies between header and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark_plotting.guess.cells import BLANK, MOMENT, NUMBER
from tracemark_plotting.guess.names import is_unit
from tracemark_plotting.guess.table import Row, Table
from tracemark_plotting.guess.vocabulary import PROCESSING_WORDS

_SEPARATOR = re.compile(r"\"?sep=.?\"?[\s,;|]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """names: of the columns, empty without a header. units: as a row below gives them, else empty.

    lines_before: physical lines before the header, or before the numbers when there is none. rows_after: rows between
    header and numbers. preamble: the rows before the header. narrow: the header has fewer names than a row has cells.
    positional: names stand elsewhere than in the header, so that columns are called by position.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    lines_before: int
    rows_after: int
    preamble: tuple[Row, ...]
    narrow: bool = False
    positional: bool = False

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
    filled = len(table.template.rstrip(BLANK))
    preamble = tuple(above[: -1 - after])
    elsewhere = _names_elsewhere(names, preamble)
    return Header(
        elsewhere or names, units, header.line - 1, after, preamble, len(names) < filled, positional=bool(elsewhere)
    )


def _names_elsewhere(names: tuple[str, ...], preamble: Sequence[Row]) -> tuple[str, ...]:
    """Return names of columns in pairs of key and value: a row further up says `Name, A, Name, B`, as in TwinCAT."""
    if len(names) < 4 or len(set(names[::2])) != 1:
        return ()
    for row in preamble:
        cells = [cell.strip() for cell in row.cells]
        if len(cells) == len(names) and {cell.lower() for cell in cells[::2]} == {"name"}:
            return tuple(names[place] if place % 2 == 0 else cell for place, cell in enumerate(cells))
    return ()


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
    words = [cell.strip().strip("()[]") for cell, kind in zip(row.cells, row.kinds, strict=True) if kind not in "NE"]
    if NUMBER in row.kinds:  # Rigol writes start and increment beside the units
        return any(map(is_unit, words)) and all(is_unit(word) or word.lower() == "sequence" for word in words)
    return bool(words) and sum(map(_unit_like, words)) >= (len(words) + 1) // 2


def _unit_like(cell: str) -> bool:
    return is_unit(cell) or cell.lower() in PROCESSING_WORDS or not cell


def _processing(row: Row) -> bool:
    cells: Sequence[str] = [cell.strip().lower() for cell in row.cells]
    return all(not cell or cell in PROCESSING_WORDS for cell in cells)
