"""Logs in long format: which column says what signal a row is of, and the channels that its words make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracemark.profile.keys import MAX_TEXT
from tracemark.profile.sensor_profile import Channel, Condition
from tracemark_plotting.guess.cells import NUMBER, TEXT
from tracemark_plotting.guess.layout import Layout
from tracemark_plotting.guess.names import slug, title
from tracemark_plotting.guess.result import LeftColumn, Question
from tracemark_plotting.guess.vocabulary import INDEX_WORDS, TAG_WORDS, VALUE_WORDS

MAX_CHANNELS = 20
MAX_TAGS = 50


@dataclass(frozen=True, slots=True)
class FoundChannels:
    """The channels in the order of the columns, the positions they are read from, and what has to be asked or said.

    left: the columns that are not drawn.
    """

    channels: tuple[Channel, ...]
    positions: tuple[int, ...]
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    left: tuple[LeftColumn, ...] = ()


def tag_column(layout: Layout, times: Sequence[int]) -> int | None:
    """Return the column that says which signal a row is of.

    It is called so beside a column that is called a value, or its words, or its numbers where it is called so, tell the
    rows of one moment apart.
    """
    for position in layout.positions(TEXT):
        if _is_called_so(layout, position) and _named_value(layout) is not None:
            return position
    further = [position for position in layout.positions(NUMBER) if _is_called_so(layout, position)]
    for position in (*layout.positions(TEXT), *further):
        if position not in times and _tells_moments_apart(layout, position, times):
            return position
    return None


def find_tags(layout: Layout, times: Sequence[int], tag: int) -> FoundChannels:
    """Return a channel for each word of a column of tags, and for each column of values."""
    words = [row.cells[tag].strip() for row in layout.table.seen]
    tags = [word for word in dict.fromkeys(words) if word and not (word.startswith("$") and word.endswith("$"))]
    values = _values(layout, times, tag)
    if not values or not 1 <= len(tags) <= MAX_TAGS:
        question = Question(f"{len(tags)} different words stand in {layout.cell_name(tag)!r}", ())
        return FoundChannels((), (), (question,))
    taken: set[str] = set()
    both = [(word, value) for value in values for word in tags]
    channels = tuple(_channel(layout, tag, value, word, taken, len(values) > 1) for word, value in both[:MAX_CHANNELS])
    notes = [f"rows are told apart by {layout.cell_name(tag)!r}"]
    if len(both) > MAX_CHANNELS:
        notes.append(f"{len(both) - MAX_CHANNELS} further signals are not drawn: name them in a profile")
    return FoundChannels(channels, values, notes=tuple(notes))


def _is_called_so(layout: Layout, position: int) -> bool:
    word = layout.name(position).word
    return word in TAG_WORDS or word.removesuffix("_id").removesuffix("id") in TAG_WORDS - {"", "no"}


def _named_value(layout: Layout) -> int | None:
    named = [position for position in layout.positions(NUMBER) if layout.name(position).word in VALUE_WORDS]
    return named[0] if named else None


def _values(layout: Layout, times: Sequence[int], tag: int) -> tuple[int, ...]:
    named = _named_value(layout)
    if named is not None:
        return (named,)
    others = [position for position in layout.positions(NUMBER) if position not in (*times, tag)]
    return tuple(position for position in others if layout.name(position).word not in INDEX_WORDS)


def _tells_moments_apart(layout: Layout, position: int, times: Sequence[int]) -> bool:
    """Whether most moments have several rows, all of them with different words, and the words come again and again."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in layout.table.data:
        found.setdefault(tuple(row.cells[time] for time in times), []).append(row.cells[position].strip())
    words = [word for moment in found.values() for word in moment]
    several = [moment for moment in found.values() if len(moment) > 1]
    few = 2 <= len(set(words)) <= min(MAX_TAGS, len(words) // 2)
    apart = all(len(set(moment)) == len(moment) for moment in several)
    whole = layout.table.template[position] == TEXT or bool(np.all(layout.values(position) % 1 == 0))
    return bool(times) and few and apart and whole and 2 * len(several) > len(found)


def _channel(layout: Layout, tag: int, value: int, word: str, taken: set[str], several: bool) -> Channel:
    name = layout.name(value)
    text = word if layout.table.template[tag] == TEXT else f"{layout.name(tag).text} {word}"
    text = f"{text} {name.text}" if several else text
    key = slug(text, taken, "channel")
    where = (Condition(layout.column(tag), (word,)),)
    return Channel(key, layout.column(value), title(text), name.unit[:MAX_TEXT], key, where=where)
