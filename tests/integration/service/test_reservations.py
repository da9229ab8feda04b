"""The object that is loaded ahead: reserved beside the one that is held, given up for whoever finds nothing else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import event, select

from tracemark_groundtruth.errors import JobNotOpen, TaskNotHeld
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.tables import ObjectState, objects, reservations

ANSWER = {"class": {"label": "Good Weld"}}


def source(task: Any) -> str:
    return str(task.task_input["seen"]["source"])


def free(shop: Any) -> list[int]:
    with shop.database.reading() as connection:
        return list(connection.scalars(select(objects.c.free).order_by(objects.c.line_index)))


def test_what_is_reserved_is_what_the_worker_is_lent_next_under_the_same_id(shop: Any) -> None:
    shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada = shop.worker("ada")
    shop.take(ada)

    reserved = shop.task_queue.reserve(ada, "Welds")
    again = shop.task_queue.reserve(ada, "Welds")
    shop.answer(ada, "x")
    following = shop.take(ada)

    assert again == reserved
    assert (reserved.ahead, following.ahead) == (True, False)
    assert (following.task_id, source(following)) == (reserved.task_id, "b")


def test_the_time_of_a_reserved_task_begins_when_it_is_taken(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    ada = shop.worker("ada")
    shop.take(ada)
    reserved = shop.task_queue.reserve(ada, "Welds")
    shop.clock.forward(50)
    shop.answer(ada, "x")

    task = shop.take(ada)

    assert task.accepted_at.timestamp() == pytest.approx(shop.clock.now)
    assert task.time_left(task.accepted_at).total_seconds() == 60
    assert reserved.links_until >= task.expires_at, "the links of the page last as long as the task"


def test_a_reserved_task_can_be_seen_by_its_worker_alone_and_not_be_answered(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    ada, eve = shop.worker("ada"), shop.worker("eve")
    shop.take(ada)
    reserved = shop.task_queue.reserve(ada, "Welds")

    assert shop.task_queue.seen(ada, reserved.task_id).task_input == reserved.task_input
    with pytest.raises(TaskNotHeld):
        shop.task_queue.seen(eve, reserved.task_id)
    with pytest.raises(TaskNotHeld):
        shop.task_queue.submit(ada, reserved.task_id, ANSWER)


def test_nothing_is_reserved_for_one_who_holds_nothing_or_when_nothing_is_free(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    ada = shop.worker("ada")

    before = shop.task_queue.reserve(ada, "Welds")
    shop.take(ada)

    assert (before, shop.task_queue.reserve(ada, "Welds")) == (None, None)


def test_a_worker_of_another_team_reserves_nothing(shop: Any) -> None:
    shop.job("a")
    shop.advance()

    with pytest.raises(JobNotOpen):
        shop.task_queue.reserve(shop.worker("eve", group="painters"), "Welds")


def test_a_reserved_place_is_not_lent_while_others_are_free_and_is_when_none_is(shop: Any) -> None:
    shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada, bob = shop.worker("ada"), shop.worker("bob")
    shop.take(ada)
    shop.task_queue.reserve(ada, "Welds")

    first = shop.answer(bob, "x")
    is_offered = shop.task_queue.jobs(bob)[0].has_tasks
    second = shop.take(bob)
    shop.answer(ada, "x")

    assert (source(first), is_offered, source(second)) == ("c", True, "b")
    assert shop.task_queue.take(ada, "Welds") is None
    assert free(shop) == [0, 0, 0]


def test_a_reservation_ends_when_it_is_given_back_when_the_worker_stops_and_when_they_leave(shop: Any) -> None:
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada, eve = shop.worker("ada"), shop.worker("eve")

    found = []
    for end in ("give back", "stop", "leave"):
        task = shop.take(ada)
        reserved = shop.task_queue.reserve(ada, "Welds")
        shop.task_queue.give_back(eve, reserved.task_id)
        found.append(free(shop))
        if end == "give back":
            shop.task_queue.give_back(ada, reserved.task_id)
            shop.task_queue.give_back(ada, reserved.task_id)
        elif end == "leave":
            shop.task_queue.leave(ada)
        else:
            shop.task_queue.release(ada, task.task_id)
        found.append(free(shop))

    assert found == [[0, 0], [0, 1], [0, 0], [1, 1], [0, 0], [0, 1]]


def test_a_reservation_is_over_with_the_task_beside_it(shop: Any) -> None:
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada = shop.worker("ada")
    shop.take(ada)
    reserved = shop.task_queue.reserve(ada, "Welds")
    shop.clock.forward(60)
    shop.advance()

    with pytest.raises(TaskNotHeld):
        shop.task_queue.seen(ada, reserved.task_id)

    assert free(shop) == [1, 1]


def test_an_object_is_not_due_while_a_place_of_it_is_reserved(shop: Any) -> None:
    job_id = shop.job("a", "b")
    shop.advance()
    ada, bob = shop.worker("ada"), shop.worker("bob")
    shop.take(ada)
    shop.task_queue.reserve(ada, "Welds")
    shop.answer(bob, "x")

    shop.answer(bob, "x")

    assert JobObjects(shop.database, job_id).count(ObjectState.DUE) == 0
    shop.answer(ada, "x")
    shop.answer(ada, "x")
    assert JobObjects(shop.database, job_id).count(ObjectState.DUE) == 2


def test_what_was_closed_meanwhile_is_not_lent_although_it_was_reserved(shop: Any) -> None:
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1, TaskTimeLimitInSeconds=3600)
    shop.advance()
    ada = shop.worker("ada")
    shop.take(ada)
    shop.task_queue.reserve(ada, "Welds")
    shop.clock.forward(601)
    shop.advance()

    shop.answer(ada, "x")

    assert shop.task_queue.take(ada, "Welds") is None
    with shop.database.reading() as connection:
        assert connection.execute(select(reservations)).all() == []


def test_one_worker_at_two_windows_at_once_reserves_one_object(shop: Any) -> None:
    shop.job(*"abcdefghijkl")
    shop.advance()
    worker, found = shop.worker(), set()
    shop.take(worker)
    reserve = lambda: found.add(shop.task_queue.reserve(worker, "Welds").task_id)  # noqa: E731
    threads = [threading.Thread(target=reserve) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1
    assert sorted(free(shop)) == [1, 1, *[2] * 10]


def test_what_is_given_back_while_it_is_asked_for_again_is_no_fault(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    ada = shop.worker()
    shop.take(ada)
    made = shop.task_queue.reserve(ada, "Welds")
    given_back: list[str] = []

    def give_back(_: object, __: object, statement: str, *___: object) -> None:
        # Who writes to SQLite is alone: there it comes before.
        if "FROM reservations" in statement and not given_back:
            given_back.append(statement)
            thread = threading.Thread(target=shop.task_queue.give_back, args=(ada, made.task_id))
            thread.start()
            thread.join()

    if shop.database.is_sqlite:
        shop.task_queue.give_back(ada, made.task_id)
        given_back.append("before")
    else:
        event.listen(shop.database._engine, "after_cursor_execute", give_back)
    again = shop.task_queue.reserve(ada, "Welds")

    assert given_back
    assert source(again) == source(made) == "b"


def test_many_workers_in_the_loop_lose_no_answer_and_double_none(shop: Any) -> None:
    job_id = shop.job(*(f"{number}" for number in range(12)), NumberOfHumanWorkersPerDataObject=3)
    shop.advance()
    workers = [shop.worker(name) for name in ("ada", "bob", "eve", "kim")]
    failures: list[Exception] = []

    def work(worker: Any) -> None:
        try:
            while task := shop.task_queue.take(worker, "Welds"):
                shop.task_queue.reserve(worker, "Welds")
                shop.task_queue.submit(worker, task.task_id, ANSWER)
        except Exception as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for worker in workers:  # who was early found nothing while others held the rest
        work(worker)

    assert failures == []
    assert sum(shop.task_queue.answered(worker, "Welds") for worker in workers) == 36
    assert JobObjects(shop.database, job_id).count(ObjectState.DUE) == 12
    assert free(shop) == [0] * 12
