"""SIGTERM while an answer is being saved: it is saved and its worker is told, or neither, and they send it again."""

from __future__ import annotations

import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from support.portal_worker import PortalWorker
from support.service_process import JOB, PASSWORD, FunctionServer, ServiceProcess, make_bucket, saved
from support.waiting import wait_until


@dataclass
class Attempt:
    """An answer that is sent once; `status` is what it was answered with, 0 where the connection broke."""

    worker: PortalWorker
    path: str
    token: str
    status: int | None = None

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._send)
        self.thread.start()

    def _send(self) -> None:
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self.token, "Cookie": self.worker.cookie}
        url, body = f"{self.worker.url}{self.path}/answers", b'{"class": {"label": "a"}}'
        try:
            self.status = self.worker.http.request("POST", url, body=body, headers=headers, timeout=300).status
        except urllib3.exceptions.HTTPError:
            self.status = 0


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let nobody write to the database."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=300)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    make_bucket(tmp_path, 1)
    with FunctionServer(tmp_path) as functions, ServiceProcess(tmp_path, functions.arns) as service:
        service.prepare(["ada"], workers=1)
        yield service


def begin(service: ServiceProcess) -> tuple[PortalWorker, str, str]:
    ada = PortalWorker(service.url, "ada", PASSWORD, JOB, lambda: True)
    ada.sign_in()

    def task() -> str:
        where = ada.ask("POST", f"/jobs/{JOB}/work", {"token": ada.token("/")}).headers.get("location", "")
        return where if where.startswith("/tasks/") else ""

    path = wait_until(task, "a task")
    return ada, path, ada.token(path)


def answers(folder: Path) -> int:
    with closing(sqlite3.connect(folder / ".tracemark/state.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM tasks WHERE state = 'answered'").fetchone()[0])


def is_reading(service: ServiceProcess) -> bool:
    """Return whether the service has taken everything that was sent to it."""
    port = f":{service.port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    mine = [row for row in rows if row[3] == "01" and row[1].endswith(port)]
    return bool(mine) and all(row[4].endswith("00000000") for row in mine)


@pytest.mark.parametrize("in_time", [True, False])
def test_an_answer_on_its_way_is_saved_and_told_or_neither(
    tmp_path: Path, service: ServiceProcess, in_time: bool
) -> None:
    worker, path, token = begin(service)
    process = service.process
    assert process

    with locked(tmp_path / ".tracemark/state.db"):
        attempt = Attempt(worker, path, token)
        wait_until(lambda: is_reading(service), "the request")
        attempt.thread.join(1)  # long enough to begin with it
        process.send_signal(signal.SIGTERM)
        if not in_time:
            process.wait(300)
    attempt.thread.join()
    process.wait(300)
    service.process = None
    kept = answers(tmp_path)
    service.start()
    again = Attempt(worker, path, token)
    again.thread.join()
    service.wait_for("Completed")

    assert (attempt.status == 200, kept, again.status) == ((True, 1, 409) if in_time else (False, 0, 200))
    assert saved(tmp_path) == ["a"]
