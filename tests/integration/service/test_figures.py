"""Figures of the state and counts of tasks, as the database has them."""

from __future__ import annotations

from typing import Any

import pytest

from tracemark.errors import FunctionFailed
from tracemark_groundtruth.running.context import RunnerContext, WatchedFunction
from tracemark_groundtruth.state.figures import state_figures
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.watching.metrics import TASK_EVENTS, ServiceMetrics


def counted(shop: Any) -> dict[str, int]:
    return {event: shop.database.counts[event] for event in TASK_EVENTS if shop.database.counts[event]}


def test_objects_that_are_to_be_done_are_counted_by_state(shop: Any) -> None:
    shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    answered_at = shop.clock.now
    shop.answer(shop.worker(), "good")
    shop.clock.forward(3)

    found = state_figures(shop.database)

    assert found is not None
    assert {state: count for state, count in found.objects.items() if count} == {"open": 2, "due": 1}
    assert {status: count for status, count in found.jobs.items() if count} == {"InProgress": 1}
    assert found.oldest_due_at == pytest.approx(answered_at)


def test_jobs_that_are_over_are_not_counted(shop: Any) -> None:
    job_id = shop.job("a", "b")
    shop.advance()
    Jobs(shop.database).advance(job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPED)

    found = state_figures(shop.database)

    assert found is not None
    assert (sum(found.jobs.values()), sum(found.objects.values()), found.oldest_due_at) == (0, 0, None)


def test_without_a_database_there_are_no_figures(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.database.dispose()
    monkeypatch.setattr(shop.database._engine, "connect", broken)
    monkeypatch.setattr(shop.database._engine, "begin", broken)

    assert state_figures(shop.database) is None


def broken(*_: object) -> None:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("SELECT", {}, Exception("gone"))


def test_tasks_are_counted_when_they_are_lent_and_when_they_end(shop: Any) -> None:
    shop.job("a", "b", "c")
    shop.advance()
    ada, bert, cleo = (shop.worker(name) for name in ("ada", "bert", "cleo"))

    shop.answer(ada, "good")
    shop.task_queue.decline(bert, shop.take(bert).task_id)
    shop.take(cleo)
    shop.take(cleo)  # the same one again: lent once

    assert counted(shop) == {"lent": 3, "answered": 1, "declined": 1}


def test_a_lease_that_is_over_counts_once_whoever_notices(shop: Any) -> None:
    shop.job("a", "b")
    shop.advance()
    shop.take(shop.worker())
    shop.clock.forward(61)

    shop.advance()
    shop.advance()

    assert counted(shop) == {"lent": 1, "expired": 1}


def test_tasks_of_a_job_that_is_stopped_expire(shop: Any) -> None:
    job_id = shop.job("a", "b")
    shop.advance()
    shop.take(shop.worker())

    Jobs(shop.database).advance(job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)
    shop.advance()

    assert counted(shop) == {"lent": 1, "expired": 1}


def test_what_was_undone_is_not_counted(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    worker, queue = shop.worker(), shop.task_queue
    task = shop.take(worker)

    queue.submit(worker, task.task_id, {"class": "a"})
    with pytest.raises(Exception, match="saved already"):
        queue.submit(worker, task.task_id, {"class": "a"})

    assert counted(shop) == {"lent": 1, "answered": 1}


def test_invocations_of_both_functions_are_watched(shop: Any) -> None:
    metrics = ServiceMetrics()
    shop.options["watch"] = metrics
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.functions.pre.failures = 1

    shop.advance()
    shop.answer(shop.worker(), "good")
    shop.advance()

    value = metrics.registry.get_sample_value
    assert value("tracemark_function_seconds_count", {"kind": "pre"}) == 2
    assert value("tracemark_function_failures_total", {"kind": "pre"}) == 1
    assert value("tracemark_function_seconds_count", {"kind": "post"}) == 1


def test_a_watched_function_fails_as_it_would_by_itself(shop: Any) -> None:
    shop.functions.pre.failures = 1
    watched = WatchedFunction(shop.functions.pre, "pre", RunnerContext.watch)

    with pytest.raises(FunctionFailed, match="it has had enough"):
        watched.invoke({})
