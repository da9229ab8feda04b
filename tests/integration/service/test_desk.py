"""Workers at the task queue: who is lent what, for how long, and what becomes of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tracemark_groundtruth.errors import AnswerRefused, JobNotOpen, TaskAnswered, TaskExpired, TaskNotHeld
from tracemark_groundtruth.state import tasks
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.tables import ObjectState

ANSWER = {"class": {"label": "Good Weld"}}


def test_a_worker_is_lent_the_first_object_with_everything_the_page_needs(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    worker = shop.worker()

    task = shop.take(worker)

    assert (task.job_name, task.title, task.label_attribute_name) == ("Welds", "Classify welds", "weld-class")
    assert task.task_input == {"seen": {"source": "a"}}
    assert str(task.template) == "s3://welds/templates/weld.liquid.html"
    assert task.time_left(task.accepted_at).total_seconds() == 60


def test_a_worker_who_asks_again_gets_the_same_task(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    worker = shop.worker()

    first, again = shop.take(worker), shop.take(worker)

    assert again == first


def test_an_object_is_lent_to_as_many_workers_as_the_job_wants_and_no_more(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    workers = [shop.worker(name) for name in ("ada", "bob", "eve")]

    lent = [shop.task_queue.take(worker, "Welds") for worker in workers]

    assert [task is not None for task in lent] == [True, True, False]


def test_no_worker_answers_an_object_twice(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "Good Weld")

    assert shop.task_queue.take(worker, "Welds") is None


def test_a_lease_that_ran_out_returns_to_the_pool_and_its_answer_is_refused(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada, bob = shop.worker("ada"), shop.worker("bob")
    task = shop.take(ada)
    shop.clock.forward(60)
    shop.advance()

    with pytest.raises(TaskExpired):
        shop.task_queue.submit(ada, task.task_id, ANSWER)

    assert shop.take(bob).task_input == task.task_input


def test_an_answer_after_the_time_is_refused_also_before_anybody_swept(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    task = shop.take(worker)
    shop.clock.forward(60)

    with pytest.raises(TaskExpired):
        shop.task_queue.submit(worker, task.task_id, ANSWER)


def test_a_worker_whose_lease_ran_out_is_lent_a_task_again(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    before = shop.take(worker)
    shop.clock.forward(61)

    after = shop.take(worker)

    assert (after.task_id != before.task_id, after.task_input) == (True, before.task_input)


def test_a_declined_object_goes_to_others_and_not_to_this_worker_again(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    ada, bob = shop.worker("ada"), shop.worker("bob")

    shop.task_queue.decline(ada, shop.take(ada).task_id)

    assert shop.task_queue.take(ada, "Welds") is None
    assert shop.take(bob).task_input == {"seen": {"source": "a"}}


def test_a_released_object_may_come_to_the_same_worker_again(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()

    shop.task_queue.release(worker, shop.take(worker).task_id)

    assert shop.take(worker).task_input == {"seen": {"source": "a"}}


def test_a_task_of_another_worker_is_as_unknown_as_one_that_never_was(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    ada, eve = shop.worker("ada"), shop.worker("eve")
    task = shop.take(ada)

    with pytest.raises(TaskNotHeld):
        shop.task_queue.submit(eve, task.task_id, ANSWER)
    with pytest.raises(TaskNotHeld):
        shop.task_queue.held(eve, "00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize("action", ["held", "submit", "decline", "release"])
def test_an_answered_task_cannot_be_used_again(shop: Any, action: str) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    task = shop.answer(worker, "Good Weld")
    arguments = [worker, task.task_id, *([ANSWER] if action == "submit" else [])]

    with pytest.raises(TaskAnswered):
        getattr(shop.task_queue, action)(*arguments)


@pytest.mark.parametrize(
    "answer", [{"a": "x" * 300_000}, {"a": float("nan")}, {"a": object()}], ids=["too large", "not a number", "no JSON"]
)
def test_an_answer_that_cannot_be_kept_is_refused_and_the_task_stays(shop: Any, answer: Any) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    task = shop.take(worker)

    with pytest.raises(AnswerRefused):
        shop.task_queue.submit(worker, task.task_id, answer)

    assert shop.task_queue.held(worker, task.task_id) == task


def test_a_worker_of_another_team_sees_no_job_and_gets_no_task(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    stranger = shop.worker("eve", group="painters")

    with pytest.raises(JobNotOpen):
        shop.task_queue.take(stranger, "Welds")

    assert shop.task_queue.jobs(stranger) == []


def test_the_list_of_jobs_counts_objects(shop: Any) -> None:
    shop.job("a", "b", "left out", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "Good Weld")

    (job,) = shop.task_queue.jobs(worker)

    assert (job.total, job.done, job.left_out, job.answered, job.has_tasks) == (3, 1, 1, 1, True)


def test_one_worker_at_two_browser_windows_at_once_is_lent_one_task(shop: Any) -> None:
    shop.job(*"abcdefgh")
    shop.advance()
    worker, found = shop.worker(), set()
    threads = [threading.Thread(target=lambda: found.add(shop.take(worker).task_id)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 1


@pytest.mark.parametrize("levels", [101, 2_000, 60_000])
def test_an_answer_that_would_exhaust_the_stack_of_its_readers_is_refused(shop: Any, levels: int) -> None:
    shop.job("a")
    shop.advance()
    worker = shop.worker()
    task = shop.take(worker)

    with pytest.raises(AnswerRefused, match="nested"):
        shop.task_queue.submit(worker, task.task_id, nested(levels))

    shop.task_queue.submit(worker, task.task_id, nested(100))


@pytest.mark.parametrize("name", ["ada\0", "ada\ud800"])
def test_a_name_that_no_database_can_hold_is_one_that_nobody_has(shop: Any, name: str) -> None:
    shop.job("a")
    worker = shop.worker()

    with pytest.raises(JobNotOpen):
        shop.task_queue.take(worker, name)
    with pytest.raises(TaskNotHeld):
        shop.task_queue.held(worker, name)

    assert shop.task_queue.account(name) is None


def nested(levels: int) -> Any:
    found: Any = {}
    for _ in range(levels - 1):
        found = {"a": found}
    return found


def test_an_object_that_is_lent_at_the_end_of_its_time_stays_open_for_its_answer(shop: Any) -> None:
    job_id = shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker, now = shop.worker(), shop.clock.now
    objects = JobObjects(shop.database, job_id)
    closing = threading.Thread(target=objects.close, args=(now + 600,))

    with shop.database.writing() as connection:
        task = tasks._lend(connection, worker, job_id, now + 599, 60)
        assert task
        closing.start()
        closing.join(0.5)
    closing.join()

    assert objects.count(ObjectState.OPEN) == 1
