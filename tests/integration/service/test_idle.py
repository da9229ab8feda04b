"""An idle service sleeps: nothing is asked or written while nothing changes, and what changes is acted upon at once."""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.statements import noted
from support.waiting import wait_until

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.running import runner
from tracemark_groundtruth.running.context import RunnerContext
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.running.steps import JobSteps
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.changes import Changes, News
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.tables import JobStatus, ObjectState

ONE = {"NumberOfHumanWorkersPerDataObject": 1}


@pytest.fixture
def context(shop: Any) -> RunnerContext:
    return RunnerContext(shop.database, JobStorage(shop.client), shop.functions, shop.clock, batch_seconds=0)


@pytest.fixture
def no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_SWEEP_SECONDS", 100_000.0)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[News]:
    """What the runner fetched each time it woke up."""
    found, fetch = list[News](), Changes.fetch

    def noting(self: Changes, *arguments: Any) -> News:
        found.append(fetch(self, *arguments))
        return found[-1]

    monkeypatch.setattr(Changes, "fetch", noting)
    return found


def label_one(shop: Any, context: RunnerContext) -> None:
    """Have a runner carry a job of one object from its creation to its end."""
    with Runner(context):
        shop.job("a", **ONE)
        worker = shop.worker()
        open_objects(shop, 1)

        shop.answer(worker, "good")

        wait_until(lambda: shop.record.status is JobStatus.COMPLETED, "the end of the job")


def open_objects(shop: Any, count: int) -> None:
    wait_until(lambda: Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: count}, "open objects")


def wake(shop: Any, rounds: list[News], times: int) -> None:
    """Have the runner wake up so many times and look at the clock."""
    for _ in range(times):
        wake_once(shop, rounds, len(rounds))


def wake_once(shop: Any, rounds: list[News], seen: int) -> None:
    shop.database.changes.wake()
    wait_until(lambda: len(rounds) > seen, "the runner", pause=0.001)


def settle(shop: Any, rounds: list[News], run: Runner) -> None:
    """Wait until the runner has done what there is to do."""

    def is_still() -> bool:
        with noted(shop.database) as statements:
            wake(shop, rounds, 5)
            time.sleep(0.3)  # longer than a job rests after a look
        at_work = [future for future in run._under_way.values() if not future.done()]
        return not statements and not at_work and run._later.next() is None

    wait_until(is_still, "the runner to be through")


@pytest.mark.usefixtures("no_sweep")
@pytest.mark.parametrize("held", [False, True], ids=["nobody works", "a task is held"])
def test_no_statement_is_run_while_nothing_changes(
    shop: Any, context: RunnerContext, rounds: list[News], held: bool
) -> None:
    shop.job("a", "b")
    worker = shop.worker()
    with Runner(context) as run:
        open_objects(shop, 2)
        if held:
            shop.take(worker)
        settle(shop, rounds, run)

        with noted(shop.database) as statements:
            for _ in range(50):
                shop.clock.forward(1)
                wake(shop, rounds, 1)

    assert statements == []


def test_the_sweep_asks_two_things_of_all_jobs_and_looks_at_none_without_work(
    shop: Any, context: RunnerContext, monkeypatch: pytest.MonkeyPatch, rounds: list[News]
) -> None:
    shop.job("a", "b", "c", MaxConcurrentTaskCount=2)
    worker, looks = shop.worker(), list[int]()
    advance = JobSteps.advance

    def look(self: JobSteps) -> bool:
        looks.append(self.active.job_id)
        return advance(self)

    with Runner(context) as run:
        wait_until(lambda: JobObjects(shop.database, shop.record.job_id).count(ObjectState.OPEN) == 2, "open objects")
        shop.take(worker)
        settle(shop, rounds, run)
        monkeypatch.setattr(JobSteps, "advance", look)
        with noted(shop.database) as statements:
            run._sweep_at = 0.0
            wake(shop, rounds, 2)

    assert [one.split()[0] for one, _ in statements if not one.startswith("BEGIN")] == ["SELECT"] * 3
    assert looks == []
    assert "BEGIN IMMEDIATE" not in dict(statements)


@pytest.mark.usefixtures("no_sweep")
def test_a_change_is_acted_upon_without_the_sweep(shop: Any, context: RunnerContext) -> None:
    label_one(shop, context)

    assert len(shop.output()) == 1


