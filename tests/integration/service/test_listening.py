"""Processes on one PostgreSQL tell each other of jobs by NOTIFY, and know which of them live."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy import update
from support.postgres import Cluster
from support.waiting import wait_until

from tracemark_groundtruth.running import runner
from tracemark_groundtruth.running.context import RunnerContext
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.claims import Claims
from tracemark_groundtruth.state.database import CHANNEL, Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.listening import listening
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, jobs

ONE = {"NumberOfHumanWorkersPerDataObject": 1}
_LISTENERS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'tracemark listener' AND datname = %s"


@pytest.fixture
def database_url(cluster: Cluster) -> str:
    """Of PostgreSQL: a SQLite file has one process."""
    return cluster.database()


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """Another process, as far as the database can tell."""
    opened = Database.open(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def admin(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(autouse=True)
def no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_SWEEP_SECONDS", 100_000.0)


@contextmanager
def run(shop: Any) -> Iterator[Runner]:
    """Run the jobs, once the listener listens."""
    database = shop.database
    first = database.owner
    context = RunnerContext(database, JobStorage(shop.client), shop.functions, shop.clock, batch_seconds=0)
    with Runner(context) as running:
        wait_until(lambda: database.owner != first, "the listener")
        yield running


def listeners(admin: psycopg.Connection) -> set[int]:
    return {row[0] for row in admin.execute(_LISTENERS, [admin.info.dbname])}


def create_unheard(shop: Any) -> int:
    """Enter a job without a word to anybody."""
    shop.job("a", **ONE)
    return int(shop.record.job_id)


def be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "announce", lambda *_: None)


def test_what_another_process_does_to_a_job_wakes_this_one(shop: Any, other: Database) -> None:
    shop.job("a", **ONE)
    with run(shop):
        wait_until(lambda: Jobs(other).counts(shop.record.job_id) == {ObjectState.OPEN: 1}, "the open object")

        Jobs(other).advance(shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)

        wait_until(lambda: shop.record.status is JobStatus.STOPPED, "the end of the job")
    assert len(shop.output()) == 1


def test_a_notice_from_any_connection_wakes_the_runner(
    shop: Any, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_silent(monkeypatch)
    with run(shop):
        monkeypatch.setattr(shop.database.changes, "tell_all", lambda: None)
        job_id = create_unheard(shop)

        admin.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"0:{job_id}"])

        wait_until(lambda: Jobs(shop.database).counts(job_id) == {ObjectState.OPEN: 1}, "the open object")


@pytest.mark.parametrize(
    "payload", ["", "nonsense", "0:", "0:x,-1", "0:99999999999999999999", "0:2147483647", ":" * 99]
)
def test_a_notice_that_says_nothing_harms_nothing(shop: Any, admin: psycopg.Connection, payload: str) -> None:
    with run(shop):
        admin.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])

        shop.job("a", **ONE)

        wait_until(lambda: Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: 1}, "the open object")


def test_a_listening_connection_that_is_lost_is_replaced_and_what_was_missed_is_found(
    shop: Any, admin: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_silent(monkeypatch)
    with run(shop):
        before, owner = listeners(admin), shop.database.owner
        job_id = create_unheard(shop)

        admin.execute("SELECT pg_terminate_backend(%s)", [*before])

        wait_until(lambda: Jobs(shop.database).counts(job_id) == {ObjectState.OPEN: 1}, "the open object")
        after = listeners(admin)
    assert (len(before), len(after), before & after) == (1, 1, set())
    assert shop.database.owner != owner


def test_a_listener_ends_with_its_runner(shop: Any, admin: psycopg.Connection) -> None:
    with run(shop):
        during = len(listeners(admin))

    wait_until(lambda: not listeners(admin), "the end of the connection")
    assert during == 1


def test_what_another_process_publishes_is_heard(shop: Any, other: Database) -> None:
    shop.job("a", **ONE)
    with run(shop):
        wait_until(lambda: Jobs(other).counts(shop.record.job_id) == {ObjectState.OPEN: 1}, "the open object")
        with other.writing() as connection:
            connection.execute(update(jobs).values(status=JobStatus.STOPPING.value))

        other.publish([shop.record.job_id])

        wait_until(lambda: shop.record.status is JobStatus.STOPPED, "the end of the job")


def test_what_a_process_claimed_is_free_once_it_is_dead(shop: Any, other: Database) -> None:
    job_id = shop.job(*"abcd")
    objects = JobObjects(shop.database, job_id)
    objects.add(list(shop.lines(*"abcd")))
    here, there = Claims(shop.database, job_id), Claims(other, job_id)
    first, lines = other.owner, list[list[int]]()

    with listening(other):
        wait_until(lambda: other.owner != first, "the listener")
        claim = there.new_objects(4, 2)
        lines.append([line.index for line in claim.__enter__()])
        with here.new_objects(4, 4) as mine:
            lines.append([line.index for line in mine])
        others = here.are_others()
    wait_until(lambda: not here.are_others(), "the death")
    with here.new_objects(4, 4) as mine:
        lines.append([line.index for line in mine])

    assert (lines, others) == ([[0, 1], [2], [0, 1]], True)


def test_many_jobs_are_told_in_notices_that_the_server_takes(database: Database, other: Database) -> None:
    first = other.owner
    with listening(other):
        wait_until(lambda: other.owner != first, "the listener")
        other.changes.fetch(lambda: 0.0, lambda: 0.0)
        heard = set[int]()

        database.publish(range(1, 5_001))

        def all_heard() -> bool:
            heard.update(other.changes.fetch(lambda: 0.0, lambda: 0.1).heard)
            return len(heard) == 5_000

        wait_until(all_heard, "the notices")
    assert heard == set(range(1, 5_001))


def test_what_is_undone_is_not_told(database: Database, other: Database) -> None:
    def change_and_fail() -> None:
        with database.writing() as connection:
            database.announce(connection, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with database.writing() as connection:
        database.tell(connection, 2)

    assert database.changes.fetch(lambda: 0.0, lambda: 0.0).jobs == {2}
