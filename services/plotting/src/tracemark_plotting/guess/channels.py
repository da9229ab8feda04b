"""The channels of a log: every column of numbers that is neither time nor a counter, or every tag of a long table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from tracemark.profile.keys import MAX_TEXT
from tracemark.profile.sensor_profile import Channel
from tracemark.profile.time import Clock
from tracemark_plotting.guess.cells import NUMBER
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.names import slug, title
from tracemark_plotting.guess.result import Known, Question
from tracemark_plotting.guess.stamps import FoundClock
from tracemark_plotting.guess.tags import MAX_CHANNELS, FoundChannels, find_tags, tag_column
from tracemark_plotting.guess.vocabulary import INDEX_WORDS


def find_channels(layout: Layout, clock: FoundClock, known: Known) -> FoundChannels:
    """Find the channels of a log."""
    tag = tag_column(layout, clock.columns)
    if tag is not None:
        return find_tags(layout, clock.columns, tag)
    used = _used(layout, clock)
    positions = [position for position in layout.positions(NUMBER) if position not in clock.columns]
    if known.channels:
        positions = [position for position in layout.positions(NUMBER) if position not in used]
    positions = [position for position in positions if not _is_counter(layout, position)]
    if {"_value", "_time"} & set(layout.header.names):  # Influx numbers its tables
        positions = [position for position in positions if layout.cell_name(position) != "table"]
    if known.channels:
        positions = [position for position in positions if _chosen(layout, position, known.channels)]
    if not positions:
        return FoundChannels(
            (), (), (Question("no column of numbers is left for a channel", ("--time COLUMN", "--channel NAME")),)
        )
    taken: set[str] = set()
    channels = tuple(_channel(layout, position, _own(clock, position), taken) for position in positions[:MAX_CHANNELS])
    notes = tuple(_left_out(layout, clock, used, positions))
    return FoundChannels(channels, tuple(positions[:MAX_CHANNELS]), notes=notes)


def _used(layout: Layout, clock: FoundClock) -> set[int]:
    """Return the positions that time is read from."""
    read = {column for each in (clock.clock, *(own for _, own in clock.own)) if each for column in each.columns}
    return {position for position in range(layout.width) if layout.column(position) in read}


def _left_out(layout: Layout, clock: FoundClock, used: set[int], positions: list[int]) -> Iterator[str]:
    more = len(positions) - MAX_CHANNELS
    if more > 0:
        yield f"{more} further columns are not drawn: choose with --channel"
    kinds = {position: layout.table.template[position] for position in clock.columns if position not in used}
    others = [
        layout.cell_name(each) for each, kind in kinds.items() if kind == NUMBER and not _is_counter(layout, each)
    ]
    if others and clock.clock:
        yield f"{', '.join(map(repr, others))} is taken for another time and not drawn (--channel)"


def _chosen(layout: Layout, position: int, wanted: tuple[str, ...]) -> bool:
    name = layout.name(position).text
    return layout.cell_name(position) in wanted or name in wanted or str(position) in wanted


def _own(clock: FoundClock, position: int) -> Clock | None:
    before = [each for column, each in clock.own if column < position]
    return before[-1] if before and before[-1] != clock.clock else None


def _channel(layout: Layout, position: int, own: Clock | None, taken: set[str]) -> Channel:
    name = layout.name(position)
    text = name.text or f"Column {position + 1}"
    key = slug(text, taken, "channel")
    return Channel(key, layout.column(position), title(text), name.unit[:MAX_TEXT], key, time=own)


def _is_counter(layout: Layout, position: int) -> bool:
    steps = np.diff(layout.values(position))
    return layout.header.present and layout.name(position).word in INDEX_WORDS and bool(np.all(steps == 1))


def rows_of_channels(layout: Layout, channels: tuple[Channel, ...]) -> Mapping[int, bool]:
    """Return for each row of numbers, by its place, whether the first channel reads it."""
    conditions = channels[0].where if channels else ()
    names = {layout.column(position): position for position in range(layout.width)}
    return {
        place: all(row.cells[names[each.column]].strip() in each.values for each in conditions)
        for place, row in enumerate(layout.table.data)
    }
