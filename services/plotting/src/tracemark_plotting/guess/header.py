"""The rows above the numbers: preamble, header, units, and what else lies between header and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracemark.profile.text_format import WHITESPACE
from tracemark_plotting.guess.cells import BLANK, MOMENT, NUMBER, TEXT
from tracemark_plotting.guess.names import Name, is_unit
from tracemark_plotting.guess.table import Row, Table
from tracemark_plotting.guess.vocabulary import PROCESSING_WORDS

_COMMENTED_KEY = re.compile(r"\s*[#%;]\s*[^:=]+[:=]")
_MARKS = ("#", "%", "//", ";", "'", "!")
_SEPARATOR = re.compile(r"\"?sep=.?\"?[\s,;|]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """names: of the columns, empty without a header. units: as a row below gives them, else empty.

    lines_before: physical lines before the header, or before the numbers when there is none. rows_after: rows between
    header and numbers. preamble: the rows before the header. narrow: the header has fewer names than a row has cells.
    positional: names stand elsewhere than in the header, so that columns are called by position. short: the first
    column has no cell in the header, which is a line like any before the numbers then.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    lines_before: int
    rows_after: int
    preamble: tuple[Row, ...]
    narrow: bool = False
    positional: bool = False
    short: bool = False

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
    if paired := _of_pairs(above):
        return paired
    width = len(table.template)
    after = 0
    units: tuple[str, ...] = ()
    while after + 1 < len(above) and _below_header(above[-1 - after], above[-2 - after], width):
        row = above[-1 - after]
        units = row.cells if _units(row) else units
        after += 1
    header, preamble = above[-1 - after], tuple(above[: -1 - after])
    if named := _of_comment(header, table):
        return Header(named, units, first - 1, 0, preamble, positional=True, short=True)
    if named := _of_row_names(header, table):
        return Header(named, units, first - 1, 0, preamble, positional=True, short=True)
    if not _names(header, width) and not wanted:
        return Header((), (), first - 1, 0, tuple(above))
    names = tuple(cell.strip() for cell in header.cells)
    return Header(names, units, header.line - 1, after, preamble, len(names) < len(table.template.rstrip(BLANK)))


def _of_comment(header: Row, table: Table) -> tuple[str, ...]:
    """Return names between spaces behind a mark of comment, which has a cell of its own: `# t (s) I (A)`."""
    if table.delimiter != WHITESPACE or TEXT not in header.kinds:
        return ()
    words = [cell for cell in header.cells if cell not in _MARKS]
    if len(words) > len(table.template):
        words = _with_units(words)
    changed = len(words) < len(header.cells)
    return tuple(words) if changed and len(words) == len(table.template) else ()


def _with_units(words: Sequence[str]) -> list[str]:
    """Put units in brackets to the names before them."""
    found: list[str] = []
    for word in words:
        if found and word[:1] in "([" and is_unit(word.strip("()[]")):
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
    return found


def _of_row_names(header: Row, table: Table) -> tuple[str, ...]:
    """Return names where rows have names too, which R writes in front: the header is one cell short.

    Between commas the cell too many may be a fraction.
    """
    if (
        table.delimiter == ","
        or len(header.cells) != len(table.template) - 1
        or TEXT not in header.kinds
        or not all(header.cells)
    ):
        return ()
    numbers = [row.cells[0].strip() for row in table.data]
    counted = all(map(str.isdigit, numbers)) and all(int(one) < int(two) for one, two in pairwise(numbers))
    from_one = numbers[:2] in (["0", "1"], ["1", "2"])
    return ("", *(cell.strip() for cell in header.cells)) if counted and from_one else ()


def _of_pairs(above: Sequence[Row]) -> Header | None:
    """Return the header of columns in pairs of key and value, as TwinCAT writes them: `Name, A, Name, B`."""
    rows = {_key(row): _values(row) for row in above if _key(row)}
    names, clock = rows.get("name"), next((key for key in rows if key.startswith("sampletime")), "")
    if not names or not clock or len(names) != len(rows[clock]):
        return None
    # Times of a channel stand below the keys: they are called by what says how far they lie apart.
    both = [cell for name in names for cell in (clock, name)]
    units = [cell for unit in rows.get("unit", ()) for cell in ("", unit)]
    return Header(tuple(both), tuple(units), above[-1].line - 1, 0, tuple(above[:-1]), positional=True)


def _key(row: Row) -> str:
    """Return the word that is every other cell of a row; empty where there is none."""
    found = {cell.strip().lower() for cell in row.cells[: len(_values(row)) * 2 : 2]}
    return found.pop() if len(found) == 1 else ""


def _values(row: Row) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in row.cells[1::2])


def _before(table: Table, first: int) -> int:
    return first - 1 if table.above else 0


def _names(row: Row, width: int) -> bool:
    """Whether a row names columns: text in it, about as wide as the numbers, and no moment."""
    if MOMENT in row.kinds or not any(kind not in (NUMBER, BLANK) for kind in row.kinds):
        return False
    if width == 1 and _COMMENTED_KEY.match(row.cells[0]):
        return False
    further = all("=" in cell or not cell.strip() for cell in row.cells[width:])  # Rigol: tInc = 1e-6
    return len(row.cells) >= width - 1 if width > 2 else len(row.cells) >= width and further


def _is_key(row: Row) -> bool:
    """Whether a row is a key and its values, as preambles have them."""
    found = row.kinds.rstrip(BLANK)
    return len(found) > 1 and found == TEXT + NUMBER * (len(found) - 1)


def _below_header(row: Row, before: Row, width: int) -> bool:
    """Whether a row is one of units or the like, and the row before it, not this one, may be the header."""
    if len(row.cells) > width + 1 or (
        _is_key(before) and Name.parse(row.cells[0]).means_time and not _units_alone(row)
    ):
        return False
    return _units(row) or (len(row.cells) in (width, width - 1) and _processing(row))


def _units(row: Row) -> bool:
    words = [cell.strip().strip("()[]") for cell, kind in zip(row.cells, row.kinds, strict=True) if kind not in "NE"]
    if NUMBER in row.kinds:  # Rigol writes start and increment beside the units
        return any(map(is_unit, words)) and all(is_unit(word) or word.lower() == "sequence" for word in words)
    return bool(words) and sum(map(_unit_like, words)) >= (len(words) + 1) // 2


def _units_alone(row: Row) -> bool:
    return all(is_unit(cell.strip().strip("()[]")) for cell in row.cells if cell.strip())


def _unit_like(cell: str) -> bool:
    return is_unit(cell) or cell.lower() in PROCESSING_WORDS or not cell


def _processing(row: Row) -> bool:
    cells: Sequence[str] = [cell.strip().lower() for cell in row.cells]
    return all(not cell or cell in PROCESSING_WORDS for cell in cells)
