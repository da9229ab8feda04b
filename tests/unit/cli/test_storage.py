"""Where commands find S3: an endpoint that is dead is refused, a folder that is missing is said and not made."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.storage import storage_of
from tracemark_cli.main import main


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_endpoint_of_this_machine_where_nothing_answers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    endpoint = f"http://{host}:{free_port()}"
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)

    with pytest.raises(
        InvalidConfiguration, match=f"AWS_ENDPOINT_URL_S3 names {endpoint}, where nothing answers"
    ) as no:
        storage_of(tmp_path).__enter__()
    assert "unset AWS_ENDPOINT_URL_S3" in str(no.value)


def test_an_endpoint_that_answers_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{server.getsockname()[1]}")

        with storage_of(tmp_path) as storage:
            assert storage.environment == {}


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["worker", "list"]])
def test_a_data_folder_that_is_missing_is_said_and_not_made(tmp_path: Path, command: list[str]) -> None:
    result = CliRunner().invoke(main, [*command, "--data", str(tmp_path / "gone")])

    assert result.exit_code != 0
    assert "there is no folder" in result.output
    assert not (tmp_path / "gone").exists()
