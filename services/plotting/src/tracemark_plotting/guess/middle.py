"""The rows between the first and the last of a log: a column may be filled only there, or hold a sentinel there."""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO

from tracemark.profile.text_format import WHITESPACE
from tracemark_plotting.guess.cells import BLANK, GAP, NUMBER, TEXT, kind
from tracemark_plotting.guess.sample import Sample
from tracemark_plotting.guess.table import MAX_ROWS, Row, Table, cells_of

MAX_BYTES = 16 * 1024**2
"""How much of a log is looked through; of a longer one as much, in blocks that lie evenly over it."""

_BLOCK_BYTES = 512 * 1024
_EVEN_ROWS = 300
_MAX_WORDS = 100
"""How many different cells of a column are looked at: those of more are no tags, and tell whether they are numbers."""

_SIGNS_OF_NONE = (
    "999",
    "32767",
    "32768",
    "65535",
    "21474836",
    "e37",
    "E37",
    "e+37",
    "E+37",
    "e38",
    "E38",
    "e+38",
    "E+38",
)
"""What stands in a line with a number for no value, and in few others."""

_NONE = re.compile(
    r"[+-]?(?:9{3,5}|7999|9{3,4}[.,]9{1,2}|999[.,]25|32767|32768|65535|2147483647|2147483648)(?:[.,]0*)?"
    r"|[+-]?\d+(?:[.,]\d*)?[eE]\+?3[78]"
)


@dataclass
class _Looked:
    """What was found: rows that lie evenly, and a row for each cell that is new in a column that is `open`."""

    table: Table
    open: dict[int, set[str]]
    even: list[Row] = field(default_factory=list)
    odd: list[Row] = field(default_factory=list)
    nones: set[tuple[int, str]] = field(default_factory=set)

    def take(self, lines: Sequence[str], first: int, rows: int) -> None:
        """Look at the lines of a block; `first` is the number of the first one."""
        for place in range(0, len(lines), max(1, len(lines) // rows)):
            self._keep(self.even, first + place, self._cells(lines[place]))
        if self.open:
            self._look_for_words(lines, first)

    def look_for_none(self, number: int, line: str) -> None:
        """Keep the row of a line where a number for no value stands that is new in its column."""
        cells = self._cells(line)
        found = {(place, cell.strip()) for place, cell in enumerate(cells) if _NONE.fullmatch(cell.strip())}
        if found - self.nones and len(self.nones) < _MAX_WORDS:
            self.nones |= found
            self._keep(self.odd, number, cells)

    def _look_for_words(self, lines: Sequence[str], first: int) -> None:
        """Keep a row for each cell that is new in an open column; a column of too many words is open no longer."""
        width = len(self.table.template)
        rows = [(number, cells) for number, line in enumerate(lines, first) if len(cells := self._cells(line)) == width]
        for place, words in list(self.open.items()):
            new = {cells[place] for _, cells in rows} - words
            words |= new
            if len(words) > _MAX_WORDS:
                del self.open[place]
            for number, cells in rows if any(word.strip() for word in new) else ():
                if cells[place] in new:
                    new.discard(cells[place])
                    self._keep(self.odd, number, cells)

    def _cells(self, line: str) -> Sequence[str]:
        delimiter = self.table.delimiter
        return cells_of(line, delimiter) if '"' in line or delimiter == WHITESPACE else line.split(delimiter)

    def _keep(self, rows: list[Row], number: int, cells: Sequence[str]) -> None:
        row = Row(number, tuple(cells), "".join(map(kind, cells)))
        if self.table.fits(row):
            rows.append(row)


def with_middle(table: Table, sample: Sample, stream: IO[bytes]) -> tuple[Table, tuple[str, ...]]:
    """Return the table with rows of the middle, in which further columns may hold numbers; and what to say of it."""
    if sample.whole and len(sample.lines) <= MAX_ROWS:
        return table, ()
    template = table.template
    beside = len(template) - len(template.lstrip(BLANK))  # holds a preamble, where anything stands in it
    opened = {
        place: {row.cells[place] for row in table.data}
        for place, each in enumerate(template)
        if each in (BLANK, TEXT) and not (place < beside and any(row.cells[place].strip() for row in table.data))
    }
    looked = _Looked(table, {place: words for place, words in opened.items() if len(words) <= _MAX_WORDS})
    size = stream.seek(0, io.SEEK_END)
    _look_through(looked, stream, sample.encoding, size)
    stream.seek(0)
    middle = tuple(sorted((*looked.even, *looked.odd), key=lambda row: row.line))
    kinds = [_kind(each, place, looked) if place in opened else each for place, each in enumerate(template)]
    of = f"{MAX_BYTES // 1024**2} of its {size // 1024**2:,} megabytes"
    note = f"{of} were looked through: what is rare may be elsewhere"
    return replace(table, template="".join(kinds), middle=middle), (note,) if size > MAX_BYTES else ()


def _kind(before: str, place: int, looked: _Looked) -> str:
    """Return what a column of blanks or words holds in most of the rows that lie evenly, or of those that fill it."""
    for rows in (looked.even, looked.odd):
        counts = Counter(row.kinds[place] for row in rows if row.kinds[place] not in (BLANK, GAP))
        if counts:
            most = max(counts, key=lambda each: (counts[each], each == TEXT))
            return most if most in (NUMBER, TEXT) else before
    return before


def _look_through(looked: _Looked, stream: IO[bytes], encoding: str, size: int) -> None:
    blocks = max(1, min(size, MAX_BYTES) // _BLOCK_BYTES)
    number = 1
    for text in _blocks(stream, encoding, size):
        lines = text.split("\n")
        skipped = max(0, MAX_ROWS // 2 + 1 - number)
        looked.take(lines[skipped:], number + skipped, max(1, _EVEN_ROWS // blocks))
        for sign in (each for each in _SIGNS_OF_NONE if each in text):
            for place, line in enumerate(lines[skipped:], number + skipped):
                if sign in line:
                    looked.look_for_none(place, line)
        number += len(lines)


def _blocks(stream: IO[bytes], encoding: str, size: int) -> Iterator[str]:
    """Yield blocks of whole lines, one after the other, or evenly over a log that is longer than is looked through."""
    stream.seek(0)
    name = _without_mark(stream.read(4), encoding)
    stream.seek(0)
    if size <= MAX_BYTES:
        decoder, rest = codecs.getincrementaldecoder(name)("replace"), ""
        while data := stream.read(_BLOCK_BYTES):
            text, mark, rest = _even_ends(rest + decoder.decode(data)).rpartition("\n")
            if mark:
                yield text
        yield _even_ends(rest)
        return
    blocks = MAX_BYTES // _BLOCK_BYTES
    for block in range(blocks):
        stream.seek(size // blocks * block // 4 * 4)
        text = _even_ends(codecs.getincrementaldecoder(name)("replace").decode(stream.read(_BLOCK_BYTES)))
        yield text[text.find("\n") + 1 : text.rfind("\n")]


def _even_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _without_mark(start: bytes, encoding: str) -> str:
    """Return an encoding that can be decoded from anywhere: the order of bytes is told at the beginning only."""
    if encoding in ("utf-16", "utf-32"):
        return f"{encoding}-{'be' if start[:2] == codecs.BOM_UTF16_BE or start[:2] == bytes(2) else 'le'}"
    return encoding
