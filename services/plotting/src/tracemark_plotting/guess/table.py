"""The rows of numbers in a log, and what stands above, between and below them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracemark.profile.text_format import WHITESPACE
from tracemark_plotting.guess.cells import BLANK, GAP, MOMENT, NUMBER, TEXT, kind
from tracemark_plotting.guess.sample import Line

DELIMITERS = ("\t", ";", ",", "|", WHITESPACE)
"""In order of preference where two split equally well: the rarer a character is in numbers and words, the better."""

_QUOTED_OR_SPACES = re.compile(r'"[^"]*"|[ \t]+')

MAX_ROWS = 600
"""How many rows tell how a log is laid out: the first and the last of the sample."""

_TIMELY = (NUMBER, MOMENT)
_LEAST_STRETCH = 2


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
    between: rows among them that are of another kind. below: what comes after them. middle: rows of numbers between the
    first and the last ones of a long log, not one after the other.
    """

    delimiter: str
    template: str
    above: tuple[Row, ...]
    data: tuple[Row, ...]
    between: tuple[Row, ...]
    below: tuple[Row, ...]
    middle: tuple[Row, ...] = ()

    @property
    def seen(self) -> tuple[Row, ...]:
        """All rows of numbers that were looked at; which follow each other only `data` tells."""
        return (*self.data, *self.middle)

    @property
    def score(self) -> tuple[float, int]:
        """How well the delimiter splits: rows of numbers and moments first, then the number of columns."""
        width = len(self.template.replace(BLANK, ""))  # spaces pass blank columns over, and are no better for it
        timely = sum(self.template.count(each) for each in _TIMELY) / max(width, 1)
        alone = 0.3 if width == 1 else 1.0
        return round(len(self.data) * timely * alone, 1), min(width, 2)

    def fits(self, row: Row) -> bool:
        """Return whether a row is one of numbers."""
        return not row.empty and _fits(row, self.template)

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
    keys = [_has_key(row, template) for row in rows]
    first = _without_keys(range(first, last), fits, keys, first)
    last = _without_keys(range(last, first, -1), fits, keys, last)
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
        line, delimiter = (
            _QUOTED_OR_SPACES.sub(lambda found: found[0] if found[0][0] == '"' else "\t", line.strip()),
            "\t",
        )
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
    """Return the kind of each column, by the longest stretch of rows that are alike: no preamble is as long.

    In a short log one may be: the later of two stretches wins, and one of few rows is none beside the second half.
    """
    late = rows[len(rows) // 2 :] if len(rows) > 3 else rows
    stretch = max(_stretches(rows), key=len, default=())
    chosen = stretch if len(stretch) >= max(_LEAST_STRETCH, len(late) // 4) else late
    template = "".join(_majority(row.kinds[position] for row in chosen) for position in range(width))
    beside = _beside(template, chosen)
    return BLANK * beside + template[beside:]


def _beside(template: str, rows: Sequence[Row]) -> int:
    """Return how many columns hold a preamble beside the numbers, key and value: they are blank in the end."""
    blank = len(rows[-1].kinds) - len(rows[-1].kinds.lstrip(BLANK)) if rows else 0
    return blank if blank > 1 and template.startswith(TEXT) else 0


def _stretches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Yield the stretches of rows of numbers that are alike, the last first."""
    end = len(rows)
    for place in range(len(rows) - 1, -1, -1):
        if not _of_numbers(rows[place]):
            end = place
        elif place == 0 or not _of_numbers(rows[place - 1]) or not _alike(rows[place - 1], rows[place]):
            yield rows[place:end]
            end = place


def _of_numbers(row: Row) -> bool:
    """Whether a row may be one of a log: it holds a number, and is no key with a value, as preambles have them."""
    return NUMBER in row.kinds and row.kinds.rstrip(BLANK) != TEXT + NUMBER


def _alike(row: Row, other: Row) -> bool:
    either = zip(row.kinds, other.kinds, strict=True)
    return all(one == two or one in (BLANK, GAP) or two in (BLANK, GAP) for one, two in either)


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
    if any(found != MOMENT for found in moments):
        return False
    strange = sum(found in (TEXT, MOMENT) for found in numbers)
    kept = sum(found in (NUMBER, GAP) for found in numbers)
    return strange == 0 if strange >= len(numbers) - 1 and not moments else strange <= kept or bool(moments)


def _has_key(row: Row, template: str) -> bool:
    """Whether a row of numbers is one of a preamble or a summary: a word stands before numbers, where none belongs.

    Tektronix writes its preamble beside the numbers, in columns of its own: a row is one of numbers there.
    """
    place = next((place for place, found in enumerate(row.kinds) if found not in (BLANK, GAP)), None)
    if place is None or place >= len(template) or row.kinds[place] != TEXT or template[place] == TEXT:
        return False
    return template[place] != BLANK or (place + 1 < len(template) and template[place + 1] != BLANK)


def _without_keys(places: range, fits: Sequence[bool], keys: Sequence[bool], first: int) -> int:
    """Return the first of `places` at which rows of numbers without a key begin; `first` where none does."""
    if not keys[first]:
        return first
    return next((place for place in places if fits[place] and not keys[place]), first)


def _first(fits: Sequence[bool]) -> int | None:
    """Return where the rows of numbers begin: behind a row of another kind only where rows of numbers go on."""
    for index, fit in enumerate(fits):
        following = fits[index + 1 : index + 4]
        if fit and (not following or following[0]):
            return index
    return next((index for index, fit in enumerate(fits) if fit), None)
