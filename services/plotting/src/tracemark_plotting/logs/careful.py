"""Rows read one by one: for logs in which something else than numbers stands between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tracemark.profile.sensor_profile import Condition, RaggedRows, SampleRate, SensorProfile
from tracemark_plotting.logs.ends import FOOTERS, Footer
from tracemark_plotting.logs.faults import refuse_blank_line, refuse_ragged_cells
from tracemark_plotting.logs.head import LogHead
from tracemark_plotting.logs.text import LogText, Row

REPEATED_HEADERS = "repeated headers"
COMMENTS = "lines of comment"
OTHER_ROWS = "rows of other tags"


@dataclass(frozen=True, slots=True)
class CarefulRows:
    """The needed cells of the rows that hold numbers.

    columns: cells by position, all of one length. lines: the physical line of each row. passed_over: how many rows of
    which kind were not taken. footer: what is behind the rows, where the profile has marks for it.
    """

    columns: dict[int, list[str]]
    footer: Footer
    lines: list[int] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)


def needs_care(text: LogText, profile: SensorProfile) -> bool:
    """Return whether the profile, or a mark in the text, asks for reading row by row."""
    form = profile.text
    chosen = profile.where or any(channel.where for channel in profile.channels)
    marks = (*form.comment, *form.footer_marks)
    words = bool(form.thousands or form.ones or form.zeros or chosen)
    # Aligned columns are apart by tabs by now, and so are the words of a mark.
    return words or any(mark.replace(" ", text.head.word_space).encode() in text.data for mark in marks)


def read_carefully(text: LogText, profile: SensorProfile) -> CarefulRows:
    """Return the needed cells, without repeated headers, comments, blank rows, footer, and rows nobody chose.

    Raises:
        InvalidLog: a row is ragged; or blank, where rows have no time but their number; or the log goes on behind what
            is taken for its footer.
    """
    refuse_blank_line(text, profile)
    positions = sorted(text.position(column) for column in profile.columns)
    found = CarefulRows({position: [] for position in positions}, Footer(text, profile))
    width, least = len(text.head.first_row), positions[-1] + 1
    strict = profile.text.ragged_rows is RaggedRows.REFUSE
    for line, cells in _numbers(text, profile, found):
        if strict:
            refuse_ragged_cells(text, line, cells, width, least)
        found.lines.append(line)
        for position in positions:
            found.columns[position].append(cells[position] if position < len(cells) else "")
    if found.footer.seen:
        found.passed_over[FOOTERS] = found.footer.seen
    return found


def _numbers(text: LogText, profile: SensorProfile, found: CarefulRows) -> Iterator[Row]:
    chosen, comment, passed_over = _Chosen(text, profile), profile.text.comment, found.passed_over
    by_number = any(isinstance(profile.clock(channel), SampleRate) for channel in profile.channels)
    words_apart = text.head.word_space != " "
    for line, cells in text.rows():
        begin = " ".join(cells) if words_apart else cells[0].strip()
        if found.footer.holds((line, cells), begin):
            continue
        if comment and begin.startswith(comment):
            _count(passed_over, COMMENTS)
        elif _is_of_head(text.head, cells):
            _count(passed_over, REPEATED_HEADERS)
        elif not by_number and not any(cell.strip() for cell in cells):
            continue
        elif not chosen.has(cells):
            _count(passed_over, OTHER_ROWS)
        else:
            found.footer.learn(cells)
            yield line, cells


def _is_of_head(head: LogHead, cells: list[str]) -> bool:
    return cells[0].strip() in head.begins and tuple(cell.strip() for cell in cells) in head.rows


class _Chosen:
    """Which rows any channel asks for."""

    def __init__(self, text: LogText, profile: SensorProfile) -> None:
        self._all = _placed(text, profile.where)
        channels = [_placed(text, channel.where) for channel in profile.channels]
        self._any = channels if all(channels) else []

    def has(self, cells: list[str]) -> bool:
        return _holds(self._all, cells) and (not self._any or any(_holds(each, cells) for each in self._any))


def _placed(text: LogText, conditions: tuple[Condition, ...]) -> list[tuple[int, frozenset[str]]]:
    return [(text.position(condition.column), frozenset(condition.values)) for condition in conditions]


def _holds(conditions: list[tuple[int, frozenset[str]]], cells: list[str]) -> bool:
    return all(position < len(cells) and cells[position].strip() in values for position, values in conditions)


def _count(counts: dict[str, int], what: str) -> None:
    counts[what] = counts.get(what, 0) + 1
