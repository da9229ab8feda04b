"""Channels that stand behind a time of their own: refused where the profile gives them another."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

import numpy as np

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Channel, ElapsedTime, SensorProfile
from tracemark_plotting.logs.cells import CellReader
from tracemark_plotting.logs.columns import Values
from tracemark_plotting.logs.text import LogText

_LOOKED_AT = 1_000
_LOOKED_AT_BYTES = 256 * 1024


def refuse_other_times(text: LogText, profile: SensorProfile) -> None:
    """Do nothing when no channel is drawn over the time of another one.

    `Time A, A, Time B, B`: where the profile's time stands in front of the first channel, and another column of such a
    name that rises, but elsewhere, in front of the second, the second is not of the first one's time. A channel with a
    `time` of its own is left alone.

    Raises:
        InvalidLog: a channel stands behind a time that the profile does not read.
    """
    clock = profile.time
    if not isinstance(clock, ElapsedTime) or not text.head.format.header:
        return
    time = text.position(clock.column)
    shared = [channel for channel in profile.channels if channel.time is None]
    places = {text.position(channel.column): channel for channel in shared}
    if time + 1 not in places:
        return
    for position, channel in places.items():
        other = position - 1
        if other > time and other not in places and _are_alike(text, time, other) and _differ(text, time, other):
            raise _of_another_time(text, profile, channel, other)


def _are_alike(text: LogText, time: int, other: int) -> bool:
    """Whether two columns are called the same, but for a number or for what stands behind them."""
    first, second = (_without_channel(text, position) for position in (time, other))
    return bool(first) and first == second


def _without_channel(text: LogText, position: int) -> str:
    name, channel = (_word(text.head.first_row[place]) for place in (position, position + 1))
    return re.sub(r"[\W\d_]+$", "", name.removesuffix(channel).removeprefix(channel) if channel else name)


def _word(cell: str) -> str:
    return re.sub(r"[(\[].*[)\]]", "", cell).strip().lower()


def _differ(text: LogText, time: int, other: int) -> bool:
    """Whether both columns rise in the first rows, and not together."""
    first, second = _first_values(text, time), _first_values(text, other)
    length = min(len(first), len(second))
    rise = all(length > 1 and bool(np.all(np.diff(each) >= 0)) and each[-1] > each[0] for each in (first, second))
    return rise and not np.array_equal(first[:length], second[:length])


def _first_values(text: LogText, position: int) -> Values:
    """Return the numbers of a column in the first rows; empty where a cell is none."""
    reader = CellReader.of(text.format)
    begin = replace(text, data=text.data[:_LOOKED_AT_BYTES].rpartition(b"\n")[0])
    cells = [row[position] for _, row in islice(begin.rows(), _LOOKED_AT) if position < len(row)]
    found = [reader.read(cell) for cell in cells if cell.strip()]
    return np.array([] if None in found else found, dtype=np.float64)


def _of_another_time(text: LogText, profile: SensorProfile, channel: Channel, other: int) -> InvalidLog:
    column = text.head.first_row[other].strip()
    unit = profile.time.unit.value
    return InvalidLog(
        f"channel {quoted(channel.key)} stands behind a time of its own, {quoted(column)}, and is not of "
        f"{quoted(profile.time.columns[0])}",
        place=text.place,
        expected="a time for each channel",
        remedy=f"give the channel `time: {{column: {column}, unit: {unit}}}`, or the one that it is to have",
    )