@pytest.mark.usefixtures("no_sweep")
def test_a_job_without_news_is_not_looked_at_when_another_has_some(
    shop: Any, context: RunnerContext, rounds: list[News], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.job("a", "b", **ONE)
    others = [shop.chained(f"Other{number}") for number in range(3)]
    worker, looks = shop.worker(), list[int]()
    advance = JobSteps.advance

    def look(self: JobSteps) -> bool:
        looks.append(self.active.job_id)
        return advance(self)

    with Runner(context) as run:
        for job in (shop, *others):
            open_objects(job, 2)
        settle(shop, rounds, run)
        monkeypatch.setattr(JobSteps, "advance", look)

        shop.answer(worker, "good")
        wait_until(lambda: shop.written(), "the answer in S3")
        settle(shop, rounds, run)

    assert set(looks) == {shop.record.job_id}


@pytest.mark.usefixtures("no_sweep")
def test_nothing_is_asked_of_a_job_that_was_just_looked_at(
    shop: Any, context: RunnerContext, rounds: list[News], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.job("a", "b", **ONE)
    with Runner(context) as run:
        open_objects(shop, 2)
        settle(shop, rounds, run)
        job_id = shop.record.job_id
        monkeypatch.setitem(run._rests_until, job_id, time.monotonic() + 1_000)

        with noted(shop.database) as statements:
            for _ in range(5):
                shop.database.changes.tell([job_id], known_elsewhere=True)
                wake(shop, rounds, 1)

        later = run._later.next()

    assert statements == []
    assert later is not None


@pytest.mark.usefixtures("no_sweep")
def test_other_processes_are_told_at_once_and_then_of_many_things_together(
    shop: Any, context: RunnerContext, rounds: list[News], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[set[int]]()
    monkeypatch.setattr(Database, "publish", lambda _, jobs: told.append(set(jobs)))
    monkeypatch.setattr(runner, "_TELLING_SECONDS", 100_000.0)
    with Runner(context) as run:
        settle(shop, rounds, run)

        for job_id in (7, 8, 9):
            shop.database.changes.tell([job_id])
            wake(shop, rounds, 1)
        at_once = list(told)
        run._tell_at = 0.0
        wake(shop, rounds, 2)
        later = list(told)
        shop.database.changes.tell([10])
        wake(shop, rounds, 2)

    assert at_once == [{7}]
    assert later == [{7}, {8, 9}]
    assert told == [{7}, {8, 9}, {10}], "what is not told yet is told at the end"


@pytest.mark.usefixtures("no_sweep")
def test_what_could_not_be_told_is_told_when_the_database_answers(
    shop: Any, context: RunnerContext, rounds: list[News], monkeypatch: pytest.MonkeyPatch
) -> None:
    told, tries = list[set[int]](), list[int]()

    def publish(_: Database, jobs: set[int]) -> None:
        tries.append(len(rounds))
        if len(tries) < 3:
            raise StateUnavailable("no answer")
        told.append(set(jobs))

    monkeypatch.setattr(Database, "publish", publish)
    with Runner(context) as run:
        settle(shop, rounds, run)
        shop.database.changes.tell([7])

        wait_until(lambda: {7} in told, "the news")

    assert len(rounds) < tries[0] + 50, "it does not try again and again"


@pytest.mark.usefixtures("no_sweep")
def test_a_timer_takes_a_task_back_when_its_lease_ends(shop: Any, context: RunnerContext, rounds: list[News]) -> None:
    shop.job("a", **ONE)
    ada, bob = shop.worker("ada"), shop.worker("bob")
    with Runner(context) as run:
        open_objects(shop, 1)
        settle(shop, rounds, run)
        shop.take(ada)
        assert shop.task_queue.take(bob, shop.name) is None

        shop.clock.forward(61)
        wake(shop, rounds, 1)

        wait_until(lambda: shop.task_queue.take(bob, shop.name), "the task that was taken back")


@pytest.mark.usefixtures("no_sweep")
def test_a_timer_closes_an_object_that_has_been_open_long_enough(
    shop: Any, context: RunnerContext, rounds: list[News]
) -> None:
    shop.job("a", **ONE)
    with Runner(context) as run:
        open_objects(shop, 1)
        settle(shop, rounds, run)

        shop.clock.forward(601)
        wake(shop, rounds, 1)

        wait_until(lambda: shop.record.status is JobStatus.COMPLETED, "the end of the job")
    assert len(shop.output()) == 1


@pytest.mark.usefixtures("no_sweep")
def test_a_timer_begins_a_batch_whose_first_object_has_waited(
    shop: Any, context: RunnerContext, rounds: list[News]
) -> None:
    shop.job("a", "b", **ONE)
    worker = shop.worker()
    patient = RunnerContext(shop.database, context.storage, shop.functions, shop.clock, batch_seconds=5)
    with Runner(patient) as run:
        open_objects(shop, 2)
        shop.answer(worker, "good")
        settle(shop, rounds, run)
        assert shop.written() == []

        shop.clock.forward(5)
        wake(shop, rounds, 1)

        wait_until(lambda: len(shop.written()) == 4, "the batch in S3")


def test_what_is_missed_is_found_by_the_sweep(
    shop: Any, context: RunnerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_SWEEP_SECONDS", 0.05)
    monkeypatch.setattr(Changes, "tell", lambda *_, **__: None)
    label_one(shop, context)

    assert len(shop.output()) == 1


def test_a_runner_goes_on_after_a_fault_that_nobody_foresaw(
    shop: Any, context: RunnerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults, list_ = [ValueError("a job that no code understands")], Jobs.list

    def fail_once(*arguments: Any, **options: Any) -> Any:
        if faults:
            raise faults.pop()
        return list_(*arguments, **options)

    shop.job("a", **ONE)
    monkeypatch.setattr(Jobs, "list", fail_once)

    with Runner(context):
        wait_until(lambda: shop.record.status is JobStatus.IN_PROGRESS, "the job")

    assert faults == []
