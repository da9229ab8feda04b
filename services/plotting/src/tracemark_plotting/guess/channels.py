"""The channels of a log: every column of numbers that is neither time nor a counter, or every tag of a long table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tracemark.profile.keys import MAX_TEXT
from tracemark.profile.sensor_profile import Channel
from tracemark.profile.time import Clock
from tracemark_plotting.guess.cells import NUMBER
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.left_out import left_columns, named_by, wrong_channels
from tracemark_plotting.guess.names import slug, title
from tracemark_plotting.guess.result import Known, Question, named_columns
from tracemark_plotting.guess.stamps import FoundClock
from tracemark_plotting.guess.tags import MAX_CHANNELS, FoundChannels, find_tags, tag_column
from tracemark_plotting.guess.vocabulary import INDEX_WORDS


def find_channels(layout: Layout, clock: FoundClock, known: Known) -> FoundChannels:
    """Find the channels of a log."""
    tag = tag_column(layout, clock.columns)
    if tag is not None:
        return _with_left(layout, clock, find_tags(layout, clock.columns, tag), tag, known)
    reasons = _reasons(layout, clock, known)
    numeric = layout.positions(NUMBER)
    positions = [position for position in numeric if position not in reasons]
    if known.channels:
        positions = [each for each in positions if any(named_by(layout, each, name) for name in known.channels)]
    drawn = positions[:MAX_CHANNELS]
    reasons |= {each: f"{MAX_CHANNELS} channels are drawn, choose with --channel" for each in positions[MAX_CHANNELS:]}
    left = tuple(left_columns(layout, reasons, drawn))
    if known.channels and (wrong := tuple(wrong_channels(layout, known.channels, drawn, left))):
        return FoundChannels((), (), wrong)
    if known.channels:
        left = ()  # the user has left them out
    if not drawn:
        why = f" (not drawn: {named_columns(left)})" if left else ""
        options = ("--time COLUMN", "--channel NAME")
        return FoundChannels(
            (), (), (Question(f"no column of numbers is left for a channel{why}", options),), left=left
        )
    taken: set[str] = set()
    channels = tuple(_channel(layout, position, _own(clock, position), taken) for position in drawn)
    return FoundChannels(channels, tuple(drawn), left=left)


def _reasons(layout: Layout, clock: FoundClock, known: Known) -> dict[int, str]:
    """Return why columns are no channels that hold numbers, or that tell the time; empty where nothing is lost."""
    used = _used(layout, clock)
    reasons = dict.fromkeys(used, "")
    if not known.channels:
        other = "taken for another time; --channel draws it" if clock.clock else ""  # else it is asked for
        reasons |= {each: other for each in clock.columns if each not in used}
        counters = [each for each in layout.positions(NUMBER) if each not in used and _is_counter(layout, each)]
        reasons |= dict.fromkeys(counters, "it counts the rows; --channel draws it")
    if {"_value", "_time"} & set(layout.header.names):  # Influx numbers its tables
        reasons |= {each: "it numbers tables" for each in range(layout.width) if layout.cell_name(each) == "table"}
    return reasons


def _with_left(layout: Layout, clock: FoundClock, found: FoundChannels, tag: int, known: Known) -> FoundChannels:
    """Say which columns of a long table are not drawn; which signals are, no option chooses."""
    reasons = dict.fromkeys((*_used(layout, clock), tag), "")
    left = tuple(left_columns(layout, reasons, found.positions))
    wrong = (Question("--channel names columns, and rows are told apart by their words: choose in a profile", ()),)
    return replace(found, left=left, questions=(*found.questions, *(wrong if known.channels else ())))


def _used(layout: Layout, clock: FoundClock) -> set[int]:
    """Return the positions that time is read from."""
    read = {column for each in (clock.clock, *(own for _, own in clock.own)) if each for column in each.columns}
    return {position for position in range(layout.width) if layout.column(position) in read}


def _own(clock: FoundClock, position: int) -> Clock | None:
    before = [each for column, each in clock.own if column < position]
    return before[-1] if before and before[-1] != clock.clock else None


def _channel(layout: Layout, position: int, own: Clock | None, taken: set[str]) -> Channel:
    name = layout.name(position)
    text = name.text or f"Column {position + 1}"
    key = slug(text, taken, "channel")
    return Channel(key, layout.column(position), title(text), name.unit[:MAX_TEXT], key, time=own)


def _is_counter(layout: Layout, position: int) -> bool:
    others = int(np.count_nonzero(np.diff(layout.values(position)) != 1))
    from_first_to_last = int(bool(layout.table.middle))  # of a long log one step leads from the first to the last rows
    return layout.header.present and layout.name(position).word in INDEX_WORDS and others <= from_first_to_last


def rows_of_channels(layout: Layout, channels: tuple[Channel, ...]) -> Mapping[int, bool]:
    """Return for each row of numbers, by its place, whether the first channel reads it."""
    conditions = channels[0].where if channels else ()
    names = {layout.column(position): position for position in range(layout.width)}
    return {
        place: all(row.cells[names[each.column]].strip() in each.values for each in conditions)
        for place, row in enumerate(layout.table.data)
    }
