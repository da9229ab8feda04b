"""Answers that were given: found again, changed until their object is consolidated, and their time without pauses."""

from __future__ import annotations

import threading
from math import inf
from typing import Any

import pytest

from tracemark_groundtruth.errors import AnswerFinal, AnswerRefused, TaskNotHeld
from tracemark_groundtruth.state.batches import Batches, Ripeness
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.waiting_answers import WaitingAnswers, any_waits

GOOD, BAD = ({"class": {"label": label}} for label in ("Good", "Bad"))


@pytest.fixture
def shop(shop: Any) -> Any:
    shop.options = {"batch_seconds": 5.0}
    shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    return shop


def answers(shop: Any) -> list[Any]:
    batches = Batches(shop.database, shop.record.job_id)
    with batches.claimed(Ripeness(10, inf), shop.clock.now) as iteration:
        assert iteration
        return [one for answered in batches.answered(iteration) for one in answered.answers]


def submit(shop: Any, worker: Any, seconds: float | None = None) -> str:
    task = shop.take(worker)
    shop.clock.forward(20)
    shop.task_queue.submit(worker, task.task_id, GOOD, seconds)
    return str(task.task_id)


def test_another_answer_stands_in_the_place_of_the_first_and_is_the_only_one(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada)

    shop.task_queue.revise(ada, task, BAD)

    assert [one.content for one in answers(shop)] == [BAD]
    assert shop.task_queue.answered(ada, "Welds") == 1


def test_an_answer_is_seen_again_as_it_was_given(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada)

    seen = shop.task_queue.seen(ada, task)

    assert (seen.given, seen.task_input) == (GOOD, {"seen": {"source": "a"}})
    assert seen.links_until.timestamp() == pytest.approx(shop.clock.now + 60)


def test_once_consolidation_has_begun_the_answer_stands(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada)
    taken = answers(shop)

    with pytest.raises(AnswerFinal):
        shop.task_queue.revise(ada, task, BAD)
    with pytest.raises(AnswerFinal):
        shop.task_queue.seen(ada, task)

    assert [one.content for one in taken] == [GOOD]
    assert shop.task_queue.before(ada, task) is None


def test_only_who_gave_an_answer_can_change_it(shop: Any) -> None:
    ada, eve = shop.worker("ada"), shop.worker("eve")
    task = submit(shop, ada)

    with pytest.raises(TaskNotHeld):
        shop.task_queue.revise(eve, task, BAD)
    with pytest.raises(TaskNotHeld):
        shop.task_queue.before(eve, task)

    assert [one.content for one in answers(shop)] == [GOOD]


def test_a_task_that_is_only_held_has_no_answer_to_change(shop: Any) -> None:
    ada = shop.worker("ada")
    task = shop.take(ada)

    with pytest.raises(TaskNotHeld):
        shop.task_queue.revise(ada, task.task_id, BAD)


def test_an_answer_that_cannot_be_kept_leaves_the_first(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada)

    with pytest.raises(AnswerRefused):
        shop.task_queue.revise(ada, task, {"a": "x" * 300_000})

    assert [one.content for one in answers(shop)] == [GOOD]


def test_the_way_back_goes_from_answer_to_answer_and_ends(shop: Any) -> None:
    ada, eve = shop.worker("ada"), shop.worker("eve")
    first = submit(shop, ada)
    second = submit(shop, ada)
    held = shop.take(ada).task_id
    submit_of_eve = shop.task_queue.take(eve, "Welds")

    steps = [shop.task_queue.before(ada, task) for task in (held, second, first)]

    assert [step and step.task_id for step in steps] == [second, first, None]
    assert submit_of_eve is None


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, 20.0), (7.5, 7.5), (500.0, 20.0)], ids=["not measured", "measured", "more than passed"]
)
def test_the_seconds_spent_are_those_without_pauses(shop: Any, seconds: float | None, told: float) -> None:
    submit(shop, shop.worker("ada"), seconds)

    (answer,) = answers(shop)
    written = answer.to_json(answer.submitted_at)

    assert written["timeSpentInSeconds"] == told
    assert (answer.submitted_at - answer.accepted_at).total_seconds() == 20


