"""The guess of a log that is text: CSV and its kin."""

from __future__ import annotations

import codecs
import re
import shlex
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import IO

import numpy as np

from tracemark.profile.sensor_profile import ElapsedTime, Order, RaggedRows, SensorProfile, TextFormat
from tracemark.profile.text_format import TO_HEADER
from tracemark_plotting.guess.cells import BLANK, NUMBER, ONES, SENTINEL, TEXT, ZEROS, Marks, kind, marks, number
from tracemark_plotting.guess.channels import find_channels, rows_of_channels
from tracemark_plotting.guess.clock import find_clock
from tracemark_plotting.guess.foreign import foreign_format, refusal
from tracemark_plotting.guess.header import find_header
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.middle import with_middle
from tracemark_plotting.guess.no_value import suspicious
from tracemark_plotting.guess.result import Guess, Known, Question
from tracemark_plotting.guess.sample import WESTERN, Sample, take_sample
from tracemark_plotting.guess.stamps import FoundClock
from tracemark_plotting.guess.table import Row, Table, split_table
from tracemark_plotting.guess.tags import FoundChannels
from tracemark_plotting.guess.vocabulary import GAP_WORDS
from tracemark_plotting.logs.cells import NOT_A_NUMBER
from tracemark_plotting.logs.ends import breaks_off

FORMAT = "delimited text"
_NUMBER_AND_UNIT = re.compile(r"(?:^|[\t;,|\"])\s*[+-]?\d+(?:[.,]\d+)? ?(?:[^\W\d]|°|%)[^\W\d]{0,3}\"?\s*(?:$|[\t;,|])")
SHOWN_ROWS = 3
MIN_ROWS = 2


def guess_text(stream: IO[bytes], known: Known, name: str, place: str = "") -> Guess:
    """Guess how a log of text is read; `name` becomes the profile's, `place` ends in the name of the file."""
    sample = take_sample(stream, known.encoding)
    if foreign := foreign_format(sample, place):
        return Guess("no table", None, (foreign,))
    table = split_table(sample.lines, known.delimiter)
    if table is None or len(table.data) < MIN_ROWS:
        return Guess(FORMAT, None, (_no_table(sample),))
    table, further = with_middle(table, sample, stream)
    header = find_header(table, known.header)
    found = _marks(table, known)
    layout = Layout(table, header, found)
    clock = find_clock(layout, known)
    channels = find_channels(layout, clock, known)
    gaps, gap_questions = _gaps(layout, channels, known)
    questions = [
        *_of_encoding(sample),
        *_of_marks(found),
        *_of_header(layout),
        *clock.questions,
        *channels.questions,
        *gap_questions,
    ]
    questions += _of_order(layout, clock, channels, known)
    profile = None
    if clock.clock and channels.channels:
        text = _text_format(sample, layout, gaps, clock)
        profile = SensorProfile(name, text, clock.clock, channels.channels, (), known.order or Order.FORWARD)
    columns, rows = _shown(layout, clock, channels)
    notes = (*clock.notes, *channels.notes, *_notes(sample, layout), *further)
    named = "\n".join("\t".join(each) for each in (header.names, header.units)) if header.names else ""
    return Guess(FORMAT, profile, tuple(questions), notes, columns, rows, named, channels.left)


def _no_table(sample: Sample) -> Question:
    """Return why there is no table: other formats are named, and so are units that stand beside every number."""
    begin = sample.lines[0].text.lstrip()[:1] if sample.lines else ""
    if begin in ("{", "[", "<"):
        return refusal("XML" if begin == "<" else "JSON")
    if len([line for line in sample.lines if _NUMBER_AND_UNIT.search(line.text)]) >= MIN_ROWS:
        what = "units stand behind the numbers of its rows: export the numbers alone, without formatting"
        return Question(what, (), by_profile=False)
    what = "no two rows of numbers were found: is it a log, and is it text"
    return Question(what, ("--delimiter CHARACTER", "--encoding NAME"))


