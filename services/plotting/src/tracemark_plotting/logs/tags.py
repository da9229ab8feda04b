"""Logs in long format, several tags below each other: refused unless the profile chooses among them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.text import LogText

_LOOKED_AT = 1_000
_LOOKED_AT_BYTES = 256 * 1024
_MOST_TAGS = 100
# What historians, InfluxDB and test benches call the column of tags; spaces and case do not count.
_NAMES = frozenset(
    {"tag", "tagname", "tagid", "varname", "variable", "variablename", "channel", "channelname", "signal", "signalname"}
    | {"sensor", "sensorname", "parameter", "point", "pointname", "datapoint", "measurement", "_measurement", "field"}
    | {"_field", "series", "item", "quantity", "name"}
)

Rows = list[tuple[str, ...]]


def refuse_mixed_tags(text: LogText, profile: SensorProfile) -> None:
    """Do nothing when the first rows do not hold several tags, or the profile says which of them to read.

    Several tags are taken for one zigzag otherwise. A column is one of tags when it holds words, a few of them again
    and again, and either is called so or tells rows of one moment apart.

    Raises:
        InvalidLog: a column of tags is there and is not chosen from.
    """
    conditions = (*profile.where, *(each for channel in profile.channels for each in channel.where))
    if conditions or not text.head.format.header:
        return
    begin = replace(text, data=text.data[:_LOOKED_AT_BYTES].rpartition(b"\n")[0])
    rows = [tuple(cell.strip() for cell in cells) for _, cells in islice(begin.rows(), _LOOKED_AT)]
    needed = {text.position(column) for column in profile.columns}
    times = sorted({text.position(column) for column in profile.time.columns})
    for position, name in enumerate(text.head.first_row):
        tags = [] if position in needed else _tags(rows, position)
        if tags and (_is_called_so(name) or _tells_moments_apart(rows, position, times)):
            raise _mixed(text, name, position, tags)


def _tags(rows: Rows, position: int) -> list[str]:
    """Return the different words of a column, when they are few and each comes again."""
    cells = [row[position] for row in rows if position < len(row) and row[position]]
    tags = list(dict.fromkeys(cells))
    many = 2 <= len(tags) <= min(_MOST_TAGS, len(cells) // 2)
    return tags if many and not any(map(_is_number, tags)) else []


def _is_called_so(name: str) -> bool:
    return "".join(name.lower().split()) in _NAMES


def _tells_moments_apart(rows: Rows, position: int, times: list[int]) -> bool:
    """Return whether most moments have several rows, all of them with different words."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        if len(row) > max((position, *times)):
            found.setdefault(tuple(row[time] for time in times), []).append(row[position])
    several = [words for words in found.values() if len(words) > 1]
    return bool(times) and 2 * len(several) > len(found) and all(len(set(words)) == len(words) for words in several)


def _is_number(word: str) -> bool:
    try:
        float(word.replace(",", "."))
    except ValueError:
        return False
    return True


def _mixed(text: LogText, name: str, position: int, tags: list[str]) -> InvalidLog:
    column = name.strip() or position
    return InvalidLog(
        f"column {quoted(column)} holds several tags ({quoted(', '.join(tags[:5]), 100)}), one below the other",
        place=text.place,
        expected="rows of one tag for each channel",
        remedy=f"choose in the sensor profile, for the log or a channel, such as `where: {{{column}: {tags[0]}}}`",
    )
