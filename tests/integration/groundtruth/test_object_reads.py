"""Objects of the embedded S3, read in part and as a whole, without a copy of them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.s3.models import FakeKey

from tracemark.storage import s3upload
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.embedded import EmbeddedS3

BIG = S3Uri("welds", "plots/a ü.zarr.zip")
PART = 5 * 1024 * 1024
DATA = bytes(range(251)) * 45_000


@pytest.fixture(params=[True, False], ids=["durable", "mirrored at the end"])
def s3(folder: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedS3]:
    """An S3 with an object of three parts."""
    monkeypatch.setattr(s3upload, "PART_BYTES", PART)
    with EmbeddedS3(folder, durable=request.param) as s3:
        with S3Objects(s3.client).writing(BIG, "application/zip", {"tracemark-version": "1"}) as sink:
            sink.write(DATA)
        yield s3


def _get(s3: EmbeddedS3, **more: str) -> tuple[int, bytes, str | None]:
    found = s3.client.get_object(Bucket=BIG.bucket, Key=BIG.key, **more)
    return found["ResponseMetadata"]["HTTPStatusCode"], found["Body"].read(), found.get("ContentRange")


def test_an_object_is_read_whole_with_what_it_was_written_with(s3: EmbeddedS3) -> None:
    found = s3.client.get_object(Bucket=BIG.bucket, Key=BIG.key)

    assert found["Body"].read() == DATA
    assert (found["ContentType"], found["Metadata"]) == ("application/zip", {"tracemark-version": "1"})
    assert found["ETag"] == s3.client.head_object(Bucket=BIG.bucket, Key=BIG.key)["ETag"]


def test_an_object_of_parts_is_a_file_with_its_bytes(s3: EmbeddedS3, folder: Path) -> None:
    s3.write_back()

    assert (folder / BIG.bucket / BIG.key).read_bytes() == DATA


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(DATA) - 1), st.integers(0, 3_000_000))
def test_any_range_of_an_object_has_its_bytes(s3: EmbeddedS3, first: int, more: int) -> None:
    last = min(first + more, len(DATA) - 1)

    assert _get(s3, Range=f"bytes={first}-{first + more}") == (
        206,
        DATA[first : last + 1],
        f"bytes {first}-{last}/{len(DATA)}",
    )


@pytest.mark.parametrize(("asked", "first"), [("bytes=-7", len(DATA) - 7), ("bytes=100-", 100), ("bytes=-99999999", 0)])
def test_the_end_of_an_object_is_a_range_too(s3: EmbeddedS3, asked: str, first: int) -> None:
    assert _get(s3, Range=asked) == (206, DATA[first:], f"bytes {first}-{len(DATA) - 1}/{len(DATA)}")


def test_a_range_beyond_the_end_is_refused(s3: EmbeddedS3) -> None:
    with pytest.raises(ClientError, match="InvalidRange"):
        _get(s3, Range=f"bytes={len(DATA)}-")


def test_an_object_that_is_not_there_is_said_to_be_missing(s3: EmbeddedS3) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.client.get_object(Bucket="welds", Key="none")


def test_an_empty_object_is_read(s3: EmbeddedS3) -> None:
    s3.client.put_object(Bucket="welds", Key="empty", Body=b"")

    assert s3.client.get_object(Bucket="welds", Key="empty")["Body"].read() == b""


def test_an_object_of_another_etag_is_not_given(s3: EmbeddedS3) -> None:
    with pytest.raises(ClientError, match="PreconditionFailed"):
        _get(s3, IfMatch='"other"')


def test_a_changed_object_is_read_as_it_is_now(s3: EmbeddedS3) -> None:
    s3.client.put_object(Bucket=BIG.bucket, Key=BIG.key, Body=b"other")

    assert _get(s3, Range="bytes=1-2") == (206, b"th", "bytes 1-2/5")


def test_no_range_reads_an_object_as_a_whole(s3: EmbeddedS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeKey, "value", property(lambda _: pytest.fail("the whole object was read")))

    assert _get(s3, Range="bytes=-3")[1] == DATA[-3:]