def _marks(table: Table, known: Known) -> Marks:
    numeric = [position for position, each in enumerate(table.template) if each == NUMBER]
    cells = [row.cells[position] for position in numeric for row in table.seen if kind(row.cells[position]) == NUMBER]
    words = ONES | ZEROS
    found = marks((cell for cell in cells if cell.strip().lower() not in words), table.delimiter)
    if not known.decimal:
        return found
    other = found.thousands if found.thousands != known.decimal else ""
    return Marks(known.decimal, other or (("," if known.decimal == "." else ".") if found.unclear else ""))


def _of_encoding(sample: Sample) -> Iterable[Question]:
    if sample.doubtful:
        options = tuple(f"--encoding {name}" for name in ("cp1251", "cp932", "gb18030", "cp949", "cp1252"))
        yield Question("the text is no UTF-8, and no known word tells what else", options)


def _of_marks(found: Marks) -> Iterable[Question]:
    if found.unclear:
        yield Question(f"does {found.unclear!r} have thousands or a fraction", ("--decimal .", "--decimal ,"))
    if found.contradiction:
        yield Question(f"numbers are written in two ways ({found.contradiction})", ("--decimal .", "--decimal ,"))


def _of_header(layout: Layout) -> Iterable[Question]:
    names = layout.header.names
    if layout.header.narrow and len(names) < layout.width - int(not layout.table.column(layout.width - 1)):
        what = f"the header has {len(names)} names and a row {layout.width} cells: is the decimal mark the delimiter"
        yield Question(what, ("--delimiter CHARACTER", "--no-header"))


def _gaps(layout: Layout, channels: FoundChannels, known: Known) -> tuple[tuple[str, ...], list[Question]]:
    """Return the words and numbers for gaps in the channels, and questions about words that nobody knows."""
    found: dict[str, None] = dict.fromkeys(known.gaps)
    questions: list[Question] = []
    for position in channels.positions:
        for cell in dict.fromkeys(row.cells[position].strip() for row in layout.table.seen):
            word = cell.lower()
            value = number(cell, layout.marks)
            if (value is not None and abs(value) >= SENTINEL) or (
                word in GAP_WORDS and word not in NOT_A_NUMBER and not _infinite(word)
            ):
                found[cell] = None
            elif kind(cell) == TEXT and cell not in found:
                questions.append(
                    Question(f"{cell[:40]!r} stands among numbers: is it a gap", (f"--gap {shlex.quote(cell)}",))
                )
        questions += suspicious(layout.seen_values(position), layout.cell_name(position), found)
    return tuple(found), questions[:5]


def _infinite(word: str) -> bool:
    return word.lstrip("+-") in ("inf", "infinity")


def _of_order(layout: Layout, clock: FoundClock, channels: FoundChannels, known: Known) -> Iterable[Question]:
    """Ask where a numeric time steps back and no counter began again; clocks are looked at when they are read."""
    if known.order or not isinstance(clock.clock, ElapsedTime):
        return
    position = next(each for each in range(layout.width) if layout.column(each) == clock.clock.column)
    reads = rows_of_channels(layout, channels.channels)
    values = layout.values(position)
    rows = [place for place in range(len(values)) if reads.get(place, True) and np.isfinite(values[place])]
    for before, after in pairwise(rows):
        if values[after] < values[before] and not _wrapped(values[before]):
            line = layout.table.data[after].line
            step = f"from {values[before]:g} to {values[after]:g}"
            what = f"time steps back in line {line} {step}: two runs, or out of order"
            falls = sum(values[two] < values[one] for one, two in pairwise(rows)) > len(rows) // 2
            options = ("--order file", "--order sort")
            yield Question(what, options[::-1] if falls else options)
            return


def _wrapped(top: float) -> bool:
    return any(0.9 * 2**bits <= top < 2**bits for bits in (16, 31, 32))