def test_the_seconds_of_a_change_come_on_top(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada, 7.0)
    shop.clock.forward(30)

    shop.task_queue.revise(ada, task, BAD, 4.0)

    (answer,) = answers(shop)
    assert answer.seconds == 11.0
    assert answer.submitted_at.timestamp() == pytest.approx(shop.clock.now)


def test_a_change_and_the_beginning_of_a_batch_at_the_same_time_agree(shop: Any) -> None:
    ada = shop.worker("ada")
    task = submit(shop, ada)
    outcome: list[str] = []

    def change() -> None:
        try:
            shop.task_queue.revise(ada, task, BAD)
            outcome.append("Bad")
        except AnswerFinal:
            outcome.append("Good")

    thread = threading.Thread(target=change)
    thread.start()
    taken = answers(shop)
    thread.join()

    assert [one.content["class"]["label"] for one in taken] == outcome


def test_an_object_waits_for_changes_while_the_job_goes_on_and_not_at_its_end(shop: Any) -> None:
    shop.options = {"batch_seconds": 5.0, "changeable_seconds": 60.0}
    ada = shop.worker("ada")
    task = submit(shop, ada)
    shop.clock.forward(59)
    shop.advance()

    shop.task_queue.revise(ada, task, BAD)
    shop.clock.forward(1)
    shop.advance()
    with pytest.raises(AnswerFinal):
        shop.task_queue.revise(ada, task, GOOD)
    submit(shop, ada)
    submit(shop, ada)
    shop.advance()

    assert [line["weld-class"]["class"]["label"] for line in shop.output()] == ["Bad", "Good", "Good"]


def test_the_last_answers_of_a_job_that_lingers_can_be_changed_as_long_as_any(shop: Any) -> None:
    shop.options = {"batch_seconds": 0.3, "changeable_seconds": 60.0, "lingers": True}
    ada = shop.worker("ada")
    for _ in range(3):
        last = submit(shop, ada)
    shop.advance()

    shop.task_queue.revise(ada, last, BAD)
    shop.clock.forward(60)
    shop.advance()

    assert shop.record.status is JobStatus.COMPLETED
    assert [line["weld-class"]["class"]["label"] for line in shop.output()] == ["Good", "Good", "Bad"]


def test_nothing_waits_once_the_service_settles(shop: Any) -> None:
    settling = threading.Event()
    shop.options = {"changeable_seconds": 60.0, "lingers": True, "settling": settling}
    ada = shop.worker("ada")
    task = submit(shop, ada)
    shop.advance()
    before = any_waits(shop.database)

    settling.set()
    shop.advance()

    assert (before, any_waits(shop.database)) == (True, False)
    with pytest.raises(AnswerFinal):
        shop.task_queue.revise(ada, task, BAD)


def test_the_last_answer_of_a_job_is_found_until_it_is_final(shop: Any) -> None:
    ada, bert = shop.worker("ada"), shop.worker("bert")
    submit(shop, ada)
    second = submit(shop, ada)

    found = shop.task_queue.last(ada, "Welds")

    assert (found.task_id, found.given) == (second, GOOD)
    assert shop.task_queue.last(bert, "Welds") is None
    assert shop.task_queue.last(ada, "another job") is None
    answers(shop)
    assert shop.task_queue.last(ada, "Welds") is None


def test_answers_that_wait_are_told_with_the_moment_of_the_last_change(shop: Any) -> None:
    ada = shop.worker("ada")
    waiting = WaitingAnswers(shop.database, shop.record.job_id)
    empty = (waiting.latest(), waiting.fields())
    task = submit(shop, ada)
    given = waiting.latest()
    shop.clock.forward(5)

    shop.task_queue.revise(ada, task, BAD)

    assert empty == (None, {})
    assert given == pytest.approx(shop.clock.now - 5)
    assert waiting.latest() == pytest.approx(shop.clock.now)
    assert waiting.fields() == {0: [BAD]}
