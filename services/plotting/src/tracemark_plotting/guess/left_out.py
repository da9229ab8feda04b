"""The columns of a log that are not drawn, and why: a chart that is missing must not be missed in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from tracemark.errors import one_line
from tracemark_plotting.guess.cells import BLANK, MOMENT, TEXT
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.result import LeftColumn, Question

_SHOWN_CHARACTERS = 24
_NAMED = 30
_UNKNOWN = "no value of the signals that its rows are told apart by"


def left_columns(layout: Layout, reasons: Mapping[int, str], drawn: Sequence[int]) -> Iterator[LeftColumn]:
    """Yield the columns that are not `drawn`; `reasons` says why of columns of numbers, empty where nothing is lost."""
    for position in range(layout.width):
        reason = reasons.get(position) if position in reasons else _reason(layout, position)
        name = layout.cell_name(position)
        if position in drawn or not reason:
            continue
        if name or layout.table.template[position] != BLANK:  # what only ends each row is no column
            yield LeftColumn(position, name or f"column {position}", reason)


def named_by(layout: Layout, position: int, wanted: str) -> bool:
    """Return whether a user means this column: by its whole name, by its name without the unit, or by its position."""
    return wanted in (layout.cell_name(position), layout.name(position).text, str(position))


def wrong_channels(
    layout: Layout, wanted: Sequence[str], drawn: Sequence[int], left: Sequence[LeftColumn]
) -> Iterator[Question]:
    """Yield what is wrong with columns that the user names as channels: no answer but other names helps."""
    reasons = {each.position: each.reason for each in left}
    for name in wanted:
        meant = [position for position in range(layout.width) if named_by(layout, position, name)]
        if not meant:
            names = [layout.cell_name(each) or f"column {each}" for each in range(layout.width)]
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield Question(f"there is no column {name[:80]!r}; there are {', '.join(names[:_NAMED])}{more}", ())
        elif not set(meant) & set(drawn):
            yield Question(f"--channel {name[:80]!r} cannot be drawn: {reasons.get(meant[0], 'it is the time')}", ())


def _reason(layout: Layout, position: int) -> str:
    kind = layout.table.template[position]
    example = next((row.cells[position].strip() for row in layout.table.seen if row.kinds[position] == TEXT), "")
    if kind == MOMENT:
        return "moments, not taken for the time"
    if kind != TEXT or not example:
        return _UNKNOWN if kind not in (BLANK, TEXT) else "no numbers in the rows looked at"
    shown = one_line(repr(example), _SHOWN_CHARACTERS)
    like_number = re.match(r"\W*\d", example)
    return f"{shown} is no plain number: export the numbers alone" if like_number else f"words, such as {shown}"
