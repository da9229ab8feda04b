"""Stopping conditions on both databases: a job stops once enough is labeled, and never labels more."""

from __future__ import annotations

from typing import Any

import pytest

from tracemark.document import Json
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus, ObjectState


def start(shop: Any, sources: str, conditions: Json, **human: Json) -> None:
    shop.put("manifest.jsonl", "".join(f'{{"source": "{source}"}}\n' for source in sources))
    document = shop.document(NumberOfHumanWorkersPerDataObject=1, **human)
    shop.create({**document, "StoppingConditions": conditions})
    shop.advance()


def work(shop: Any, name: str) -> int:
    """Let a worker label whatever lies ready; return how many objects that were."""
    worker, labeled = shop.worker(name), 0
    while shop.record.status is JobStatus.IN_PROGRESS and shop.task_queue.take(worker, shop.name):
        shop.answer(worker, "seen")
        labeled += 1
        shop.advance()
    return labeled


@pytest.mark.parametrize(
    ("conditions", "labeled"),
    [
        ({"MaxHumanLabeledObjectCount": 3}, 3),
        ({"MaxPercentageOfInputDatasetLabeled": 50}, 2),
        ({"MaxPercentageOfInputDatasetLabeled": 1}, 1),
        ({"MaxHumanLabeledObjectCount": 4, "MaxPercentageOfInputDatasetLabeled": 40}, 2),
    ],
    ids=str,
)
def test_a_job_stops_when_the_first_of_its_conditions_is_met(shop: Any, conditions: Json, labeled: int) -> None:
    start(shop, "abcde", conditions)

    done = work(shop, "ada")

    counts = Jobs(shop.database).counts(shop.record.job_id)
    assert (done, shop.record.status) == (labeled, JobStatus.STOPPED)
    assert counts == {ObjectState.LABELED: labeled, ObjectState.STOPPED: 5 - labeled}
    assert "stopped by its StoppingConditions" in shop.record.failure_reason
    assert [("weld-class" in line) for line in shop.output()] == [True] * labeled + [False] * (5 - labeled)


@pytest.mark.parametrize("conditions", [{"MaxHumanLabeledObjectCount": 3}, {"MaxPercentageOfInputDatasetLabeled": 100}])
def test_a_job_whose_last_object_meets_the_condition_is_completed(shop: Any, conditions: Json) -> None:
    start(shop, "abc", conditions)

    work(shop, "ada")

    assert (shop.record.status, shop.record.failure_reason) == (JobStatus.COMPLETED, None)


def test_workers_are_shown_no_object_that_may_not_be_labeled(shop: Any) -> None:
    start(shop, "abcde", {"MaxHumanLabeledObjectCount": 2})

    opened = shop.functions.pre.calls

    assert [call["dataObject"]["source"] for call in opened] == ["a", "b"]


def test_an_object_that_fails_lets_another_be_labeled_in_its_place(shop: Any) -> None:
    start(shop, "abcde", {"MaxHumanLabeledObjectCount": 2})
    worker = shop.worker()
    shop.answer(worker, "seen")
    shop.clock.forward(601)
    shop.advance()
    shop.answer(worker, "seen")
    shop.advance()

    counts = Jobs(shop.database).counts(shop.record.job_id)

    assert counts == {ObjectState.LABELED: 2, ObjectState.FAILED: 1, ObjectState.STOPPED: 2}
    assert shop.record.status is JobStatus.STOPPED


def test_without_conditions_everything_is_labeled(shop: Any) -> None:
    start(shop, "abc", {})

    assert (work(shop, "ada"), shop.record.status) == (3, JobStatus.COMPLETED)


def test_objects_that_are_left_out_do_not_count_as_labeled(shop: Any) -> None:
    shop.put("manifest.jsonl", '{"source": "left out"}\n{"source": "a"}\n{"source": "b"}\n')
    document = shop.document(NumberOfHumanWorkersPerDataObject=1)
    shop.create({**document, "StoppingConditions": {"MaxHumanLabeledObjectCount": 1}})
    shop.advance()

    work(shop, "ada")

    counts = Jobs(shop.database).counts(shop.record.job_id)
    assert counts == {ObjectState.LEFT_OUT: 1, ObjectState.LABELED: 1, ObjectState.STOPPED: 1}
