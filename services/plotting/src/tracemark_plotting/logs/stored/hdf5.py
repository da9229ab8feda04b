"""HDF5, by h5py: data sets of one dimension, columns of two, and fields of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns

HDF5 = "HDF5"
SIGNATURE = b"\x89HDF\r\n\x1a\n"

MAX_COLUMNS = 64
"""How many columns of a data set of two dimensions are series; a wider one is a picture."""

_UNIT_KEYS = ("unit", "units", "Unit", "Units")
_RATE_KEYS = ("sample_rate", "samplerate", "sampling_rate", "sampling_frequency", "fs", "Fs", "rate")
_STEP_KEYS = ("wf_increment", "dt", "delta_t", "sample_interval", "sampling_interval")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a series lies in a data set: all of it, a column, or a field; `size` is how many samples it has."""

    dataset: Any
    size: int
    part: int | str | None = None

    def read(self) -> Array:
        if self.part is None:
            return np.asarray(self.dataset[()])
        return np.asarray(self.dataset[self.part] if isinstance(self.part, str) else self.dataset[:, self.part])


def is_hdf5(file: LogFile) -> bool:
    """Whether a file begins as HDF5 does."""
    return file.head.startswith(SIGNATURE)


def hdf5_series(file: LogFile) -> Sequence[Series]:
    """Return the series of an HDF5 file."""
    return series_of(file, HDF5)


def hdf5_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the series that a profile needs."""
    return open_hdf5(file, HDF5).blocks(profile)


def series_of(file: LogFile, what: str) -> Sequence[Series]:
    """Return the series of a file that is HDF5 inside, with what attributes say of them."""
    places = _open(file, what)
    return reading(file.place, what, lambda: [_series(name, place) for name, place in places.items()])


def open_hdf5(file: LogFile, what: str) -> Store:
    """Open a file that is HDF5 inside, for its samples: attributes are not looked at."""
    places = _open(file, what)
    series = [Series(name, place.size) for name, place in places.items()]
    return Store(file.place, series, lambda name: _flat(reading(file.place, what, places[name].read)))


def _open(file: LogFile, what: str) -> Mapping[str, _Place]:
    """Return where all series lie; links out of the file are not followed."""
    h5py = library("h5py", what, file.place)
    file.stream.seek(0)
    opened = reading(file.place, what, lambda: h5py.File(file.stream, "r"))
    places: dict[str, _Place] = {}
    reading(file.place, what, lambda: _walk(opened, "", places, h5py, 0))
    return places


def _walk(group: Any, path: str, places: dict[str, _Place], h5py: Any, depth: int) -> None:
    for name in group:
        link = group.get(name, getlink=True)
        if name.startswith("#") or isinstance(link, h5py.ExternalLink) or depth > 16:  # MATLAB's own groups
            continue
        found = group.get(name)
        below = f"{path}/{name}" if path else name
        if isinstance(found, h5py.Group):
            _walk(found, below, places, h5py, depth + 1)
        elif isinstance(found, h5py.Dataset):
            places |= _places(below, found)


def _attributes(holder: Any) -> Mapping[str, Any]:
    """Return the attributes that tell unit, rate or interval; names are listed once, for each look takes its time."""
    attributes = holder.attrs
    names = set(attributes)
    return {key: attributes[key] for key in (*_UNIT_KEYS, *_RATE_KEYS, *_STEP_KEYS) if key in names}


def _places(path: str, dataset: Any) -> Mapping[str, _Place]:
    fields, shape = dataset.dtype.names, dataset.shape
    size = int(max(shape, default=0))
    if fields:
        return {f"{path}/{name}": _Place(dataset, size, name) for name in fields if len(shape) == 1}
    if len(shape) == 1 or (len(shape) == 2 and 1 in shape):
        return {path: _Place(dataset, size)}
    if len(shape) == 2 and shape[1] <= MAX_COLUMNS:
        return {f"{path}[{column}]": _Place(dataset, size, column) for column in range(shape[1])}
    return {}


def _series(name: str, place: _Place) -> Series:
    attributes = _attributes(place.dataset)
    kind = place.dataset.dtype[place.part] if isinstance(place.part, str) else place.dataset.dtype
    return Series(
        name,
        place.size,
        _text(attributes, _UNIT_KEYS),
        rate=_rate(attributes) or _rate(_attributes(place.dataset.parent)),
        group=name.rpartition("/")[0],
        kind="number" if kind.kind in "fiub" else "text",
    )


def _rate(attributes: Mapping[str, Any]) -> float:
    rate, step = _number(attributes, _RATE_KEYS), _number(attributes, _STEP_KEYS)
    return rate or (1 / step if step else 0.0)


def _number(attributes: Mapping[str, Any], keys: Sequence[str]) -> float:
    found = next((attributes[key] for key in keys if key in attributes), 0.0)
    try:
        number = float(np.asarray(found).reshape(-1)[0])
    except (ValueError, TypeError, IndexError):
        return 0.0
    return number if number > 0 else 0.0


def _text(attributes: Mapping[str, Any], keys: Sequence[str]) -> str:
    found = next((attributes[key] for key in keys if key in attributes), "")
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)


def _flat(values: Array) -> Array:
    return values.reshape(-1) if values.ndim > 1 else values
