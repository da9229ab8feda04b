"""Objects that no worker is shown, and keys of the input that stay as they are."""

from __future__ import annotations

from typing import Any

import pytest

from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Standing
from tracemark_groundtruth.finished.summary import Summary
from tracemark_groundtruth.s3.job_storage import JobStorage


@pytest.mark.parametrize("flag", ["False", "false", " FALSE ", False])
def test_an_object_that_needs_no_human_keeps_its_line(stage: Any, flag: object) -> None:
    stage.pre.answer = lambda event: {"taskInput": {"error": "no log"}, "isHumanAnnotationRequired": flag}

    stage.engine().run(stage.job)

    assert stage.output() == [{"source": "s3://welds/dataset/0.json"}, {"source": "s3://welds/dataset/1.json"}]


def test_an_object_that_needs_no_human_is_reported_with_the_functions_reason(stage: Any) -> None:
    stage.pre.answer = lambda event: {"taskInput": {"error": "no\nlog"}, "isHumanAnnotationRequired": "false"}

    result = stage.engine().run(stage.job)

    assert (result.left_out, result.rows[0].problem, stage.post.calls) == (2, "no log", [])


LEFT_OUT = "output/WeldingLabelJob1/manifests/output/left-out.jsonl"


def leaves_out(number: int, reason: str = "no log") -> Any:
    def answer(event: Any) -> Any:
        if event["dataObject"]["source"].endswith(f"/{number}.json"):
            return {"taskInput": {"error": reason}, "isHumanAnnotationRequired": "false"}
        return {"taskInput": {}}

    return answer


def test_what_was_left_out_is_named_with_its_reason_beside_the_output_manifest(stage: Any) -> None:
    stage.pre.answer = leaves_out(1, "no\nlog")

    stage.engine().run(stage.job)

    assert stage.get(LEFT_OUT) == b'{"datasetObjectId":"1","reason":"no log"}\n'


def test_a_job_that_leaves_nothing_out_writes_nothing_of_it(stage: Any) -> None:
    stage.engine().run(stage.job)

    assert LEFT_OUT not in stage.listing()


def test_the_finished_job_tells_why_an_object_was_left_out_and_counts_it_as_a_problem(stage: Any) -> None:
    stage.pre.answer = leaves_out(1)
    stage.engine().run(stage.job)

    job = FinishedJob.read(JobStorage(stage.client), stage.job)

    shown, left_out = job.items
    assert (shown.standing, left_out.standing) == (Standing.LABELED, Standing.LEFT_OUT)
    assert (left_out.failure, left_out.remark) == ("no log", "no log")
    assert Summary.of(job, {}, "Not sure").progress.problems == 1


@pytest.mark.parametrize(
    ("error", "labeled", "nothing"),
    [("no log", False, True), ("", False, False), ("no log", True, False)],
    ids=["something is wrong with every object", "the function asks for no human", "one is labeled already"],
)
def test_a_job_shows_nothing_when_something_is_wrong_with_every_object(
    stage: Any, error: str, labeled: bool, nothing: bool
) -> None:
    stage.pre.answer = lambda event: {"taskInput": {"error": error}, "isHumanAnnotationRequired": "false"}
    first = {"source": "s3://welds/dataset/0.json", **({"WeldingClass": {"c": "Pore"}} if labeled else {})}
    stage.manifest(first, {"source": "s3://welds/dataset/1.json"})

    assert stage.engine().run(stage.job).shows_nothing is nothing


def test_an_object_that_is_labeled_already_is_not_shown_again(stage: Any) -> None:
    labeled = {"source": "s3://welds/dataset/0.json", "WeldingClass": {"WeldingClassification": "Contamination"}}
    stage.manifest(labeled, {"source": "s3://welds/dataset/1.json"})

    stage.engine().run(stage.job)

    assert (stage.output()[0], len(stage.pre.calls)) == (labeled, 1)


def test_further_keys_of_the_content_go_onto_the_line_but_replace_none(stage: Any) -> None:
    stage.manifest({"source": "one", "note": "mine"})
    content = {"WeldingClass": "Good Weld", "note": "theirs", "rating": 3, "WeldingClass-metadata": {}}
    stage.post.answer = lambda event: [{"datasetObjectId": "0", "consolidatedAnnotation": {"content": content}}]

    stage.engine().run(stage.job)

    line = stage.output()[0]
    assert (line["note"], line["rating"], line["WeldingClass-metadata"]["human-annotated"]) == ("mine", 3, "yes")
