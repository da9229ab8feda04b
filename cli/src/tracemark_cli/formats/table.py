"""A table with one row for each object, as CSV and as Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from tracemark.document import Json
from tracemark.errors import encodable
from tracemark_cli.formats.field_column import cell_of, column, column_type
from tracemark_cli.formats.groundtruth import lineage_json
from tracemark_groundtruth.finished.job_field import JobField
from tracemark_groundtruth.finished.record import Record

# What spreadsheets interpret as the start of a formula (OWASP, CSV injection), fullwidth forms included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_TEXT, _NUMBER, _TEXTS = pa.string(), pa.float64(), pa.list_(pa.string())
SCHEMA = pa.schema(
    {
        "object": _TEXT,
        "source": _TEXT,
        "outcome": _TEXT,
        "label": _TEXT,
        "confidence": _NUMBER,
        "votes": pa.map_(_TEXT, pa.int64()),
        "workers": pa.int64(),
        "margin": _NUMBER,
        "agreement": _NUMBER,
        "tie": pa.bool_(),
        "remark": _TEXT,
        "comments": _TEXTS,
        "gold": _TEXT,
        "job": _TEXT,
        "policy": _TEXT,
        "image": _TEXT,
        "sensor_data": _TEXT,
        "log_etag": _TEXT,
        "profile": _TEXT,
        "profile_digest": _TEXT,
        "plots": _TEXTS,
        "further_files": _TEXTS,
        "drawn_by": _TEXT,
        "exported_by": _TEXT,
    }
)
"""The columns, in order; a missing value is null in Parquet and empty in CSV."""

_ROWS_A_GROUP = 10_000


def write_csv(file: Path, records: Iterable[Record], fields: Sequence[JobField] = ()) -> int:
    """Write RFC 4180 CSV in UTF-8, and return how many rows; lists and counts are JSON in their cell.

    `fields` are the questions of a job that has several, each a column of its own after the others.
    """
    return write_csv_rows(file, schema_of(fields), (row(record, fields) for record in records))


def write_parquet(file: Path, records: Iterable[Record], fields: Sequence[JobField] = ()) -> int:
    """Write Parquet, and return how many rows: votes are a map, comments and plots lists, numbers stay numbers."""
    rows = (row(record, fields) for record in records)
    return write_parquet_rows(file, schema_of(fields), (_storable(each) for each in rows))


def write_csv_rows(file: Path, schema: pa.Schema, rows: Iterable[Mapping[str, Json]]) -> int:
    """Write rows with the values of the columns in their order, no cell of which a spreadsheet executes."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(map(_cell, schema.names))
        written = 0
        for values in rows:
            writer.writerow(map(_cell, values.values()))
            written += 1
        return written


def write_parquet_rows(file: Path, schema: pa.Schema, rows: Iterable[Mapping[str, Json]]) -> int:
    """Write rows by groups, so that memory is bounded."""
    written = 0
    waiting = iter(rows)
    with parquet.ParquetWriter(file, schema) as writer:
        while group := list(islice(waiting, _ROWS_A_GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))
            written += len(group)
    return written


def schema_of(fields: Sequence[JobField]) -> pa.Schema:
    """Return the columns of a job with these fields."""
    columns = {column(each): column_type(each) for each in fields}
    return pa.schema([*SCHEMA, *(pa.field(name, kind) for name, kind in columns.items())])


def row(record: Record, fields: Sequence[JobField] = ()) -> Mapping[str, Json]:
    """Return the values of the columns, in their order."""
    item = record.item
    values = {
        **lineage_json(record),
        "object": item.id,
        "outcome": item.standing.value,
        "label": record.label or None,
        "confidence": record.confidence,
        "votes": dict(item.votes),
        "workers": len(item.answers),
        "margin": record.margin,
        "agreement": record.agreement,
        "tie": item.is_tied,
        "remark": item.remark,
        "comments": list(item.comments),
        "gold": item.gold,
    }
    values |= {column(each): cell_of(each, item.verdicts.get(each.name)) for each in fields}
    return {name: readable(values[name]) for name in (*SCHEMA.names, *map(column, fields))}


def harmless(text: str) -> str:
    """Return a text that no spreadsheet executes: one that starts like a formula gets an apostrophe."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def readable(value: Json) -> Json:
    """Return a value whose texts can be stored: lone surrogates, which a worker may send, are escaped."""
    if isinstance(value, dict):
        return {readable(key): readable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return encodable(value) if isinstance(value, str) else value


def _cell(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return json.dumps(value)
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _storable(values: Mapping[str, Json]) -> Mapping[str, Json]:
    return {**values, "votes": list(values["votes"].items())}
