"""The service when S3 is away, when its disk is full, and when many work at once: nothing is lost, and it goes on."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from support.portal_worker import PortalWorker
from support.postgres import Cluster
from support.service_process import (
    JOB,
    PASSWORD,
    FunctionServer,
    ServiceProcess,
    job_request,
    make_bucket,
    output,
    responses,
    saved,
)
from support.waiting import wait_until

from tracemark.document import Node
from tracemark_groundtruth.errors import JobNotOpen
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.functions.function import LambdaEndpoint
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.s3.embedded import EmbeddedS3
from tracemark_groundtruth.service import Service, ServiceSettings, running
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord, Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.teams import ensure_team

OBJECTS = 300
OVER = (JobStatus.COMPLETED, JobStatus.FAILED)
OUTAGE_SECONDS = 20


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


def test_an_s3_that_answers_503_for_20_seconds_costs_nothing_but_time(tmp_path: Path) -> None:
    make_bucket(tmp_path, 40)
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with EmbeddedS3(tmp_path, durable=True) as s3, FunctionServer(tmp_path) as functions:
        client = own_client(s3)
        with at_work(url, client, functions, ["ada", "bob"], each=2) as work:
            wait_until(lambda: work.saved >= 10, "ten answers")
            with unavailable(client):
                functions.failures = 10**9  # as a function does that needs the same S3
                time.sleep(OUTAGE_SECONDS)
                functions.failures = 0
            work.until_over()
            record = work.record()

    assert record.failure_reason is None
    assert len(labeled(tmp_path)) == 40
    assert {len(answers) for answers in responses(tmp_path).values()} == {2}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_thirty_workers_at_once_never_answer_an_object_twice_nor_more_than_three_times(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    make_bucket(tmp_path, OBJECTS)
    url = request.getfixturevalue("cluster").database() if kind == "postgresql" else f"sqlite:///{tmp_path / 's.db'}"
    names = [f"worker{number}" for number in range(30)]

    with EmbeddedS3(tmp_path, durable=True) as s3, FunctionServer(tmp_path) as functions:  # noqa: SIM117
        with at_work(url, s3.client, functions, names, each=3) as work:
            work.until_over()
            record = work.record()

    who = [[answer["workerId"] for answer in answers] for answers in responses(tmp_path).values()]
    assert (record.failure_reason, len(who), work.saved) == (None, OBJECTS, 3 * OBJECTS)
    assert {(len(workers), len(set(workers))) for workers in who} == {(3, 3)}


def test_a_full_disk_is_told_and_nothing_is_corrupted(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as folder:
        make_bucket(folder, 30)
        with FunctionServer(folder) as functions, ServiceProcess(folder, functions.arns) as service:
            service.prepare(["ada"], workers=1)
            ada = PortalWorker(service.url, "ada", PASSWORD, JOB, lambda: len(ada.accepted) >= 30)
            ada.thread.start()
            wait_until(lambda: len(ada.accepted) >= 5, "five answers")
            with full(folder):
                wait_until(lambda: 503 in ada.seen, "a refusal for want of space")
            ada.thread.join()
            service.wait_for("Completed")

        assert ada.failure is None
        assert sorted(saved(folder)) == sorted(ada.accepted)
        assert len(labeled(folder)) == 30
        with closing(sqlite3.connect(folder / ".tracemark/state.db")) as state:
            assert state.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def own_client(s3: EmbeddedS3) -> Any:
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "a", "region_name": "eu-west-1"}
    config = Config(proxies={}, connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 4})
    return boto3.client("s3", endpoint_url=s3.endpoint_url, config=config, **keys)


class Work:
    """Workers at the task queue of a service in this process, each in a thread of its own, until the job is over."""

    def __init__(self, service: Service, names: Sequence[str]) -> None:
        self.task_queue, self.jobs = service.task_queue, Jobs(service.database)
        accounts = [Accounts(service.database).add(name, "no hash", ["readers"]) for name in names]
        self.end = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(account.worker_id,)) for account in accounts]
        self.saved = 0

    def run(self, worker: WorkerId) -> None:
        while not self.end.is_set() and self.status() not in OVER:
            with suppress(JobNotOpen):  # not yet, or not any more
                while task := self.task_queue.take(worker, JOB):
                    self.task_queue.submit(worker, task.task_id, {"class": {"label": str(worker)}})
                    self.saved += 1
            time.sleep(0.1)

    def status(self) -> JobStatus:
        return self.record().status

    def record(self) -> JobRecord:
        found = self.jobs.find(JOB)
        assert found
        return found

    def until_over(self) -> None:
        wait_until(lambda: self.status() in OVER, "the end of the job")


@contextmanager
def at_work(url: str, client: Any, functions: FunctionServer, names: Sequence[str], each: int) -> Iterator[Work]:
    database, request = Database.open(url), job_request(each)
    job = LabelingJob.of(Node(request, "job"))
    catalog = Catalog({}, LambdaEndpoint("pre", functions.url), LambdaEndpoint("post", functions.url))
    ensure_team(database, job.team)
    assert Jobs(database).add(job, request)
    settings = ServiceSettings("http://127.0.0.1")
    with closing_state(database), running(database, client, catalog, settings) as service:
        work = Work(service, names)
        for thread in work.threads:
            thread.start()
        try:
            yield work
        finally:
            work.end.set()
            for thread in work.threads:
                thread.join()


@contextmanager
def closing_state(database: Database) -> Iterator[None]:
    try:
        yield
    finally:
        database.dispose()


class _Empty(io.BytesIO):
    def stream(self, **_: object) -> Iterator[bytes]:
        yield b""


@contextmanager
def unavailable(client: Any) -> Iterator[None]:
    """Let S3 answer every request of a client with 503."""

    def refuse(request: Any, **_: object) -> AWSResponse:
        return AWSResponse(request.url, 503, {}, _Empty())

    client.meta.events.register("before-send.s3", refuse)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.s3", refuse)


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Fill what is left of a disk."""
    ballast = folder / "ballast"
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    try:
        yield
    finally:
        ballast.unlink()


def labeled(folder: Path) -> list[str]:
    return [line["source"] for line in output(folder) if "kind" in line]
