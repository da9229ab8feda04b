"""An answer taken and the next task lent in one, when something is in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, make_url, select, update
from support.postgres import Cluster
from support.statements import noted

from tracemark_groundtruth.errors import StateUnavailable, TaskExpired
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.stored_task_queue import StoredTaskQueue
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, TaskState, objects, tasks
from tracemark_groundtruth.state.turns import Turns

ANSWER = {"class": {"label": "Good Weld"}}


def states(shop: Any) -> list[str]:
    with shop.database.reading() as connection:
        return list(connection.scalars(select(tasks.c.state).order_by(tasks.c.state)))


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(works)) as executor:
        return [future.result() for future in [executor.submit(work) for work in works]]


def test_two_workers_who_have_each_others_object_reserved_do_not_wait_for_each_other(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.job("a", "b")
    shop.advance()
    ada, bob, eve = (shop.worker(name) for name in ("ada", "bob", "eve"))
    first, passing = shop.take(ada), shop.take(eve)
    second = shop.take(bob)  # b, as a is full
    shop.task_queue.decline(eve, passing.task_id)
    ahead = [shop.task_queue.reserve(worker, "Welds").object_id for worker in (ada, bob)]
    both_have_answered, tries = threading.Barrier(2), list[int]()
    seconds = StoredTaskQueue._lease_seconds

    def wait(queue: StoredTaskQueue, *given: Any) -> Any:
        tries.append(1)
        with suppress(threading.BrokenBarrierError):
            both_have_answered.wait(2)  # in vain, where one lets the other go first
        return seconds(queue, *given)

    monkeypatch.setattr(StoredTaskQueue, "_lease_seconds", wait)
    queue = shop.task_queue
    turns = at_once([lambda: queue.turn(ada, first.task_id, ANSWER), lambda: queue.turn(bob, second.task_id, ANSWER)])

    assert ahead == [second.object_id, first.object_id]
    assert [turn.task.object_id for turn in turns] == ahead
    assert len(tries) == 2, "neither was begun again"


def test_postgresql_is_asked_once_for_a_turn(shop: Any, database: Database) -> None:
    shop.job("a", "b", "c", "d", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada, queue = shop.worker("ada"), shop.task_queue
    task = queue.take(ada, "Welds")
    queue.reserve(ada, "Welds")
    with noted(database) as asked:
        turn = queue.turn(ada, task.task_id, ANSWER, 2.0)

    assert (turn.task.object_id, turn.ahead.object_id) == ("1", "2")
    assert turn.task.expires_at - turn.task.accepted_at == timedelta(seconds=60)
    if not database.is_sqlite:
        assert len(asked) == 1
        assert "tracemark_turn" in asked[0][0]


def test_a_database_that_does_not_allow_what_a_turn_needs_says_so(cluster: Cluster) -> None:
    url = make_url(cluster.database())
    with psycopg.connect(url.render_as_string(), autocommit=True) as connection:
        connection.execute(f"REVOKE TEMPORARY ON DATABASE {url.database} FROM PUBLIC")
        connection.execute(f"CREATE ROLE {url.database} LOGIN")

    with pytest.raises(StateUnavailable) as refused:
        Database.open(url.set(username=url.database).render_as_string())

    assert "permission denied to create temporary" in str(refused.value)


def test_two_writers_who_wait_for_each_other_are_both_done(database: Database, shop: Any) -> None:
    job_id = shop.job("a", "b")
    both, done = threading.Barrier(2), list[str]()

    def work(order: str) -> Callable[[Connection], None]:
        def change(connection: Connection) -> None:
            for index in order:
                row = (objects.c.job_id == job_id) & (objects.c.line_index == int(index))
                connection.execute(update(objects).where(row).values(free=objects.c.free + 1))
                with suppress(threading.BrokenBarrierError):
                    both.wait(0.5 if database.is_sqlite else 5)
            done.append(order)

        return change

    shop.advance()
    at_once([lambda: database.write(work("01")), lambda: database.write(work("10"))])

    with database.reading() as connection:
        assert list(connection.scalars(select(objects.c.free))) == [4, 4]


def test_all_that_a_turn_needs_is_read_before_its_answer_is_on_the_disk(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.job("a", "b")
    shop.advance()
    ada = shop.worker("ada")
    task, queue = shop.take(ada), shop.task_queue  # which knows no job yet

    def away(_: Database) -> Any:
        raise StateUnavailable("the database went away with the commit")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", away)
        turn = queue.turn(ada, task.task_id, ANSWER)

    assert (turn.job_name, turn.task.object_id) == ("Welds", "1")
    assert states(shop) == [TaskState.ANSWERED.value, TaskState.HELD.value]


def test_a_turn_whose_job_cannot_be_read_leaves_nothing_of_its_answer(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    ada = shop.worker("ada")
    task = shop.take(ada)

    def unreadable(connection: Connection, job_id: int) -> float:
        raise StateUnavailable("the job cannot be read")

    with pytest.raises(StateUnavailable):
        Turns(shop.database, unreadable).take(ada, task.task_id, "{}", None, shop.clock.now)

    assert states(shop) == [TaskState.HELD.value]


def test_no_answer_comes_in_for_an_object_that_was_closed(shop: Any) -> None:
    job_id = shop.job("a")
    shop.advance()
    ada = shop.worker("ada")
    task = shop.take(ada)
    with shop.database.writing() as connection:
        connection.execute(update(objects).where(objects.c.job_id == job_id).values(state=ObjectState.STOPPED.value))

    with pytest.raises(TaskExpired):
        shop.task_queue.submit(ada, task.task_id, ANSWER)


def test_what_a_process_opens_while_its_job_is_stopped_is_stopped_with_it(shop: Any) -> None:
    shop.job("a", "b", "c", MaxConcurrentTaskCount=1)
    shop.advance()
    task = shop.take(shop.worker("ada"))
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)

    shop.advance()

    assert (shop.record.status, states(shop)) == (JobStatus.STOPPED, [TaskState.EXPIRED.value])
    assert Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.STOPPED: 3}
    assert task.object_id == "0"


def test_a_clock_that_is_set_back_makes_no_answer_shorter_than_nothing(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    ada = shop.worker("ada")
    task = shop.take(ada)
    shop.clock.forward(-3_600)

    turn = shop.task_queue.turn(ada, task.task_id, ANSWER, 5.0)
    shop.clock.forward(-3_600)
    before = shop.task_queue.before(ada, turn.task.task_id)
    shop.task_queue.revise(ada, task.task_id, ANSWER, 5.0)

    with shop.database.reading() as connection:
        spent = connection.scalar(select(tasks.c.seconds_spent).where(tasks.c.task_id == task.task_id))
    assert (before.task_id, spent) == (task.task_id, 0.0)
