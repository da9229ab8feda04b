"""MATLAB's files: version 5 by scipy, version 7.3, which is HDF5, by h5py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.hdf5 import SIGNATURE, open_hdf5, series_of
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns

MATLAB = "MATLAB"

_MAX_COLUMNS = 64
_RATES = ("fs", "samplerate", "sample_rate", "sampling_rate", "rate")
_USER_BLOCK = 512


def is_matlab(file: LogFile) -> bool:
    """Whether a file begins as MATLAB's do since version 5."""
    return file.head.startswith(b"MATLAB 5.0 MAT-file") or _is_hdf5(file)


def matlab_series(file: LogFile) -> Sequence[Series]:
    """Return the variables of a MATLAB file."""
    return series_of(file, MATLAB) if _is_hdf5(file) else _open(file).series


def matlab_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the variables that a profile needs."""
    return _open(file).blocks(profile)


def _is_hdf5(file: LogFile) -> bool:
    return file.head.startswith(b"MATLAB 7.3") and file.head[_USER_BLOCK:].startswith(SIGNATURE)


def _open(file: LogFile) -> Store:
    if _is_hdf5(file):
        return open_hdf5(file, MATLAB)
    io = library("scipy.io", MATLAB, file.place)
    file.stream.seek(0)
    content = reading(file.place, MATLAB, lambda: io.loadmat(file.stream, squeeze_me=True, struct_as_record=True))
    arrays: dict[str, Array] = {}
    for name, value in content.items():
        if not name.startswith("__"):
            _collect(name, np.asarray(value), arrays, 0)
    rate = next((float(values) for name, values in arrays.items() if _is_rate(name, values)), 0.0)
    series = [
        Series(name, values.size, rate=rate, group=name.rpartition(".")[0], kind=_kind(values))
        for name, values in arrays.items()
        if values.ndim == 1
    ]
    return Store(file.place, series, arrays.__getitem__)


def _collect(name: str, value: Array, arrays: dict[str, Array], depth: int) -> None:
    """Take arrays of one dimension, columns of two, and the fields of structs below their names."""
    if value.dtype.names and value.ndim == 0 and depth < 8:
        for field in value.dtype.names:
            _collect(f"{name}.{field}", _inner(value[field]), arrays, depth + 1)
    elif value.ndim == 2 and value.shape[1] <= _MAX_COLUMNS and value.dtype.kind in "fiub":
        arrays |= {f"{name}[{column}]": value[:, column] for column in range(value.shape[1])}
    elif value.ndim <= 1 and value.dtype.kind in "fiubU":
        arrays[name] = value


def _inner(value: Any) -> Array:
    found = np.asarray(value)
    return np.asarray(found.item()) if found.dtype.kind == "O" and found.ndim == 0 else found


def _is_rate(name: str, values: Array) -> bool:
    last = name.rpartition(".")[2].lower()
    return last in _RATES and values.ndim == 0 and values.dtype.kind in "fiu" and float(values) > 0


def _kind(values: Array) -> str:
    return "text" if values.dtype.kind == "U" else "number"
