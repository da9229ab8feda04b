"""Spans as tables: times, and the samples of the log that they cover."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from pyarrow import parquet
from support.finished_jobs import field_item

from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Span
from tracemark.profile.shipped import ShippedProfile
from tracemark_cli.formats.samples import Axes, Logs
from tracemark_cli.formats.spans import SCHEMA, SpanTable
from tracemark_groundtruth.finished.lineage import Lineage
from tracemark_groundtruth.finished.record import Record
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_plotting import tracks
from tracemark_plotting.limits import Limits
from tracemark_plotting.trace import read_trace

PROFILE = ShippedProfile("welding")
LOG = b"".join(b"%d,%d,2,3\n" % (10 * sample, sample) for sample in range(10))
SURE = {"confidence": 0.75, "votes": 3}


def span(start: float, end: float, channel: str = "", label: str = "Pore") -> Json:
    return {"label": label, "channel": channel, "start": start, "end": end, **SURE}


@pytest.fixture
def logs() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client(
            "s3", "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x", config=Config(proxies={})
        )
        client.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        document = {"sensor_data": {"s3Path": "s3://welds/0.csv"}}
        client.put_object(Bucket="welds", Key="dataset/0.json", Body=json.dumps(document).encode())
        client.put_object(Bucket="welds", Key="0.csv", Body=LOG)
        yield Logs(JobStorage(client), Limits(10**6, 10**6, 64), PROFILE)


def record(*spans: Json, index: int = 0) -> Record:
    fields: dict[str, tuple[Kind, Json]] = {"marks": (Kind.SPANS, list(spans))}
    return Record("j", field_item(index, fields, {}), Lineage(sensor_data="s3://welds/0.csv"))


def test_a_row_tells_times_and_samples(logs: Logs, tmp_path: Path) -> None:
    table = SpanTable(logs)

    written = table.write_parquet(tmp_path / "a.parquet", [record(span(15, 40, "current"), span(52, 52, label="Tip"))])

    read = parquet.read_table(tmp_path / "a.parquet")
    first, point = read.to_pylist()
    assert read.schema.equals(SCHEMA)
    assert (first["start"], first["end"], first["first_sample"], first["last_sample"]) == (15, 40, 2, 4)
    assert (first["label"], first["channel"], first["confidence"], first["votes"]) == ("Pore", "current", 0.75, 3)
    assert (point["first_sample"], point["last_sample"], point["channel"]) == (5, 5, None)
    assert (written.objects, list(written.notes)) == (1, [])


def test_samples_of_a_log_too_long_for_memory_are_numbered_alike(
    logs: Logs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record(span(15, 40, "current"), span(52, 52), span(-5, -5), span(95, 95), span(55, 55))]
    SpanTable(logs).write_parquet(tmp_path / "a.parquet", records)
    monkeypatch.setattr(tracks, "MOST_CELLS", 10)

    SpanTable(logs).write_parquet(tmp_path / "b.parquet", records)

    found = parquet.read_table(tmp_path / "b.parquet").to_pylist()
    assert [row["first_sample"] for row in found] == [2, 5, 0, 9, 5]
    assert found == parquet.read_table(tmp_path / "a.parquet").to_pylist()


def test_spans_of_a_log_that_is_gone_keep_their_times_and_the_export_says_so(logs: Logs, tmp_path: Path) -> None:
    table = SpanTable(logs)

    written = table.write_csv(tmp_path / "a.csv", [record(span(15, 40), index=1)])

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["start"], row["end"], row["first_sample"]) == ("15.0", "40.0", "")
    assert written.notes[0].startswith("1 objects without sample numbers: ")


def test_a_span_that_no_sample_lies_in_or_that_means_no_channel_has_no_numbers(logs: Logs, tmp_path: Path) -> None:
    table = SpanTable(logs)

    written = table.write_parquet(tmp_path / "a.parquet", [record(span(11, 19), span(0, 90, "gas"))])

    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [row["first_sample"] for row in rows] == [None, None]
    assert written.notes == ["2 spans without sample numbers: no sample, or no single channel, is meant"]


def test_no_cell_of_spans_is_a_formula(logs: Logs, tmp_path: Path) -> None:
    SpanTable(logs).write_csv(tmp_path / "a.csv", [record(span(-5, 40, label="=1+1"))])

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["label"], row["start"]) == ("'=1+1", "-5.0")


def test_entities_are_spans_of_a_text_without_samples(logs: Logs, tmp_path: Path) -> None:
    value = {"entities": [{"startOffset": 2, "endOffset": 5, "label": "Part"}]}
    found = Record("j", field_item(0, {"parts": (Kind.ENTITIES, value)}, {}), Lineage())

    SpanTable(logs).write_parquet(tmp_path / "a.parquet", [found])

    (row,) = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert (row["kind"], row["start"], row["end"], row["first_sample"]) == ("entities", 2, 5, None)


@given(st.floats(0, 90), st.floats(0, 90))
def test_exactly_the_samples_from_start_to_end_are_counted(one: float, other: float) -> None:
    start, end = sorted((one, other))
    trace = read_trace(LOG, PROFILE.load(), max_rows=100, place="0.csv")

    found = Axes((trace,)).samples(Span("Pore", start, end))

    inside = np.flatnonzero((trace.time >= start) & (trace.time <= end)).tolist()
    if start < end:
        assert found == ((inside[0], inside[-1]) if inside else None)
    else:
        assert found is not None
        assert abs(trace.time[found[0]] - start) <= 5


def test_two_logs_leave_a_span_without_a_channel_ambiguous() -> None:
    trace = read_trace(LOG, PROFILE.load(), max_rows=100, place="0.csv")
    again = read_trace(LOG, PROFILE.load(), max_rows=100, place="1.csv")

    assert Axes((trace, again)).samples(Span("Pore", 0, 90)) is None
