"""Symbolic links: what resolves outside its own bucket is neither read nor written nor deleted, by any operation."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tracemark_groundtruth.errors import UnsafeKeys
from tracemark_groundtruth.s3.embedded import EmbeddedS3

SECRET = b"API keys"

Place = Callable[[Path, Path], tuple[str, str]]


def file_of_the_state(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/pic.png").symlink_to("../.tracemark/state.db")
    return "welds", "pic.png"


def file_of_the_machine(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/pic.png").symlink_to(outside / "state.db")
    return "welds", "pic.png"


def file_of_another_bucket(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/pic.png").symlink_to("../other/state.db")
    return "welds", "pic.png"


def file_by_two_links(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/one").symlink_to(outside / "state.db")
    (folder / "welds/two.png").symlink_to("one")
    return "welds", "two.png"


def hidden_file(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/.state.db").write_bytes(SECRET)
    (folder / "welds/pic.png").symlink_to(".state.db")
    return "welds", "pic.png"


def folder_of_the_state(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/output").symlink_to("../.tracemark")
    return "welds", "output/state.db"


def folder_of_the_machine(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/output").symlink_to(outside)
    return "welds", "output/state.db"


def folder_of_another_bucket(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "welds/output").symlink_to("../other")
    return "welds", "output/state.db"


def bucket_of_the_state(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "linked").symlink_to(".tracemark")
    return "linked", "state.db"


def bucket_of_the_machine(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "linked").symlink_to(outside)
    return "linked", "state.db"


def bucket_of_another(folder: Path, outside: Path) -> tuple[str, str]:
    (folder / "linked").symlink_to("other")
    return "linked", "state.db"


FILES = (file_of_the_state, file_of_the_machine, file_of_another_bucket, file_by_two_links, hidden_file)
FOLDERS = (folder_of_the_state, folder_of_the_machine, folder_of_another_bucket)
BUCKETS = (bucket_of_the_state, bucket_of_the_machine, bucket_of_another)
PLACES = (*FILES, *FOLDERS, *BUCKETS)


@pytest.fixture
def outside(folder: Path, tmp_path: Path) -> Path:
    found = tmp_path / "outside"
    for place in (found, folder / ".tracemark", folder / "other"):
        place.mkdir()
        (place / "state.db").write_bytes(SECRET)
    return found


@pytest.fixture(params=[True, False], ids=["service", "run"])
def start(request: pytest.FixtureRequest, folder: Path, outside: Path) -> Iterator[Callable[[], Any]]:
    """Return what starts the S3, of a service or of one run, and returns a client."""
    started: list[EmbeddedS3] = []

    def start() -> Any:
        started.append(EmbeddedS3(folder, durable=request.param).__enter__())
        return started[0].client

    yield start
    for s3 in started:
        with suppress(UnsafeKeys):
            s3.__exit__(None, None, None)


@pytest.mark.parametrize("place", PLACES)
def test_what_was_linked_before_the_start_is_not_read(
    start: Callable[[], Any], folder: Path, outside: Path, place: Place
) -> None:
    bucket, key = place(folder, outside)
    s3 = start()

    with pytest.raises(ClientError, match=r"NoSuch|404"):
        s3.get_object(Bucket=bucket, Key=key)

    assert (bucket, key) not in listed(s3)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_linked_while_serving_is_not_read(
    start: Callable[[], Any], folder: Path, outside: Path, place: Place
) -> None:
    s3 = start()
    bucket, key = place(folder, outside)

    with pytest.raises(ClientError, match=r"NoSuch|404"):
        s3.get_object(Bucket=bucket, Key=key)

    assert (bucket, key) not in listed(s3)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("early", [True, False], ids=["linked before", "linked while serving"])
def test_nothing_is_written_or_deleted_through_a_link(
    start: Callable[[], Any], folder: Path, outside: Path, place: Place, early: bool
) -> None:
    s3 = None if early else start()
    bucket, key = place(folder, outside)
    s3 = s3 or start()

    for name in (key, f"{key}.new", "output/Job/manifests/output/output.manifest"):
        with suppress(ClientError):
            s3.put_object(Bucket=bucket, Key=name, Body=b"changed")
        with suppress(ClientError):
            s3.delete_object(Bucket=bucket, Key=name)

    assert contents(folder, outside) == [{"state.db": SECRET}] * 3


@pytest.mark.parametrize("place", [*FOLDERS, *BUCKETS])
def test_an_output_beyond_a_link_is_refused_not_lost(folder: Path, outside: Path, place: Place) -> None:
    bucket, key = place(folder, outside)

    with EmbeddedS3(folder, durable=True) as s3, pytest.raises(ClientError, match=r"InvalidArgument|NoSuchBucket"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"changed")


def test_a_file_that_becomes_a_link_is_no_object_any_more(folder: Path, outside: Path) -> None:
    (folder / "welds/pic.png").write_bytes(b"picture")
    with EmbeddedS3(folder, durable=True) as s3:
        before = s3.client.get_object(Bucket="welds", Key="pic.png")["Body"].read()
        (folder / "welds/pic.png").unlink()
        (folder / "welds/pic.png").symlink_to(outside / "state.db")

        with pytest.raises(ClientError, match="NoSuchKey"):
            s3.client.get_object(Bucket="welds", Key="pic.png")

    assert before == b"picture"


def test_a_link_within_its_bucket_is_an_object(folder: Path) -> None:
    (folder / "welds/pic.json").symlink_to("dataset/a b+ü.json")

    with EmbeddedS3(folder, durable=True) as s3:
        content = s3.client.get_object(Bucket="welds", Key="pic.json")["Body"].read()

    assert content == b"{}"


@pytest.mark.parametrize("place", PLACES)
def test_what_is_left_out_is_said_at_the_start(
    folder: Path, outside: Path, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place(folder, outside)

    with caplog.at_level(logging.WARNING), EmbeddedS3(folder):
        pass

    assert "a symbolic link is no part of S3" in caplog.messages


def listed(s3: Any) -> list[tuple[str, str]]:
    return [
        (bucket["Name"], entry["Key"])
        for bucket in s3.list_buckets()["Buckets"]
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", ())
    ]


def contents(folder: Path, outside: Path) -> list[dict[str, bytes]]:
    places = (outside, folder / ".tracemark", folder / "other")
    return [{file.name: file.read_bytes() for file in place.iterdir()} for place in places]
