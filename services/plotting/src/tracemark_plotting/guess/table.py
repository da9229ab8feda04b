"""The rows of numbers in a log, and what stands above, between and below them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracemark.profile.text_format import WHITESPACE
from tracemark_plotting.guess.cells import BLANK, GAP, MOMENT, NUMBER, TEXT, kind
from tracemark_plotting.guess.sample import Line

DELIMITERS = ("\t", ";", ",", "|", WHITESPACE)
"""In order of preference where two split equally well: the rarer a character is in numbers and words, the better."""

MAX_ROWS = 600
"""How many rows are looked at as kinds of cells: the first and the last of the sample."""

_TIMELY = (NUMBER, MOMENT)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line."""

    line: int
    cells: tuple[str, ...]
    kinds: str

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything."""
        return not self.kinds.strip(BLANK)


@dataclass(frozen=True, slots=True)
class Table:
    """A log as rows.

    template: the kind of each column. data: the rows of numbers. above: what lies before them without blank lines.
    between: rows among them that are of another kind. below: what comes after them.
    """

    delimiter: str
    template: str
    above: tuple[Row, ...]
    data: tuple[Row, ...]
    between: tuple[Row, ...]
    below: tuple[Row, ...]

    @property
    def score(self) -> tuple[float, int]:
        """How well the delimiter splits: rows of numbers and moments first, then the number of columns."""
        width = len(self.template)
        timely = sum(self.template.count(each) for each in _TIMELY) / max(width, 1)
        alone = 0.3 if width == 1 else 1.0
        return round(len(self.data) * timely * alone, 1), min(width, 2)

    def column(self, position: int) -> list[str]:
        """Return the cells of a column that hold anything."""
        return [row.cells[position] for row in self.data if row.cells[position].strip()]


def split_table(lines: Sequence[Line], delimiter: str | None) -> Table | None:
    """Return the table in a sample by `delimiter`, or by the one that splits it best; None where there is none."""
    found = [table for each in ([delimiter] if delimiter else DELIMITERS) if (table := _table(lines, each))]
    return max(found, key=lambda table: table.score, default=None)


def _table(lines: Sequence[Line], delimiter: str) -> Table | None:
    rows = [row for row in _rows(lines, delimiter) if not row.empty]
    width = _width(rows)
    template = _template([row for row in rows if len(row.cells) == width], width)
    if NUMBER not in template:
        return None
    fits = [_fits(row, template) for row in rows]
    first = _first(fits)
    if first is None:
        return None
    last = max(index for index, fit in enumerate(fits) if fit)
    inside = range(first, last + 1)
    return Table(
        delimiter,
        template,
        above=tuple(rows[:first]),
        data=tuple(rows[index] for index in inside if fits[index]),
        between=tuple(rows[index] for index in inside if not fits[index]),
        below=tuple(rows[last + 1 :]),
    )


def _rows(lines: Sequence[Line], delimiter: str) -> Iterator[Row]:
    chosen = lines if len(lines) <= MAX_ROWS else [*lines[: MAX_ROWS // 2], *lines[-MAX_ROWS // 2 :]]
    for line in chosen:
        cells = cells_of(line.text, delimiter)
        yield Row(line.number, cells, "".join(map(kind, cells)))


def cells_of(line: str, delimiter: str) -> tuple[str, ...]:
    """Split one line."""
    if delimiter == WHITESPACE:
        return tuple(line.split())
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), ()))
    except csv.Error:
        return (line,)


def _width(rows: Iterable[Row]) -> int:
    """Return how many cells a row of numbers has: the width that most numbers stand in."""
    weights: Counter[int] = Counter()
    for row in rows:
        if NUMBER in row.kinds:
            weights[len(row.cells)] += sum(row.kinds.count(each) for each in _TIMELY)
    return max(weights, key=lambda width: (weights[width], width), default=0)


def _template(rows: Sequence[Row], width: int) -> str:
    """Return the kind of each column, by the second half of the rows: preambles lie before it."""
    late = rows[len(rows) // 2 :] if len(rows) > 3 else rows
    return "".join(_majority(row.kinds[position] for row in late) for position in range(width))


def _majority(kinds: Iterable[str]) -> str:
    counts = Counter(each for each in kinds if each not in (BLANK, GAP))
    if not counts:
        return BLANK
    # A column with any share of text is text, unless numbers or moments prevail.
    return max(counts, key=lambda each: (counts[each], each == TEXT))


def _fits(row: Row, template: str) -> bool:
    if len(row.kinds) != len(template):
        return False
    numbers = [found for found, wanted in zip(row.kinds, template, strict=True) if wanted == NUMBER]
    moments = [found for found, wanted in zip(row.kinds, template, strict=True) if wanted == MOMENT]
    if any(found not in (MOMENT, NUMBER) for found in moments):
        return False
    strange = sum(found in (TEXT, MOMENT) for found in numbers)
    kept = sum(found in (NUMBER, GAP) for found in numbers)
    return strange == 0 if strange >= len(numbers) - 1 and not moments else strange <= kept or bool(moments)


def _first(fits: Sequence[bool]) -> int | None:
    """Return where the rows of numbers begin: behind a row of another kind only where rows of numbers go on."""
    for index, fit in enumerate(fits):
        following = fits[index + 1 : index + 4]
        if fit and (not following or following[0]):
            return index
    return next((index for index, fit in enumerate(fits) if fit), None)
