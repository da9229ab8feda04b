"""Who is no longer in the team of a job sees nothing of it and answers nothing; what they held they can give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from support.statements import noted

from tracemark_groundtruth.errors import JobNotOpen, TaskExpired, TaskNotHeld
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.teams import Teams

ANSWER = {"class": {"label": "Good Weld"}}


@dataclass
class Desk:
    """A worker in the loop: one task answered, one held, one reserved."""

    shop: Any
    worker: WorkerId
    answered: str
    held: str
    reserved: str


@pytest.fixture
def desk(shop: Any) -> Desk:
    shop.job("a", "b", "c", "d")
    shop.advance()
    ada, queue = shop.worker("ada"), shop.task_queue
    first = queue.take(ada, "Welds").task_id
    turn = queue.turn(ada, first, ANSWER)
    return Desk(shop, ada, first, turn.task.task_id, turn.ahead.task_id)


def leave(desk: Desk) -> None:
    Accounts(desk.shop.database).set_groups("ada", ["painters"])


def change_team(desk: Desk) -> None:
    Teams(desk.shop.database).replace("welders", ["painters"], {})


@pytest.mark.parametrize("leaves", [leave, change_team])
@pytest.mark.parametrize(
    "ask",
    [
        lambda desk, queue: queue.held(desk.worker, desk.held),
        lambda desk, queue: queue.seen(desk.worker, desk.held),
        lambda desk, queue: queue.seen(desk.worker, desk.reserved),
        lambda desk, queue: queue.seen(desk.worker, desk.answered),
        lambda desk, queue: queue.shown_ahead(desk.worker, desk.reserved),
        lambda desk, queue: queue.before(desk.worker, desk.held),
        lambda desk, queue: queue.submit(desk.worker, desk.held, ANSWER),
        lambda desk, queue: queue.turn(desk.worker, desk.held, ANSWER),
        lambda desk, queue: queue.revise(desk.worker, desk.answered, {"class": {"label": "Other"}}),
        lambda desk, queue: queue.take(desk.worker, "Welds"),
        lambda desk, queue: queue.reserve(desk.worker, "Welds"),
    ],
    ids=[
        "held",
        "seen-held",
        "seen-reserved",
        "seen-answered",
        "ahead",
        "before",
        "submit",
        "turn",
        "revise",
        "take",
        "reserve",
    ],
)
def test_who_left_the_team_sees_and_answers_nothing_of_its_job(
    desk: Desk, ask: Callable[[Desk, Any], object], leaves: Callable[[Desk], None]
) -> None:
    ask_before = desk.shop.task_queue.before(desk.worker, desk.held)
    leaves(desk)

    with pytest.raises((TaskNotHeld, JobNotOpen)):
        ask(desk, desk.shop.task_queue)

    Accounts(desk.shop.database).set_groups("ada", ["welders", "painters"])
    assert desk.shop.task_queue.before(desk.worker, desk.held).given == ask_before.given == ANSWER
    assert desk.shop.task_queue.held(desk.worker, desk.held).task_id == desk.held, "nothing was changed"


@pytest.mark.parametrize("end", ["decline", "release"])
def test_who_left_the_team_can_give_back_what_they_held_so_that_others_get_it(desk: Desk, end: str) -> None:
    bob = desk.shop.worker("bob")
    leave(desk)

    getattr(desk.shop.task_queue, end)(desk.worker, desk.held)

    with pytest.raises(TaskNotHeld):
        desk.shop.task_queue.held(desk.worker, desk.held)
    found = [desk.shop.answer(bob, "x").object_id for _ in range(4)]
    assert found == ["0", "1", "2", "3"]


def test_a_worker_in_another_group_of_the_team_goes_on(desk: Desk) -> None:
    Teams(desk.shop.database).replace("welders", ["welders", "painters"], {})
    leave(desk)

    turn = desk.shop.task_queue.turn(desk.worker, desk.held, ANSWER)

    assert turn.task.task_id == desk.reserved


def test_what_is_reserved_expires_with_its_job_as_what_is_held_does(desk: Desk) -> None:
    Jobs(desk.shop.database).advance(desk.shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)
    desk.shop.advance()

    for task_id in (desk.held, desk.reserved):
        with pytest.raises(TaskExpired):
            desk.shop.task_queue.seen(desk.worker, task_id)


def test_whether_a_worker_is_in_the_team_is_no_question_of_its_own(desk: Desk, database: Database) -> None:
    with noted(database) as asked:
        desk.shop.task_queue.turn(desk.worker, desk.held, ANSWER)

    questions = [statement for statement, _ in asked if "memberships" in statement]
    assert len(questions) <= 2, "that for the task, and whether another one may be lent"
