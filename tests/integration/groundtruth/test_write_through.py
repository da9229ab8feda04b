"""The durable embedded S3: what was answered is in the folder, and what cannot be is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tracemark_groundtruth.embedded_s3 import EmbeddedS3


@pytest.fixture
def s3(folder: Path) -> Iterator[EmbeddedS3]:
    with EmbeddedS3(folder, durable=True) as s3:
        yield s3


def test_an_object_is_a_file_as_soon_as_it_is_written(s3: EmbeddedS3, folder: Path) -> None:
    s3.client.put_object(Bucket="welds", Key="output/a ü:+.json", Body=b"new")

    assert (folder / "welds/output/a ü:+.json").read_bytes() == b"new"


def test_a_changed_object_replaces_its_file_and_a_deleted_one_takes_it_away(s3: EmbeddedS3, folder: Path) -> None:
    for body in (b"first", b"second"):
        s3.client.put_object(Bucket="welds", Key="a", Body=body)
    second = (folder / "welds/a").read_bytes()
    s3.client.delete_object(Bucket="welds", Key="a")

    assert (second, (folder / "welds/a").exists()) == (b"second", False)


def test_many_deleted_at_once_are_gone(s3: EmbeddedS3, folder: Path) -> None:
    s3.client.put_object(Bucket="welds", Key="a", Body=b"x")

    s3.client.delete_objects(Bucket="welds", Delete={"Objects": [{"Key": "a"}, {"Key": "dataset/a b+ü.json"}]})

    assert not [file for file in (folder / "welds").rglob("*") if file.is_file()]


def test_an_object_put_together_from_parts_is_a_file(s3: EmbeddedS3, folder: Path) -> None:
    upload = s3.client.create_multipart_upload(Bucket="welds", Key="big")["UploadId"]
    target = {"Bucket": "welds", "Key": "big", "UploadId": upload}
    part = s3.client.upload_part(**target, PartNumber=1, Body=b"whole")

    s3.client.complete_multipart_upload(**target, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})

    assert (folder / "welds/big").read_bytes() == b"whole"


@pytest.mark.parametrize("key", ["../up", "a//b", "dataset"])
def test_a_key_that_can_be_no_file_is_refused(s3: EmbeddedS3, folder: Path, key: str) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.client.put_object(Bucket="welds", Key=key, Body=b"x")

    assert not (folder / "up").exists()


def test_a_disk_that_is_full_is_no_success(s3: EmbeddedS3, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(ClientError, match="ServiceUnavailable"):  # noqa: PT012
        patched.setattr("tempfile.NamedTemporaryFile", full)
        s3.client.put_object(Bucket="welds", Key="a", Body=b"x")


def test_what_a_killed_process_left_unfinished_is_cleared_away(folder: Path) -> None:
    left = folder / "welds/.tracemark-abc"
    left.write_text("half")

    with EmbeddedS3(folder, durable=True) as s3:
        listed = s3.client.list_objects_v2(Bucket="welds")["Contents"]

    assert ([entry["Key"] for entry in listed], left.exists()) == (["dataset/a b+ü.json"], False)
