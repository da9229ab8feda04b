"""The folder of a running service is live: what somebody adds, edits or deletes there is so in S3 at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tracemark_groundtruth.s3.embedded import EmbeddedS3


@pytest.fixture
def s3(folder: Path) -> Iterator[Any]:
    with EmbeddedS3(folder, durable=True) as s3:
        yield s3.client


def content(s3: Any, key: str, bucket: str = "welds") -> bytes:
    return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def keys(s3: Any, prefix: str = "", bucket: str = "welds") -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())]


def put(file: Path, data: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def test_a_file_copied_while_serving_is_an_object(s3: Any, folder: Path) -> None:
    put(folder / "welds/m/copied ü.jsonl", b"lines")

    assert content(s3, "m/copied ü.jsonl") == b"lines"
    assert s3.head_object(Bucket="welds", Key="m/copied ü.jsonl")["ContentLength"] == 5


def test_a_file_copied_while_serving_is_listed(s3: Any, folder: Path) -> None:
    put(folder / "welds/m/one.jsonl", b"1")
    put(folder / "welds/m/deeper/two.jsonl", b"2")

    assert keys(s3, "m/") == ["m/deeper/two.jsonl", "m/one.jsonl"]
    assert keys(s3, "m/o") == ["m/one.jsonl"]


def test_an_edited_file_is_read_as_it_is_now(s3: Any, folder: Path) -> None:
    file = put(folder / "welds/templates/a.html", b"first")
    before = content(s3, "templates/a.html")
    put(file, b"other")
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))

    assert (before, content(s3, "templates/a.html")) == (b"first", b"other")


def test_a_deleted_file_is_no_object_any_more(s3: Any, folder: Path) -> None:
    file = put(folder / "welds/m/one.jsonl", b"1")
    before = keys(s3, "m/")
    file.unlink()

    with pytest.raises(ClientError, match="NoSuchKey"):
        content(s3, "m/one.jsonl")
    assert (before, keys(s3, "m/")) == (["m/one.jsonl"], [])


def test_a_folder_made_while_serving_is_a_bucket(s3: Any, folder: Path) -> None:
    put(folder / "new-bucket/a.txt", b"new")

    assert content(s3, "a.txt", "new-bucket") == b"new"
    assert "new-bucket" in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]


def test_a_bucket_that_was_made_by_s3_is_live_too(s3: Any, folder: Path) -> None:
    s3.create_bucket(Bucket="made-by-s3", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    put(folder / "made-by-s3/a.txt", b"new")

    assert content(s3, "a.txt", "made-by-s3") == b"new"


@pytest.mark.parametrize("bucket", ["..", ".tracemark", "."])
def test_nothing_beside_the_buckets_can_be_read(s3: Any, folder: Path, bucket: str) -> None:
    put(folder / ".tracemark/secret", b"x")
    put(folder.parent / "secret", b"x")
    address = s3.meta.endpoint_url.removeprefix("http://")
    with closing(HTTPConnection(address)) as connection:
        connection.putrequest("GET", f"/{bucket}/secret", skip_accept_encoding=True)
        connection.endheaders()
        answer = connection.getresponse()

        assert answer.status != 200
        assert answer.read() != b"x"


def test_a_folder_that_can_be_no_bucket_is_passed_over(s3: Any, folder: Path) -> None:
    put(folder / "No Bucket/a.txt", b"new")

    assert [entry["Name"] for entry in s3.list_buckets()["Buckets"]] == ["welds"]


@pytest.mark.parametrize("key", [".hidden", "a/.hidden/b", "../outside", "a//b"])
def test_hidden_and_outside_files_are_no_objects(s3: Any, folder: Path, key: str) -> None:
    put(folder / "outside", b"x")
    put(folder / "welds/.hidden", b"x")
    put(folder / "welds/a/.hidden/b", b"x")

    with pytest.raises(ClientError):
        content(s3, key)


def test_what_is_written_by_s3_keeps_its_metadata_however_often_it_is_read(s3: Any) -> None:
    s3.put_object(Bucket="welds", Key="plots/a.png", Body=b"a chart", Metadata={"made-from": "x"})

    found = [s3.head_object(Bucket="welds", Key="plots/a.png")["Metadata"] for _ in range(3)]

    assert found == [{"made-from": "x"}] * 3


def test_readers_and_writers_side_by_side_do_not_wait_for_each_other_for_ever(s3: Any, folder: Path) -> None:
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                s3.put_object(Bucket="welds", Key=f"output/{number}-{turn}", Body=b"x")
                put(folder / f"welds/m/{number}-{turn}", b"y")
                assert content(s3, f"m/{number}-{turn}") == b"y"
                keys(s3, "output/")
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    assert not any(thread.is_alive() for thread in threads)
    assert len(keys(s3, "output/")) == len(keys(s3, "m/")) == 20
