"""An idle service sleeps: while nothing changes nothing is written, and what changes is acted upon at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection
from support.waiting import wait_until

from tracemark_groundtruth.running import runner
from tracemark_groundtruth.running.context import RunnerContext
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus, ObjectState


@pytest.fixture
def context(shop: Any) -> RunnerContext:
    return RunnerContext(shop.database, JobStorage(shop.client), shop.functions, shop.clock, batch_seconds=0)


@pytest.mark.parametrize("held", [False, True], ids=["nobody works", "a task is held"])
def test_nothing_is_written_while_nothing_changes(
    shop: Any, context: RunnerContext, monkeypatch: pytest.MonkeyPatch, held: bool
) -> None:
    shop.job("a", "b")
    worker = shop.worker()
    writing, looks, writes = shop.database.writing, list[str](), list[str]()
    listed = Jobs.list

    @contextmanager
    def noting() -> Iterator[Connection]:
        writes.append("write")
        with writing() as connection:
            yield connection

    def look(self: Jobs, *arguments: Any, **options: Any) -> Any:
        looks.append("look")
        return listed(self, *arguments, **options)

    monkeypatch.setattr(runner, "_SWEEP_SECONDS", 0.05)
    with Runner(context):
        wait_until(lambda: Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: 2}, "open objects")
        if held:
            shop.take(worker)
        monkeypatch.setattr(Jobs, "list", look)
        wait_until(lambda: len(looks) > 5, "the runner")  # what was under way is over
        monkeypatch.setattr(shop.database, "writing", noting)
        seen = len(looks)
        wait_until(lambda: len(looks) > seen + 20, "the runner")

    assert writes == []


def test_a_change_is_acted_upon_without_the_sweep(
    shop: Any, context: RunnerContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_SWEEP_SECONDS", 100_000.0)
    with Runner(context):
        shop.job("a", NumberOfHumanWorkersPerDataObject=1)
        worker = shop.worker()
        wait_until(lambda: Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: 1}, "the open object")

        shop.answer(worker, "good")

        wait_until(lambda: shop.record.status is JobStatus.COMPLETED, "the end of the job")
    assert len(shop.output()) == 1


def test_what_another_process_writes_and_what_runs_out_is_found_by_the_sweep(shop: Any, context: RunnerContext) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    with Runner(context):
        wait_until(lambda: Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: 1}, "the open object")

        shop.clock.forward(700)  # longer than objects are available

        wait_until(lambda: shop.record.status is JobStatus.COMPLETED, "the end of the job")
    assert len(shop.output()) == 1
