"""What a job does when a function, an answer or the storage lets it down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, InvalidDocument, ObjectMissing
from tracemark_groundtruth.errors import BatchTooLarge, JobFailed
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.result import Outcome
from tracemark_groundtruth.s3.job_storage import JobStorage

ROOT = "output/WeldingLabelJob1"


def entry(object_id: Json, **content: Json) -> Json:
    return {"datasetObjectId": object_id, "consolidatedAnnotation": {"content": content}}


def good(object_id: str) -> Json:
    return entry(object_id, WeldingClass={"WeldingClassification": "Good Weld"})


def test_a_pre_annotation_function_that_fails_once_is_asked_again(stage: Any, failing: Any) -> None:
    stage.pre = failing(stage.pre, 1)

    result = stage.engine(concurrency=1).run(stage.job)

    assert (result.labeled, stage.pre.calls) == (2, 3)


def test_a_pre_annotation_function_that_keeps_failing_fails_the_job_and_names_everything(
    stage: Any, failing: Any
) -> None:
    stage.pre = failing(stage.pre, 99)

    with pytest.raises(JobFailed) as caught:
        stage.engine(concurrency=1).run(stage.job)

    assert str(caught.value) == (
        "job 'WeldingLabelJob1' object '0' ('s3://welds/dataset/0.json'): the pre-annotation function 'flaky' failed: "
        "function 'flaky' failed with S3Error: the disk is full; "
        "correct the cause and run the job again"
    )


def test_a_pre_annotation_function_that_keeps_failing_is_asked_twice_and_no_more(stage: Any, failing: Any) -> None:
    stage.manifest(*({"source": str(number)} for number in range(50)))
    stage.pre = failing(stage.pre, 99)

    with pytest.raises(JobFailed):
        stage.engine(concurrency=1).run(stage.job)

    assert stage.pre.calls <= 4


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ({}, "'taskInput' is missing"),
        ([], "expected an object"),
        (None, "expected an object"),
        ({"taskInput": "text"}, "taskInput"),
        ({"taskInput": {}, "isHumanAnnotationRequired": "maybe"}, "expected true or false"),
    ],
)
def test_an_answer_that_is_no_pre_annotation_fails_the_job(stage: Any, answer: Json, cause: str) -> None:
    stage.pre.answer = lambda event: answer

    with pytest.raises(JobFailed, match=cause):
        stage.engine().run(stage.job)


def test_results_from_before_a_failure_stay_written(stage: Any) -> None:
    stage.manifest({"source": "0"}, {"source": "1"}, *({"source": "bad"} for _ in range(20)))
    show = stage.pre.answer
    stage.pre.answer = lambda event: show(event) if event["dataObject"]["source"] != "bad" else {}

    with pytest.raises(JobFailed):
        stage.engine(batch_size=1).run(stage.job)

    assert stage.listing(f"{ROOT}/annotations/intermediate/") == [
        f"{ROOT}/annotations/intermediate/1/annotations.manifest",
        f"{ROOT}/annotations/intermediate/2/annotations.manifest",
    ]


def test_a_failed_job_has_no_output_manifest(stage: Any, failing: Any) -> None:
    stage.post = failing(stage.post, 99)

    with pytest.raises(JobFailed):
        stage.engine().run(stage.job)

    assert stage.listing(f"{ROOT}/manifests/") == []


def test_a_post_annotation_function_that_fails_once_is_asked_again(stage: Any, failing: Any) -> None:
    stage.post = failing(stage.post, 1)

    result = stage.engine().run(stage.job)

    assert (result.labeled, stage.post.calls) == (2, 2)


def test_a_post_annotation_function_that_keeps_failing_names_objects_payload_and_cause(
    stage: Any, failing: Any
) -> None:
    stage.post = failing(stage.post, 99)

    with pytest.raises(JobFailed, match=r"objects '0' to '1' \(s3://welds/.*/iteration-1/.*flaky.*the disk is full"):
        stage.engine().run(stage.job)


def carrying(stage: Any, most: int, *heavy: str) -> None:
    """Have the post-annotation function carry so many objects in one answer, and those that are heavy not at all."""
    answer = stage.post.answer

    def bounded(event: Json) -> Json:
        entries = answer(event)
        if len(entries) > most or {each["datasetObjectId"] for each in entries} & set(heavy):
            raise BatchTooLarge(f"function 'post' failed with ObjectTooLarge: {len(entries)} objects")
        return entries

    stage.post.answer = bounded


def items(stage: Any, count: int) -> None:
    stage.answers = []
    stage.manifest(*({"source": str(number)} for number in range(count)))
    for number in range(count):
        stage.answer(str(number), "private.eu-west-1.aaaaaaaaaaaaaaaa", "Good Weld")


def test_a_batch_whose_answer_is_too_large_is_consolidated_in_halves(stage: Any) -> None:
    items(stage, 5)
    carrying(stage, 2)

    result = stage.engine().run(stage.job)

    asked = [call["payload"]["s3Uri"].rpartition("/")[2] for call in stage.post.calls]
    at = asked[0].removesuffix(".json")
    parts = ["", "_objects-1-to-2", "_objects-3-to-5", "_objects-3-to-3", "_objects-4-to-5"]
    assert (result.labeled, result.iterations) == (5, 1)
    assert asked == [f"{at}{part}.json" for part in parts]
    assert [line["WeldingClass-metadata"]["human-annotated"] for line in stage.output()] == ["yes"] * 5


def test_the_labels_of_a_batch_in_halves_are_found_in_its_tree(stage: Any) -> None:
    items(stage, 3)
    carrying(stage, 1)

    stage.engine().run(stage.job)

    contents = TreeReader(JobStorage(stage.client), OutputTree(stage.job.output, stage.job.name)).contents()
    assert set(contents) == {"0", "1", "2"}


def test_only_the_object_whose_answer_alone_is_too_large_fails(stage: Any) -> None:
    items(stage, 7)
    carrying(stage, 7, "4")

    result = stage.engine().run(stage.job)

    failed = [row for row in result.rows if row.outcome is Outcome.FAILED]
    assert (result.labeled, [row.object_id for row in failed]) == (6, ["4"])
    assert re.match("this object alone is too large: .*ObjectTooLarge", failed[0].problem)


def test_a_function_for_which_everything_is_too_large_is_asked_a_bounded_number_of_times(stage: Any) -> None:
    items(stage, 8)
    carrying(stage, 0)

    result = stage.engine().run(stage.job)

    assert (result.failed, len(stage.post.calls)) == (8, 15)


def test_an_answer_that_is_no_list_fails_the_job(stage: Any) -> None:
    stage.post.answer = lambda event: {"oops": 1}

    with pytest.raises(JobFailed, match="expected a list"):
        stage.engine().run(stage.job)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([good("0")], "returned no entry for this object"),
        ([good("0"), good("1"), good("1")], "returned 2 entries for this object"),
        ([good("0"), good("7")], "returned no entry .* 1 for unknown objects, the first '7'"),
        ([good("0"), {"datasetObjectId": "1"}], "unusable entry.*consolidatedAnnotation"),
        ([good("0"), {"datasetObjectId": "1", "consolidatedAnnotation": "x"}], "unusable entry"),
        ([good("0"), entry(1, WeldingClass="x")], "unusable entry.*datasetObjectId"),
        ([good("0"), entry("1", Other="x")], "no label under 'WeldingClass' .found 'Other'"),
        ([good("0"), entry("1", WeldingClass=None)], "no label under"),
        ([good("0"), "text", None], "returned no entry"),
    ],
)
def test_only_the_object_without_exactly_one_usable_entry_fails(stage: Any, entries: list[Json], reason: str) -> None:
    stage.post.answer = lambda event: entries

    result = stage.engine().run(stage.job)

    assert (result.labeled, result.failed, bool(re.search(reason, result.rows[1].problem))) == (1, 1, True)


def test_a_failed_line_has_no_label_but_the_reason(stage: Any) -> None:
    stage.post.answer = lambda event: [good("0")]

    stage.engine().run(stage.job)

    assert stage.output()[1] == {
        "source": "s3://welds/dataset/1.json",
        "WeldingClass-metadata": {
            "retry-count": 1,
            "failure-reason": "the post-annotation function returned no entry for this object, not exactly one",
            "human-annotated": "true",
        },
    }


def test_an_entry_for_an_unknown_object_harms_no_other(stage: Any) -> None:
    stage.post.answer = lambda event: [good("0"), good("1"), good("7")]

    result = stage.engine().run(stage.job)

    assert result.labeled == 2


def test_an_object_that_nobody_answered_is_not_in_the_payload(stage: Any) -> None:
    stage.answers = [answer for answer in stage.answers if answer["datasetObjectId"] == "1"]

    stage.engine().run(stage.job)

    key = next(key for key in stage.listing() if "/consolidation-request/" in key)
    assert [item["datasetObjectId"] for item in stage.json(key)] == ["1"]


def test_an_object_that_nobody_answered_fails_with_that_reason(stage: Any) -> None:
    stage.answers = []

    result = stage.engine().run(stage.job)

    reasons = [line["WeldingClass-metadata"]["failure-reason"] for line in stage.output()]
    assert (reasons, result.failed) == (["no worker answered this object"] * 2, 2)


def test_an_object_that_failed_in_an_earlier_job_is_shown_again(stage: Any) -> None:
    stage.manifest({"source": "0", "WeldingClass-metadata": {"failure-reason": "nobody"}})

    stage.engine().run(stage.job)

    assert stage.output()[0]["WeldingClass-metadata"]["human-annotated"] == "yes"


@pytest.mark.parametrize(
    ("manifest", "cause"),
    [
        (b"", "has no lines"),
        (b"\n", "line 1: this is not JSON"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b'{"source": "a"}\n{"source": 3}', "line 2.*'source'"),
        (b'{"source": "a"}\nno json', "line 2.*not JSON"),
    ],
)
def test_a_wrong_manifest_is_refused_before_anything_is_invoked(stage: Any, manifest: bytes, cause: str) -> None:
    stage.put("manifest.jsonl", manifest)

    with pytest.raises(InvalidDocument, match=cause):
        stage.engine().run(stage.job)

    assert stage.pre.calls == []


def test_a_wrong_manifest_costs_no_earlier_output(stage: Any) -> None:
    stage.put(f"{ROOT}/old.json", "{}")
    stage.put("manifest.jsonl", "no json")

    with pytest.raises(InvalidDocument):
        stage.engine().run(stage.job, overwrite=True)

    assert stage.listing() == [f"{ROOT}/old.json"]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["OutputConfig"].update(S3OutputPath="s3://elsewhere/output"),
        lambda document: document.update(LabelCategoryConfigS3Uri="s3://welds/none.json"),
        lambda document: document["InputConfig"]["DataSource"]["S3DataSource"].update(
            ManifestS3Uri="s3://welds/none.jsonl"
        ),
    ],
)
def test_a_missing_bucket_or_object_is_named_before_anything_is_invoked(
    stage: Any, change: Callable[[Json], None]
) -> None:
    change(stage.document)

    with pytest.raises(ObjectMissing, match=r"s3://(elsewhere|welds/none)"):
        stage.engine().run(stage.job)

    assert stage.pre.calls == []


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"concurrency": 0}])
def test_sizes_below_one_are_refused(stage: Any, options: dict[str, int]) -> None:
    with pytest.raises(InvalidConfiguration, match="from 1"):
        stage.engine(**options)


def test_unusual_answers_reach_the_worker_response_as_objects(stage: Any) -> None:
    content = {"WeldingClassification": {"label": "a &amp; <b>\u2028"}, "list": [1, None]}
    stage.answers = [{"datasetObjectId": "0", "workerId": "w", "answerContent": content}]

    stage.engine().run(stage.job)

    key = next(key for key in stage.listing() if "/worker-response/" in key)
    assert json.loads(stage.get(key))["answers"][0]["answerContent"] == content
