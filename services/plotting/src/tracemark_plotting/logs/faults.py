"""Finding the line at fault in a log that cannot be read: slow and exact, run only when something is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import SampleRate, SensorProfile
from tracemark_plotting.logs.text import LogText


def refuse_ragged_row(text: LogText, needed: Sequence[int]) -> None:
    """Do nothing when every row has the `needed` positions and nothing but blanks beyond the first row's width.

    Raises:
        InvalidLog: with the line of the first other row.
    """
    width, least = len(text.head.first_row), max(needed) + 1
    for line, cells in text.rows():
        refuse_ragged_cells(text, line, cells, width, least)


def refuse_ragged_cells(text: LogText, line: int, cells: Sequence[str], width: int, least: int) -> None:
    """Do nothing when a row has at least `least` cells, and nothing but blanks beyond `width`.

    Raises:
        InvalidLog: it has not.
    """
    if len(cells) < least:
        raise _ragged(text, line, f"the row has {len(cells)} cells", f"at least {least}")
    if any(cell.strip() for cell in cells[width:]):
        raise _ragged(text, line, f"the row has {len(cells)} cells", f"{width}, as in the first row")


def refuse_blank_line(text: LogText, profile: SensorProfile) -> None:
    """Do nothing when blank lines cannot shift time, because a column holds it, or when there is none.

    Raises:
        InvalidLog: with the first blank line between rows that only their number gives a time.
    """
    if not any(isinstance(profile.clock(channel), SampleRate) for channel in profile.channels):
        return
    before = text.lines
    for line, cells in text.rows():
        if line > before + 1 and not any("\n" in cell or "\r" in cell for cell in cells):
            raise InvalidLog(
                "the line is blank",
                place=f"{text.place} line {before + 1}",
                expected="a sample in each line, because the profile gives a sample rate and no time column",
                remedy="write NaN for a missing sample, or take out the line",
            )
        before = line


def cell_fault(text: LogText, line: int, position: int, cell: str) -> InvalidLog:
    """Return the error that a cell is no number."""
    mark = text.format.decimal
    thousands = f", {text.format.thousands!r} between thousands" if text.format.thousands else ""
    return InvalidLog(
        f"column {position + 1} holds {quoted(cell, 60)}",
        place=f"{text.place} line {line}",
        expected=f"a number with {mark!r} as decimal mark{thousands}, or a blank cell",
        remedy="correct the cell, or delimiter, decimal mark and header in the sensor profile; "
        "`thousands`, `gaps`, `ones`, `zeros`, `where`, `comment` and `footer` name what else there is",
    )


def _ragged(text: LogText, line: int, what: str, expected: str) -> InvalidLog:
    return InvalidLog(
        what,
        place=f"{text.place} line {line}",
        expected=expected,
        remedy="correct the row or the delimiter, or set `ragged_rows: gap` in the sensor profile",
    )