def _text_format(sample: Sample, layout: Layout, gaps: tuple[str, ...], clock: FoundClock) -> TextFormat:
    header, table = layout.header, layout.table
    named = any(isinstance(layout.column(position), str) for position in range(layout.width))
    numbers = [value for value in (number(gap, Marks(layout.marks.decimal)) for gap in gaps) if value is not None]
    words = tuple(gap for gap in gaps if number(gap, Marks(layout.marks.decimal)) is None and gap != "none")
    ones, zeros = _truths(layout)
    return TextFormat(
        delimiter=table.delimiter,
        decimal=layout.marks.decimal,
        encoding=codecs.lookup(sample.encoding).name,
        header=header.present and not header.short,
        ragged_rows=RaggedRows.REFUSE,
        thousands=layout.marks.thousands,
        skip=_skip(layout, named),
        comment=_comment(layout),
        rows_after_header=header.rows_after,
        footer_marks=_footer(layout),
        gaps=words,
        gap_numbers=tuple(numbers),
        ones=ones,
        zeros=zeros,
    )


def _skip(layout: Layout, named: bool) -> int | str:
    header = layout.header
    if not header.present or header.short:
        return header.lines_before
    if not header.preamble:
        return 0
    names = {name for name in header.names if name}
    early = any(names <= {cell.strip() for cell in row.cells} for row in header.preamble)
    return header.lines_before if early or header.positional or not named else TO_HEADER


def _comment(layout: Layout) -> tuple[str, ...]:
    rows = [*layout.table.between, *layout.table.below]
    starts = [row.cells[0].strip()[:1] for row in rows if row.cells[0].strip()]
    header = layout.cell_name(0)
    return tuple(mark for mark in ("#", "%", ";") if mark in starts and not header.startswith(mark))


def _footer(layout: Layout) -> tuple[str, ...]:
    passed = [*_cut_rows(layout.table), *(row for row in layout.table.below if _is_header(row, layout))]
    begins = (row.cells[0].strip() for row in layout.table.below if row not in passed)
    return next(((begin,) for begin in begins if begin and not begin.startswith(("#", "%"))), ())


def _is_header(row: Row, layout: Layout) -> bool:
    return tuple(cell.strip() for cell in row.cells) == layout.header.names


def _cut_rows(table: Table) -> list[Row]:
    """Return the rows below the numbers that are shorter, and begin as they do: the recording broke off there."""
    first = next(position for position, found in enumerate(table.template) if found != BLANK)
    begins = list(dict.fromkeys(row.cells[first] for row in table.data if row.cells[first].strip()))
    short = (row for row in table.below if first < len(row.cells) < len(table.template.rstrip(BLANK)))
    return [row for row in short if breaks_off(row.cells[first], begins)]


def _truths(layout: Layout) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = {
        row.cells[position].strip()
        for position in layout.positions(NUMBER)
        for row in layout.table.seen
        if row.cells[position].strip().lower() in ONES | ZEROS
    }
    return (
        tuple(sorted(words, key=str))
        and (
            tuple(sorted(word for word in words if word.lower() in ONES)),
            tuple(sorted(word for word in words if word.lower() in ZEROS)),
        )
    ) or ((), ())


def _shown(
    layout: Layout, clock: FoundClock, channels: FoundChannels
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    positions = list(dict.fromkeys([*clock.columns, *channels.positions]))
    names = tuple(layout.cell_name(position) or f"column {position}" for position in positions)
    rows: Sequence[Row] = layout.table.data[:SHOWN_ROWS]
    return names, tuple(tuple(row.cells[position].strip() for position in positions) for row in rows)


def _notes(sample: Sample, layout: Layout) -> Iterable[str]:
    strange = [row for row in layout.table.between if not _is_header(row, layout)]
    strange = [row for row in strange if not row.cells[0].strip().startswith(("#", "%"))]
    if strange:
        yield f"line {strange[0].line} is no row of numbers, and {len(strange) - 1} more"
    for row in _cut_rows(layout.table)[:1]:
        place = f"line {row.line}" if sample.whole else "the last line"
        yield f"{place} breaks off behind {row.cells[-1].strip()[:40]!r}: it is no row of the log, and no footer"
    if sample.encoding == WESTERN:
        yield "it is no UTF-8: Western European letters of Windows are taken (--encoding)"
    elif not sample.encoding.startswith("utf"):
        yield f"it is no UTF-8: by its words it is taken as {sample.encoding} (--encoding)"
