"""ASAM MDF 3 and 4 (.mf4), by asammdf: groups of channels, each group with its master channel as time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns, distinct

MDF = "MDF"


def is_mdf(file: LogFile) -> bool:
    """Whether a file begins as MDF does, finished or not."""
    return file.head.startswith((b"MDF     ", b"UnFinMF "))


def mdf_series(file: LogFile) -> Sequence[Series]:
    """Return the channels of an MDF file."""
    return _open(file).series


def mdf_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the channels that a profile needs."""
    return _open(file).blocks(profile)


def _open(file: LogFile) -> Store:
    asammdf = library("asammdf", MDF, file.place)
    file.stream.seek(0)
    opened = reading(file.place, MDF, lambda: asammdf.MDF(file.stream))
    places = reading(file.place, MDF, lambda: _channels(opened))
    names = distinct([name for name, *_ in places])
    by_name = {name: (group, index) for name, (_, group, index, *_) in zip(names, places, strict=True)}

    def read(name: str) -> Array:
        if name.endswith(":time") and name not in by_name:
            group = int(name.removesuffix(":time").rpartition(" ")[2])
            return np.asarray(reading(file.place, MDF, lambda: opened.get_master(group)), dtype=np.float64)
        group, index = by_name[name]
        return np.asarray(reading(file.place, MDF, lambda: opened.get(group=group, index=index, samples_only=True)[0]))

    series = [
        Series(name, samples, unit, f"group {group}:time", group=str(group), kind=kind)
        for name, (_, group, _, samples, unit, kind) in zip(names, places, strict=True)
    ]
    return Store(file.place, series, read)


def _channels(opened: Any) -> list[tuple[str, int, int, int, str, str]]:
    found = []
    for group, content in enumerate(opened.groups):
        master = opened.masters_db.get(group)
        for index, channel in enumerate(content.channels):
            if index == master:
                continue
            signal = opened.get(group=group, index=index, record_count=1)
            if signal.samples.ndim == 1 and signal.samples.dtype.names is None:
                kind = "text" if signal.samples.dtype.kind in "SUO" else "number"
                samples = content.channel_group.cycles_nr
                found.append((channel.name, group, index, int(samples), str(signal.unit or ""), kind))
    return found
