"""The channels of a log: every column of numbers that is neither time nor a counter, or every tag of a long table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tracemark.profile.keys import MAX_TEXT
from tracemark.profile.sensor_profile import Channel, Condition
from tracemark.profile.time import Clock
from tracemark_plotting.guess.cells import NUMBER, TEXT
from tracemark_plotting.guess.clock import FoundClock
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.names import slug, title
from tracemark_plotting.guess.result import Known, Question
from tracemark_plotting.guess.vocabulary import INDEX_WORDS, TAG_WORDS, VALUE_WORDS

MAX_CHANNELS = 20
MAX_TAGS = 50


@dataclass(frozen=True, slots=True)
class FoundChannels:
    """The channels in the order of the columns, the positions they are read from, and what has to be asked or said."""

    channels: tuple[Channel, ...]
    positions: tuple[int, ...]
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


def find_channels(layout: Layout, clock: FoundClock, known: Known) -> FoundChannels:
    """Find the channels of a log."""
    tag = _tag_column(layout)
    if tag is not None:
        return _tags(layout, clock, tag)
    positions = [position for position in layout.positions(NUMBER) if position not in clock.columns]
    positions = [position for position in positions if not _is_counter(layout, position)]
    if "_value" in layout.header.names:  # Influx numbers its tables
        positions = [position for position in positions if layout.cell_name(position) != "table"]
    if known.channels:
        positions = [position for position in positions if _chosen(layout, position, known.channels)]
    if not positions:
        return FoundChannels(
            (), (), (Question("no column of numbers is left for a channel", ("--time COLUMN", "--channel NAME")),)
        )
    taken: set[str] = set()
    channels = tuple(_channel(layout, position, _own(clock, position), taken) for position in positions[:MAX_CHANNELS])
    more = len(positions) - MAX_CHANNELS
    notes = (f"{more} further columns are not drawn: choose with --channel",) if more > 0 else ()
    return FoundChannels(channels, tuple(positions[:MAX_CHANNELS]), notes=notes)


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


def _tag_column(layout: Layout) -> int | None:
    """Return the column that says which signal a row is of, where a column of values goes with it."""
    for position in layout.positions(TEXT):
        if layout.name(position).word in TAG_WORDS and _value_column(layout) is not None:
            return position
    return None


def _value_column(layout: Layout) -> int | None:
    named = [position for position in layout.positions(NUMBER) if layout.name(position).word in VALUE_WORDS]
    return named[0] if named else None


def _tags(layout: Layout, clock: FoundClock, tag: int) -> FoundChannels:
    value = _value_column(layout)
    words = [row.cells[tag].strip() for row in layout.table.data]
    tags = [word for word in dict.fromkeys(words) if word and not (word.startswith("$") and word.endswith("$"))]
    if value is None or not 1 <= len(tags) <= MAX_TAGS:
        question = Question(f"{len(tags)} different words stand in {layout.cell_name(tag)!r}", ("--channel NAME",))
        return FoundChannels((), (), (question,))
    taken: set[str] = set()
    channels = tuple(_tag(layout, tag, value, word, taken) for word in tags[:MAX_CHANNELS])
    notes = (f"rows are told apart by {layout.cell_name(tag)!r}",)
    return FoundChannels(channels, (value,), notes=notes)


def _tag(layout: Layout, tag: int, value: int, word: str, taken: set[str]) -> Channel:
    key = slug(word, taken, "channel")
    unit = layout.name(value).unit
    return Channel(key, layout.column(value), title(word), unit, key, where=(Condition(layout.column(tag), (word,)),))


def rows_of_channels(layout: Layout, channels: tuple[Channel, ...]) -> Mapping[int, bool]:
    """Return for each row of numbers, by its place, whether the first channel reads it."""
    conditions = channels[0].where if channels else ()
    names = {layout.column(position): position for position in range(layout.width)}
    return {
        place: all(row.cells[names[each.column]].strip() in each.values for each in conditions)
        for place, row in enumerate(layout.table.data)
    }
