"""What a service does to its data folder: one at a time, the same ports again, and nothing made that is missing."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.serving import SERVE_DEFAULTS, open_service
from tracemark_cli.local.storage import folder_storage
from tracemark_cli.main import main
from tracemark_groundtruth.state.data_folder import exclusive_lock, keep_portal_port, kept_portal_port

ANY_PORT = {**SERVE_DEFAULTS, "port": 0}


def test_a_second_service_in_a_folder_is_refused_and_the_next_one_may_begin(tmp_path: Path) -> None:
    with (
        exclusive_lock(tmp_path),
        pytest.raises(InvalidConfiguration, match="another service runs"),
        exclusive_lock(tmp_path),
    ):
        pass

    with exclusive_lock(tmp_path):
        pass


def test_s3_keeps_its_port_from_start_to_start(tmp_path: Path) -> None:
    with folder_storage(tmp_path, durable=True) as first:
        before = first.environment["AWS_ENDPOINT_URL_S3"]
    with folder_storage(tmp_path, durable=True) as second:
        after = second.environment["AWS_ENDPOINT_URL_S3"]

    assert before == after


def test_the_portal_keeps_its_port_unless_somebody_else_has_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        keep_portal_port(tmp_path, port)
        taken = kept_portal_port(tmp_path)

    assert (taken, kept_portal_port(tmp_path)) == (0, port)


@pytest.mark.parametrize("text", ["", "x", "-1", "65536", "12 34"])
def test_a_note_of_a_port_that_is_none_is_worth_nothing(tmp_path: Path, text: str) -> None:
    keep_portal_port(tmp_path, 1)
    (tmp_path / ".tracemark/portal-port").write_text(text)

    assert kept_portal_port(tmp_path) == 0


def test_an_endpoint_of_this_machine_where_nobody_listens_is_refused_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")

    with pytest.raises(InvalidConfiguration, match="unset AWS_ENDPOINT_URL_S3"), open_service(tmp_path, ANY_PORT):
        pass


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker", "list"]], ids=" ".join)
def test_a_data_folder_that_is_missing_is_said_and_not_made(tmp_path: Path, command: list[str]) -> None:
    folder = tmp_path / "missing"

    result = CliRunner().invoke(main, [*command, "--data", str(folder)])

    assert result.exit_code == 1
    assert "there is no folder" in result.output
    assert not folder.exists()


def test_a_folder_that_becomes_a_bucket_while_the_service_runs_is_seen_at_once(tmp_path: Path) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    data.mkdir()
    (data / "a.csv").write_text("t,x\n")

    with folder_storage(home, durable=True) as storage:
        (home / "buckets.yaml").write_text("welds: ../data\n")
        first = storage.client.get_object(Bucket="welds", Key="a.csv")["Body"].read()
        (home / "buckets.yaml").write_text("welds: ../nowhere\n# longer than before\n")
        second = storage.client.get_object(Bucket="welds", Key="a.csv")["Body"].read()
        buckets = [each["Name"] for each in storage.client.list_buckets()["Buckets"]]
        url = storage.environment["AWS_ENDPOINT_URL_S3"]

        assert urllib.request.urlopen(f"{url}/welds/a.csv").read() == b"t,x\n"

    assert (first, second) == (b"t,x\n", b"t,x\n")
    assert "welds" in buckets
