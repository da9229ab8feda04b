"""LabVIEW's TDMS, by nptdms: groups of channels, each with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns

TDMS = "TDMS"

_UNIT_KEYS = ("unit_string", "NI_UnitDescription", "unit", "Unit")


def is_tdms(file: LogFile) -> bool:
    """Whether a file begins as TDMS does."""
    return file.head.startswith(b"TDSm")


def tdms_series(file: LogFile) -> Sequence[Series]:
    """Return the channels of a TDMS file."""
    return _open(file).series


def tdms_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the channels that a profile needs."""
    return _open(file).blocks(profile)


@dataclass(frozen=True, slots=True)
class _Wave:
    """When the samples of a channel were taken: seconds after the earliest start in the file, and their distance."""

    start: float
    increment: float
    samples: int

    def times(self) -> Array:
        found = np.arange(self.samples, dtype=np.float64)
        found *= self.increment
        found += self.start
        return found


def _open(file: LogFile) -> Store:
    nptdms = library("nptdms", TDMS, file.place)
    file.stream.seek(0)
    opened = reading(file.place, TDMS, lambda: nptdms.TdmsFile.open(file.stream))
    channels = [channel for group in opened.groups() for channel in group.channels()]
    alone = len(opened.groups()) == 1
    named = {_name(channel, alone): channel for channel in channels}
    waves = _waves(named)
    clocks = {wave: f"{name}:time" for name, wave in reversed(waves.items())}
    times = {name: wave for wave, name in clocks.items()}

    def read(name: str) -> Array:
        if name in times:
            return times[name].times()
        return np.asarray(reading(file.place, TDMS, lambda: named[name][:]))

    series = [
        Series(
            name,
            len(channel),
            _unit(channel),
            clocks[waves[name]] if name in waves else "",
            group=channel.group_name,
            kind=_kind(channel),
        )
        for name, channel in named.items()
    ]
    return Store(file.place, series, read)


def _name(channel: Any, alone: bool) -> str:
    return str(channel.name) if alone else f"{channel.group_name}/{channel.name}"


def _waves(named: dict[str, Any]) -> dict[str, _Wave]:
    """Return the clocks of channels that have `wf_increment`; `wf_start_time` tells them apart."""
    found: dict[str, tuple[Any, float, float, int]] = {}
    for name, channel in named.items():
        increment = channel.properties.get("wf_increment")
        if isinstance(increment, int | float) and increment > 0 and len(channel):
            offset = float(channel.properties.get("wf_start_offset", 0.0))
            found[name] = (channel.properties.get("wf_start_time"), offset, float(increment), len(channel))
    starts = [start for start, *_ in found.values() if start is not None]
    first = min(starts, default=None)
    return {
        name: _Wave(_seconds(first, start) + offset, increment, samples)
        for name, (start, offset, increment, samples) in found.items()
    }


def _seconds(first: Any, start: Any) -> float:
    return 0.0 if first is None or start is None else float((start - first) / np.timedelta64(1, "ns")) / 1e9


def _unit(channel: Any) -> str:
    return str(next((channel.properties[key] for key in _UNIT_KEYS if channel.properties.get(key)), ""))


def _kind(channel: Any) -> str:
    kind = np.dtype(channel.dtype).kind
    return {"M": "moment", "O": "text", "U": "text", "S": "text"}.get(kind, "number")
