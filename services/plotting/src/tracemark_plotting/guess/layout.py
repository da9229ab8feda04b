"""A log laid out: its rows, its header, how its numbers are written; what every further step looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracemark.profile.keys import Column
from tracemark_plotting.guess.cells import BLANK, Marks, number
from tracemark_plotting.guess.header import Header
from tracemark_plotting.guess.names import Name, is_unit, spell_unit
from tracemark_plotting.guess.table import Row, Table

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows and names of a log; positions count columns from 0."""

    table: Table
    header: Header
    marks: Marks

    @property
    def width(self) -> int:
        """How many columns a row has."""
        return len(self.table.template)

    def positions(self, kind: str) -> list[int]:
        """Return the columns of one kind."""
        return [position for position, found in enumerate(self.table.template) if found == kind]

    def cell_name(self, position: int) -> str:
        """Return what the header says of a column, empty when it says nothing."""
        return self.header.names[position] if position < len(self.header.names) else ""

    def name(self, position: int) -> Name:
        """Return name and unit of a column; a row of units goes before a unit in the name."""
        found = Name.parse(self.cell_name(position))
        unit = self.header.units[position].strip() if position < len(self.header.units) else ""
        return Name(found.text, spell_unit(unit)) if unit and is_unit(unit.strip("()[]")) else found

    def column(self, position: int) -> Column:
        """Return how a profile names a column: by name, or by position where its name is not its own."""
        cell = self.cell_name(position)
        named = cell and self.header.names.count(cell) == 1 and not self.header.positional
        return cell if named else position

    def values(self, position: int) -> Values:
        """Return a column as numbers, one for each row of numbers; what is none is NaN."""
        return self._numbers(position, self.table.data)

    def seen_values(self, position: int) -> Values:
        """Return a column as numbers, also of rows in the middle of a long log."""
        return self._numbers(position, self.table.seen)

    def _numbers(self, position: int, rows: Sequence[Row]) -> Values:
        found = (number(row.cells[position], self.marks) for row in rows)
        return np.array([np.nan if value is None else value for value in found], dtype=np.float64)

    def preamble(self, *words: str) -> str:
        """Return what stands beside the first of `words` (lower case, without spaces) in the preamble, else empty."""
        for name, below in zip(self.header.names, self.header.units, strict=False):
            if Name.parse(name).word.replace("_", "") in words and below.strip():
                return below.strip()
        inside = [cell.split("=", 1) for cell in self.header.names if "=" in cell]  # Rigol: `tInc = 1e-6`
        for cell, value in inside:
            if Name.parse(cell).word.replace("_", "") in words:
                return value.strip()
        for row in (*self._beside(), *(row.cells for row in self.header.preamble)):
            cells = [cell.strip().strip(":=#").strip() for cell in row if cell.strip()]
            if len(cells) == 1:
                cells = [part.strip() for part in cells[0].replace("=", ":").split(":", 1)]
            if len(cells) > 1 and Name.parse(cells[0]).word.replace("_", "") in words:
                return f"{cells[1]} {Name.parse(cells[0]).unit}".strip()
        return ""

    def _beside(self) -> Iterator[tuple[str, ...]]:
        """Yield what stands in blank columns before the numbers: Tektronix writes its preamble there."""
        blank = len(self.table.template) - len(self.table.template.lstrip(BLANK))
        yield from (row.cells[:blank] for row in self.table.data if any(row.cells[:blank]))
