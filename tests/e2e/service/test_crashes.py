"""The service killed at random moments while workers label: nothing they were told is saved is lost or doubled."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.portal_worker import PortalWorker, done
from support.postgres import Cluster
from support.service_process import JOB, PASSWORD, FunctionServer, ServiceProcess, make_bucket, output, responses, saved

OBJECTS = 200
NAMES = ["ada", "bob", "eve"]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServiceProcess]:
    url = request.getfixturevalue("cluster").database() if request.param == "postgresql" else ""
    make_bucket(tmp_path, OBJECTS)
    with FunctionServer(tmp_path) as functions, ServiceProcess(tmp_path, functions.arns, url) as service:
        yield service


def test_two_hundred_items_survive_kills_at_random_moments(service: ServiceProcess) -> None:
    dice, answered, kills = random.Random(5), 2 * OBJECTS, 0
    service.prepare(NAMES, workers=2)
    team = [PortalWorker(service.url, name, PASSWORD, JOB, lambda: is_over(team, answered)) for name in NAMES]
    for worker in team:
        worker.thread.start()

    while not is_over(team, answered):
        until = min(done(team) + dice.randint(40, 120), answered)
        while not is_over(team, until):
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.1))
        service.end(signal.SIGKILL)
        kills += 1
        service.start()
    for worker in team:
        worker.thread.join()
    service.wait_for("Completed")

    assert [worker.failure for worker in team] == [None] * len(team)
    assert kills >= 3
    written = Counter(saved(service.folder))
    assert written == Counter(label for worker in team for label in worker.accepted)
    assert set(written.values()) == {1}
    assert {number: len(workers_of(answers)) for number, answers in responses(service.folder).items()} == {
        str(number): 2 for number in range(OBJECTS)
    }
    assert [line["source"] for line in output(service.folder) if "kind" in line] == [
        f"text {number}" for number in range(OBJECTS)
    ]


def is_over(team: list[PortalWorker], answered: int) -> bool:
    return done(team) >= answered or any(worker.failure for worker in team)


def workers_of(answers: list[dict[str, str]]) -> set[str]:
    return {answer["workerId"] for answer in answers}
