"""Two processes of the service on one PostgreSQL and one S3: they share the work, and one does without the other.

A worker's session is good at both, for the secrets are in the database.
"""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from support.portal_worker import PortalWorker, done
from support.postgres import Cluster
from support.service_process import JOB, PASSWORD, FunctionServer, ServiceProcess, make_bucket, output, responses, saved
from support.waiting import wait_until

from tracemark_groundtruth.s3.embedded import EmbeddedS3

OBJECTS, EACH = 60, 2
NAMES = ["ada", "bob", "eve", "kim"]


class Paced(PortalWorker):
    """A worker who answers no sooner than the test allows, so that the work is not over before it has killed enough."""

    may_answer: Callable[[], bool]

    def answer(self, path: str, token: str, method: str = "POST") -> str:
        wait_until(lambda: self.may_answer() or self.over(), "leave to answer")
        return super().answer(path, token, method)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[ServiceProcess]]:
    make_bucket(tmp_path / "s3", OBJECTS)
    with ExitStack() as stack:
        url = stack.enter_context(Cluster()).database()
        functions = stack.enter_context(FunctionServer(tmp_path / "s3"))
        s3 = stack.enter_context(EmbeddedS3(tmp_path / "s3", durable=True))
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        yield [
            stack.enter_context(ServiceProcess(folder, functions.arns, url, dict(s3.environment))) for folder in folders
        ]


def test_two_processes_label_one_job_and_either_may_die(tmp_path: Path, processes: list[ServiceProcess]) -> None:
    processes[0].prepare(NAMES, workers=EACH)
    team = [
        PortalWorker(processes[number % 2].url, name, PASSWORD, JOB, lambda: done(team) >= OBJECTS * EACH)
        for number, name in enumerate(NAMES)
    ]
    for worker in team:
        worker.thread.start()

    for process, share in zip(processes, (1 / 3, 2 / 3), strict=True):
        wait_for(team, int(OBJECTS * EACH * share))
        process.end(signal.SIGKILL)
        time.sleep(1)
        process.start()
    for worker in team:
        worker.thread.join()
    processes[0].wait_for("Completed")
    processes[1].wait_for("Completed")

    assert [worker.failure for worker in team] == [None] * len(team)
    answers, written = responses(tmp_path / "s3"), Counter(saved(tmp_path / "s3"))
    assert written == Counter(label for worker in team for label in worker.accepted)
    assert set(written.values()) == {1}
    assert [len({answer["workerId"] for answer in answers[str(number)]}) for number in range(OBJECTS)] == [
        EACH
    ] * OBJECTS
    assert sum("kind" in line for line in output(tmp_path / "s3")) == OBJECTS


def test_one_of_two_is_killed_at_random_moments(tmp_path: Path, processes: list[ServiceProcess]) -> None:
    dice, answers, portion = random.Random(7), OBJECTS * EACH, OBJECTS * EACH // 5
    allowed = [portion]
    processes[0].prepare(NAMES, workers=EACH, MaxConcurrentTaskCount=12)
    team = [
        Paced(processes[number % 2].url, name, PASSWORD, JOB, lambda: done(team) >= answers)
        for number, name in enumerate(NAMES)
    ]
    for worker in team:
        worker.may_answer = lambda: done(team) < allowed[0]
        worker.thread.start()

    for _ in range(4):
        wait_for(team, allowed[0] - dice.randint(1, portion - 1))
        time.sleep(dice.uniform(0, 0.3))
        process = dice.choice(processes)
        process.end(signal.SIGKILL)
        allowed[0] += portion  # the other goes on meanwhile
        process.start()
    allowed[0] = answers
    for worker in team:
        worker.thread.join()
    processes[0].wait_for("Completed")

    assert [worker.failure for worker in team] == [None] * len(team)
    assert Counter(saved(tmp_path / "s3")) == Counter(label for worker in team for label in worker.accepted)
    assert Counter(len({answer["workerId"] for answer in found}) for found in responses(tmp_path / "s3").values()) == {
        EACH: OBJECTS
    }
    assert [line["source"] for line in output(tmp_path / "s3") if "kind" in line] == [
        f"text {number}" for number in range(OBJECTS)
    ]


def test_a_session_of_one_process_is_good_at_the_other(processes: list[ServiceProcess]) -> None:
    processes[0].prepare(["ada"], workers=1)
    ada = PortalWorker(processes[0].url, "ada", PASSWORD, JOB, lambda: True)
    ada.sign_in()

    ada.url = processes[1].url

    assert "Sign out" in ada.ask("GET", "/").data.decode()


def wait_for(team: Sequence[PortalWorker], answers: int) -> None:
    def failures() -> str | None:
        failed = [worker.failure for worker in team if worker.failure]
        return str(failed) if failed else None

    wait_until(lambda: done(team) >= answers, f"{answers} answers", failures, pause=0.02)
