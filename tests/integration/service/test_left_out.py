"""Objects that cannot be shown: named while the job runs and afterwards, and a job of nothing else fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark.document import Node
from tracemark_groundtruth.api.jobs import JobOperations
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus

OWN = ["Pore", "Crack"]


def cannot_be_shown(shop: Any, *sources: str) -> None:
    def answer(event: Any) -> Any:
        source = event["dataObject"]["source"]
        error = {"error": f"{source}: no such log"} if source in sources else {}
        return {"taskInput": {"seen": source, **error}, "isHumanAnnotationRequired": str(not error)}

    shop.functions.pre.answer = answer


def described(shop: Any) -> Any:
    operations = JobOperations(shop.database, shop.functions)
    return operations.describe(Node({"LabelingJobName": shop.name}, "request"))


def test_the_portal_counts_and_names_what_is_left_out(shop: Any) -> None:
    cannot_be_shown(shop, "b", "c")
    shop.job("a", "b", "c", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()

    (job,) = shop.task_queue.jobs(shop.worker())

    assert (job.total, job.done, job.left_out) == (3, 0, 2)
    assert job.reasons == ("line 2: b: no such log", "line 3: c: no such log")


def test_describe_names_what_is_left_out_also_when_the_job_is_completed(shop: Any) -> None:
    cannot_be_shown(shop, "b")
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    shop.answer(shop.worker(), "x")
    shop.advance()

    answer = described(shop)

    assert (answer["LabelingJobStatus"], answer["LabelCounters"]["Unlabeled"]) == ("Completed", 1)
    assert answer["FailureReason"] == "1 of 2 objects were left out: line 2: b: no such log"


def test_describe_has_no_reason_when_nothing_is_left_out(shop: Any) -> None:
    shop.job("a")
    shop.advance()

    assert "FailureReason" not in described(shop)


def test_a_job_of_which_nothing_can_be_shown_fails_with_the_first_reasons(shop: Any) -> None:
    cannot_be_shown(shop, *"abcde")
    shop.job(*"abcde")

    shop.advance()

    assert shop.record.status is JobStatus.FAILED
    assert shop.record.failure_reason == (
        "no object could be shown: 5 of 5 objects were left out: "
        "line 1: a: no such log; line 2: b: no such log; line 3: c: no such log; …"
    )
    left_out = shop.get("output/Welds/manifests/output/left-out.jsonl").splitlines()
    assert [json.loads(line)["reason"] for line in left_out] == [f"{source}: no such log" for source in "abcde"]


def test_a_job_whose_function_asks_for_no_human_is_completed(shop: Any) -> None:
    shop.job("left out", "left out")

    shop.advance()

    assert shop.record.status is JobStatus.COMPLETED


@pytest.mark.parametrize("labels", [list(WELDING_CATEGORIES.names), ["Pore", "Hole"]])
def test_workers_are_shown_the_jobs_own_classes(shop: Any, labels: list[str]) -> None:
    shop.functions.pre.answer = lambda event: {"taskInput": {"labels": labels}}
    shop.put("labels.json", json.dumps({"labels": [{"label": name} for name in OWN]}))
    shop.put("manifest.jsonl", '{"source": "a"}\n')
    shop.create({**shop.document(), "LabelCategoryConfigS3Uri": "s3://welds/labels.json"})
    shop.advance()
    shop.advance()

    task = shop.take(shop.worker())

    assert task.task_input == {"labels": OWN}
    assert str(task.label_categories) == "s3://welds/labels.json"
    assert Jobs(shop.database).get(shop.record.job_id).status is JobStatus.IN_PROGRESS
