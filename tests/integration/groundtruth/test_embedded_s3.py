"""The embedded S3 over a real folder: started, mirrored back whatever happened, and gone afterwards."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import NoReturn

import pytest

from tracemark.errors import InvalidConfiguration, InvalidUri
from tracemark_groundtruth.errors import UnsafeKeys
from tracemark_groundtruth.s3.embedded import EmbeddedS3


def fail_after_writing(folder: Path, key: str) -> NoReturn:
    with EmbeddedS3(folder) as s3:
        s3.client.put_object(Bucket="welds", Key=key, Body=b"x")
        raise ZeroDivisionError


def write(folder: Path, *keys: str) -> None:
    with EmbeddedS3(folder) as s3:
        for key in keys:
            s3.client.put_object(Bucket="welds", Key=key, Body=b"x")


def test_new_and_changed_objects_are_files_afterwards(folder: Path) -> None:
    write(folder, "dataset/a b+ü.json", "output/2021-11-01_17:42:26.json")

    written = [
        (folder / "welds" / key).read_text() for key in ("dataset/a b+ü.json", "output/2021-11-01_17:42:26.json")
    ]
    assert written == ["x", "x"]


def test_the_folder_is_mirrored_also_when_the_job_failed(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_writing(folder, "new.json")

    assert (folder / "welds" / "new.json").is_file()


def test_a_job_that_failed_keeps_its_error_when_a_key_is_unsafe_too(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        fail_after_writing(folder, "a//b")

    assert "s3://welds/a//b" in caught.value.__notes__[0]


def test_a_key_that_would_leave_the_folder_is_reported(folder: Path) -> None:
    with pytest.raises(UnsafeKeys, match=r"s3://welds/\.\./\.\./up"):
        write(folder, "../../up")


def test_after_a_failed_start_another_can_start(folder: Path) -> None:
    (folder / "Not_A_Bucket").mkdir()
    with pytest.raises(InvalidUri), EmbeddedS3(folder):
        pass
    (folder / "Not_A_Bucket").rmdir()

    with EmbeddedS3(folder) as s3:
        buckets = [entry["Name"] for entry in s3.client.list_buckets()["Buckets"]]

    assert buckets == ["welds"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="there is no folder"), EmbeddedS3(tmp_path / "none"):
        pass


def test_a_second_one_at_the_same_time_is_refused(folder: Path) -> None:
    with EmbeddedS3(folder), pytest.raises(InvalidConfiguration, match="already running"):
        EmbeddedS3(folder).__enter__()


def test_the_next_one_starts_without_the_objects_of_the_last(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with EmbeddedS3(folder):
        pass

    with EmbeddedS3(empty) as s3:
        buckets = s3.client.list_buckets()["Buckets"]

    assert buckets == []


def test_it_listens_on_the_loopback_interface_only(folder: Path) -> None:
    with EmbeddedS3(folder) as s3:
        url = s3.endpoint_url

    assert url.startswith("http://127.0.0.1:")


def test_its_environment_names_its_address(folder: Path) -> None:
    with EmbeddedS3(folder) as s3:
        told = s3.environment["AWS_ENDPOINT_URL_S3"] == s3.endpoint_url

    assert told


def test_the_port_stays_from_start_to_start(folder: Path) -> None:
    ports = []
    for _ in range(2):
        with EmbeddedS3(folder, durable=True) as s3:
            ports.append(s3.endpoint_url)

    assert ports[0] == ports[1]


@pytest.mark.parametrize("kept", ["no number", "99999999", "", "-1"])
def test_a_port_that_cannot_be_had_is_replaced(folder: Path, kept: str) -> None:
    (folder / ".tracemark-s3-port").write_text(kept)

    with EmbeddedS3(folder, durable=True) as s3:
        s3.client.list_buckets()

    assert (folder / ".tracemark-s3-port").read_text() in s3.endpoint_url


def test_a_port_that_is_taken_is_replaced(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        (folder / ".tracemark-s3-port").write_text(str(other.getsockname()[1]))

        with EmbeddedS3(folder, durable=True) as s3:
            s3.client.list_buckets()

        assert str(other.getsockname()[1]) not in s3.endpoint_url
