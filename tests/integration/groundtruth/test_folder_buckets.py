"""A folder of the user is a bucket: read where it lies, never changed, and nothing outside it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.embedded import EmbeddedS3


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "Welds of May"
    (folder / "a").mkdir(parents=True)
    (folder / "a/log 1.csv").write_bytes(b"0123456789")
    (folder / "a/Schweißnaht.jpg").write_bytes(b"photograph")
    (folder / ".hidden").write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / "out.csv").symlink_to(tmp_path / "secret")
    return folder


@pytest.fixture
def s3(tmp_path: Path, data: Path) -> Iterator[Any]:
    home = data / ".tracemark-job"
    (home / "welds-job").mkdir(parents=True)
    (home / "buckets.yaml").write_text("welds: ..\n")
    with EmbeddedS3(home) as server:
        yield server.client


def test_a_file_is_read_where_it_lies_and_as_it_is_now(s3: Any, data: Path) -> None:
    uri = S3Uri("welds", "a/log 1.csv")
    before = S3Objects(s3).read(uri, limit=100).data

    (data / "a/log 1.csv").write_bytes(b"longer than before")

    assert before == b"0123456789"
    assert S3Objects(s3).read(uri, limit=100).data == b"longer than before"


def test_parts_type_and_names_in_any_alphabet_are_answered_as_by_s3(s3: Any) -> None:
    part = s3.get_object(Bucket="welds", Key="a/log 1.csv", Range="bytes=2-4")
    whole = s3.get_object(Bucket="welds", Key="a/Schweißnaht.jpg")

    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    assert (whole["Body"].read(), whole["ContentType"]) == (b"photograph", "image/jpeg")
    assert s3.head_object(Bucket="welds", Key="a/log 1.csv")["ContentLength"] == 10


def test_files_are_not_copied_beside_the_folder_when_all_is_written_back(tmp_path: Path, data: Path) -> None:
    home = data / ".tracemark-job"
    home.mkdir()
    (home / "buckets.yaml").write_text("welds: ..\n")

    with EmbeddedS3(home) as server:
        server.client.get_object(Bucket="welds", Key="a/log 1.csv")
        server.client.put_object(Bucket="welds", Key="plots/log 1.png", Body=b"chart")

    assert [path.name for path in (home / "welds").rglob("*") if path.is_file()] == ["log 1.png"]


@pytest.mark.parametrize(
    "key", ["out.csv", "../secret", "a/../../secret", ".hidden", ".tracemark-job/buckets.yaml", "a", "gone"]
)
def test_nothing_that_is_hidden_or_outside_is_read(s3: Any, key: str) -> None:
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket="welds", Key=key)

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_what_is_made_of_the_files_lies_under_their_bucket_but_not_among_them(s3: Any, data: Path) -> None:
    s3.put_object(Bucket="welds", Key="plots/log 1.png", Body=b"chart")

    assert s3.get_object(Bucket="welds", Key="plots/log 1.png")["Body"].read() == b"chart"
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="welds", Prefix="plots/")["Contents"]] == [
        "plots/log 1.png"
    ]
    assert not (data / "plots").exists()


def test_nothing_in_the_folder_is_changed(s3: Any, data: Path) -> None:
    changes: list[Callable[[], Any]] = [
        lambda: s3.put_object(Bucket="welds", Key="a/log 1.csv", Body=b"x"),
        lambda: s3.delete_object(Bucket="welds", Key="a/log 1.csv"),
        lambda: s3.delete_objects(Bucket="welds", Delete={"Objects": [{"Key": "a/log 1.csv"}]}),
        lambda: s3.delete_bucket(Bucket="welds"),
    ]
    for change in changes:
        with pytest.raises(ClientError, match="AccessDenied"):
            change()

    assert sorted(path.name for path in (data / "a").iterdir()) == ["Schweißnaht.jpg", "log 1.csv"]


def test_the_bucket_beside_it_is_written_as_ever(s3: Any, data: Path) -> None:
    s3.put_object(Bucket="welds-job", Key="output/label", Body=b"x")

    assert s3.get_object(Bucket="welds-job", Key="output/label")["Body"].read() == b"x"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("welds: nowhere\n", "is not there"),
        ("W: .\n", "is not a bucket name"),
        ("- a\n", "an object"),
    ],
)
def test_a_file_of_buckets_that_is_wrong_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "buckets.yaml").write_text(text)

    with pytest.raises(Exception, match=said) as refused, EmbeddedS3(tmp_path):
        pass

    assert type(refused.value).__module__ == InvalidConfiguration.__module__
