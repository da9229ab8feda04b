"""What a statement costs does not grow with the job: tasks are found by their object, worker or id, never all read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.statements import noted

from tracemark_groundtruth.state.database import Database

BY_JOB_ALONE = "(job_id=?)"
SORTED = "USE TEMP B-TREE FOR ORDER BY"  # all are read before the first one is there
ONCE_IN_A_JOB = "UPDATE tasks SET state=?, ended_at=? WHERE tasks.job_id = ?"  # stopping takes back every task


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.in_file(tmp_path / "state.db")
    yield opened
    opened.dispose()


def test_no_statement_of_a_job_reads_all_its_tasks(shop: Any, database: Database) -> None:
    with noted(database) as statements:
        shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
        ada, bob = shop.worker("ada"), shop.worker("bob")
        shop.advance()
        shop.task_queue.jobs(ada)
        shop.answer(ada, "x")
        shop.task_queue.decline(bob, shop.take(bob).task_id)
        shop.take(bob)
        shop.clock.forward(10**6)
        shop.advance()
        shop.steps._jobs.counts(shop.record.job_id)
        shop.steps.active.objects.close(shop.clock(), stopped=True)

    with database.reading() as connection:
        plans = {
            statement: [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in dict(statements).items()
            if statement.startswith(("SELECT", "UPDATE")) and not statement.startswith(ONCE_IN_A_JOB)
        }
    wide = [
        (statement, step)
        for statement, steps in plans.items()
        for step in steps
        if (step.startswith("SCAN") and step != "SCAN CONSTANT ROW")
        or (step.startswith("SEARCH tasks") and step.endswith(BY_JOB_ALONE))
        or (step == SORTED and "LIMIT" in statement)
    ]
    assert len(plans) > 25
    assert wide == []
