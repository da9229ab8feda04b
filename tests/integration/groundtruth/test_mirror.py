"""A folder of buckets copied into S3 and back, and nothing ever written outside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from tracemark.errors import InvalidUri, StorageUnavailable
from tracemark_groundtruth.errors import UnsafeKeys
from tracemark_groundtruth.s3.metadata import FILE
from tracemark_groundtruth.s3.mirror import Mirror


@contextmanager
def mirrored(folder: Path, client: Any) -> Iterator[None]:
    with mock_aws():
        mirror = Mirror(folder, client)
        mirror.seed()
        yield
        mirror.write_back()


def write(client: Any, folder: Path, keys: Iterable[str], then: Callable[[], None] = lambda: None) -> None:
    """Write objects to the seeded S3, do `then`, and mirror them back."""
    with mirrored(folder, client):
        for key in keys:
            client.put_object(Bucket="welds", Key=key, Body=b"x")
        then()


def files(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_each_file_of_a_sub_folder_is_an_object(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        body = client.get_object(Bucket="welds", Key="dataset/a b+ü.json")["Body"].read()

    assert body == b"{}"


def test_hidden_files_and_folders_are_no_objects(client: Any, folder: Path) -> None:
    (folder / ".hidden-bucket").mkdir()
    (folder / "welds" / ".git").mkdir()
    for place in (".hidden", ".git/config"):
        (folder / "welds" / place).write_text("x", encoding="utf-8")

    with mirrored(folder, client):
        keys = [entry["Key"] for entry in client.list_objects_v2(Bucket="welds")["Contents"]]

    assert keys == ["dataset/a b+ü.json"]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("a.PNG", "image/png"), ("a.csv", "text/csv"), ("a.html", "text/html"), ("a.unknown", "application/octet-stream")],
)
def test_an_extension_gives_the_content_type(client: Any, folder: Path, name: str, content_type: str) -> None:
    (folder / "welds" / name).write_text("x", encoding="utf-8")

    with mirrored(folder, client):
        found = client.head_object(Bucket="welds", Key=name)["ContentType"]

    assert found == content_type


def test_a_file_whose_object_did_not_change_is_not_touched(client: Any, folder: Path) -> None:
    file = folder / "welds" / "dataset" / "a b+ü.json"

    with mirrored(folder, client):
        file.write_text("edited meanwhile", encoding="utf-8")

    assert file.read_text(encoding="utf-8") == "edited meanwhile"


def test_a_deleted_object_is_no_file_afterwards(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        client.delete_object(Bucket="welds", Key="dataset/a b+ü.json")

    assert files(folder) == {"README.md": "no bucket"}


def test_a_new_bucket_is_a_new_folder(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        client.create_bucket(Bucket="plots-of-welds", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        client.put_object(Bucket="plots-of-welds", Key="a.png", Body=b"x")

    assert (folder / "plots-of-welds" / "a.png").is_file()


@pytest.mark.parametrize(
    "key",
    [
        "../up",
        "../../up",
        "a/../../up",
        "..",
        ".",
        "a//b",
        "a/",
        "/a",
        "./a",
        "a/.",
        f"a/{'x' * 256}",
        f"{'ü' * 128}.json",
        "dataset",
        "README/../x",
    ],
)
def test_a_key_that_is_no_safe_path_is_reported_and_the_rest_is_written(client: Any, folder: Path, key: str) -> None:
    with pytest.raises(UnsafeKeys) as caught:
        write(client, folder, [key, "zz/last.json"])

    written = set(files(folder)) - {"README.md", "welds/dataset/a b+ü.json"}
    assert (f"s3://welds/{key}"[:60] in str(caught.value), written) == (True, {"welds/zz/last.json"})


def test_a_key_below_a_file_is_reported(client: Any, folder: Path) -> None:
    with pytest.raises(UnsafeKeys, match=r"a b\+ü\.json/below"):
        write(client, folder, ["dataset/a b+ü.json/below"])


def test_nothing_is_written_through_a_link_out_of_the_folder(client: Any, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "welds" / "link").symlink_to(outside)

    with pytest.raises(UnsafeKeys):
        write(client, folder, ["link/x"])

    assert list(outside.iterdir()) == []


def test_a_folder_whose_name_is_no_bucket_name_is_named(client: Any, folder: Path) -> None:
    (folder / "Not_A_Bucket").mkdir()

    with pytest.raises(InvalidUri, match=r"Not_A_Bucket.*rename the folder"), mirrored(folder, client):
        pass


def test_a_file_that_cannot_be_written_is_named(client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StorageUnavailable, match=r"new\.json.*No space left"):
        write(client, folder, ["new.json"], lambda: monkeypatch.setattr(Path, "replace", full_disk))


def test_a_file_that_cannot_be_written_leaves_nothing_half_written(
    client: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageUnavailable):
        write(client, folder, ["new.json"], lambda: monkeypatch.setattr(Path, "replace", full_disk))

    assert list(files(folder)) == ["README.md", "welds/dataset/a b+ü.json"]


# Metadata


def put_chart(client: Any, made_from: str, body: bytes = b"chart") -> None:
    client.put_object(Bucket="welds", Key="plots/a.png", Body=body, Metadata={"made-from": made_from})


def metadata_of_the_chart(client: Any) -> dict[str, str]:
    return dict(client.head_object(Bucket="welds", Key="plots/a.png")["Metadata"])


def test_metadata_of_an_object_are_there_again_in_the_next_server(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        put_chart(client, "log 1")

    with mirrored(folder, client):
        assert metadata_of_the_chart(client) == {"made-from": "log 1"}


def test_metadata_that_changed_under_the_same_content_are_those_of_the_next_server(client: Any, folder: Path) -> None:
    for made_from in ("log 1", "log 2"):
        with mirrored(folder, client):
            put_chart(client, made_from)

    with mirrored(folder, client):
        assert metadata_of_the_chart(client) == {"made-from": "log 2"}


def test_a_file_that_somebody_changed_has_no_metadata(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        put_chart(client, "log 1")
    (folder / "welds/plots/a.png").write_bytes(b"another chart")

    with mirrored(folder, client):
        assert metadata_of_the_chart(client) == {}


def test_metadata_of_a_deleted_object_are_forgotten(client: Any, folder: Path) -> None:
    with mirrored(folder, client):
        put_chart(client, "log 1")
    with mirrored(folder, client):
        client.delete_object(Bucket="welds", Key="plots/a.png")

    assert (folder / FILE).read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("content", [b"not JSON\n", b"{}\n", b'{"uri": "s3://a", "etag": 1}\n', b"\xff\n"])
def test_remembered_metadata_that_cannot_be_read_are_forgotten_and_said_so(
    client: Any, folder: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    with mirrored(folder, client):
        put_chart(client, "log 1")
    (folder / FILE).write_bytes(content)

    with mirrored(folder, client):
        assert metadata_of_the_chart(client) == {}

    assert "object metadata not read" in caplog.text


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
