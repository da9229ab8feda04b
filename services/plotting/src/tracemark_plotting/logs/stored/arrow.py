"""Parquet, Arrow and Feather, by pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns

PARQUET = "Parquet"
ARROW = "Arrow"

_BATCH_ROWS = 1 << 18
_UNIT_KEYS = (b"unit", b"units", b"Unit")


def is_parquet(file: LogFile) -> bool:
    """Whether a file begins as Parquet does."""
    return file.head.startswith(b"PAR1")


def is_arrow(file: LogFile) -> bool:
    """Whether a file begins as Arrow's file format, its stream, or Feather do."""
    return file.head.startswith((b"ARROW1", b"FEA1", b"\xff\xff\xff\xff"))


def parquet_series(file: LogFile) -> Sequence[Series]:
    """Return the columns of a Parquet file."""
    opened = _parquet(file)
    return _series(opened.schema_arrow, opened.metadata.num_rows)


def parquet_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the columns that a profile needs, a million rows at a time."""
    opened = _parquet(file)
    store = Store(file.place, _series(opened.schema_arrow, opened.metadata.num_rows), _none)
    needed = [store.name(column) for column in profile.columns]
    yield from _blocks(store, needed, opened.iter_batches(batch_size=_BATCH_ROWS, columns=needed), PARQUET)


def arrow_series(file: LogFile) -> Sequence[Series]:
    """Return the columns of an Arrow file."""
    table = _arrow(file)
    return _series(table.schema, table.num_rows)


def arrow_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the columns that a profile needs, a million rows at a time."""
    table = _arrow(file)
    store = Store(file.place, _series(table.schema, table.num_rows), _none)
    needed = [store.name(column) for column in profile.columns]
    yield from _blocks(store, needed, iter(table.select(needed).to_batches(max_chunksize=_BATCH_ROWS)), ARROW)


def _parquet(file: LogFile) -> Any:
    parquet = library("pyarrow.parquet", PARQUET, file.place)
    file.stream.seek(0)
    return reading(file.place, PARQUET, lambda: parquet.ParquetFile(file.stream, pre_buffer=False))


def _arrow(file: LogFile) -> Any:
    feather, ipc = (library(f"pyarrow.{name}", ARROW, file.place) for name in ("feather", "ipc"))
    file.stream.seek(0)
    if file.head.startswith(b"\xff\xff\xff\xff"):
        return reading(file.place, ARROW, lambda: ipc.open_stream(file.stream).read_all())
    return reading(file.place, ARROW, lambda: feather.read_table(file.stream))


def _blocks(store: Store, needed: Sequence[str], batches: Iterator[Any], what: str) -> Iterator[StoredColumns]:
    first = 0
    while (batch := reading(store.place, what, lambda: next(batches, None))) is not None:
        arrays = {name: _array(batch.column(batch.schema.get_field_index(name))) for name in needed}
        yield StoredColumns(store.place, store.name, arrays, first)
        first += batch.num_rows


def _array(column: Any) -> Array:
    kind = str(column.type)
    if kind.startswith(("timestamp", "date")):
        return np.asarray(column.cast("timestamp[ns]").to_numpy(zero_copy_only=False))
    if kind.startswith(("duration", "time")):
        ticks = column.cast("int64") if kind.startswith("duration") else column.cast("time64[ns]").cast("int64")
        scale = {"[s]": 1, "[ms]": 1_000, "[us]": 1_000_000}.get(kind[-4:].lstrip("0123456789n"), 1_000_000_000)
        return np.asarray(ticks.to_numpy(zero_copy_only=False), dtype=np.float64) / scale
    if kind.startswith("dictionary"):
        column = column.dictionary_decode()
    if kind.startswith("decimal"):
        column = column.cast("float64")
    return np.asarray(column.to_numpy(zero_copy_only=False))


def _series(schema: Any, rows: int) -> Sequence[Series]:
    return [Series(field.name, rows, _unit(field), kind=_kind(str(field.type))) for field in schema if _flat(field)]


def _flat(field: Any) -> bool:
    return not str(field.type).startswith(("list", "struct", "map", "large_list", "fixed_size", "binary", "union"))


def _unit(field: Any) -> str:
    metadata = field.metadata or {}
    found = next((metadata[key] for key in _UNIT_KEYS if key in metadata), b"")
    return str(found.decode("utf-8", "replace"))


def _kind(kind: str) -> str:
    if kind.startswith(("timestamp", "date")):
        return "moment"
    return "text" if "string" in kind or "utf8" in kind else "number"


def _none(name: str) -> Array:
    raise KeyError(name)
