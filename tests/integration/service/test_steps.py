"""A job step by step on both databases: its output, its counters, and what happens when something fails."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tracemark.document import Json
from tracemark.errors import StorageUnavailable
from tracemark_groundtruth.errors import BatchTooLarge, TaskExpired
from tracemark_groundtruth.running import consolidation as batches
from tracemark_groundtruth.running import steps
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus, ObjectState

ROOT = "output/Welds"
AT = "2021-11-01_17:42:26.json"
CONSOLIDATED = f"{ROOT}/annotations/consolidated-annotation"
GOLDEN_TREE = [
    f"{CONSOLIDATED}/consolidation-request/iteration-1/{AT}",
    f"{CONSOLIDATED}/consolidation-response/iteration-1/{AT}",
    f"{ROOT}/annotations/intermediate/1/annotations.manifest",
    f"{ROOT}/annotations/worker-response/iteration-1/0/{AT}",
    f"{ROOT}/manifests/output/output.manifest",
]


def stop(shop: Any) -> None:
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)


def work(shop: Any, *names: str, objects: int) -> None:
    """Let each worker label that many objects."""
    for name in names:
        worker = shop.worker(name)
        for _ in range(objects):
            shop.answer(worker, f"seen by {name}")


def test_a_labeled_job_writes_ground_truths_tree_and_is_completed(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    work(shop, "ada", "bob", objects=1)

    shop.advance()

    assert (shop.record.status, shop.written()) == (JobStatus.COMPLETED, GOLDEN_TREE)


def test_a_line_of_the_output_manifest_is_the_input_line_with_label_and_metadata(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    work(shop, "ada", objects=1)

    shop.advance()

    assert shop.output() == [
        {
            "source": "a",
            "weld-class": {"class": {"label": "seen by ada"}},
            "weld-class-metadata": {
                "type": "groundtruth/custom",
                "job-name": "labeling-job/welds",
                "human-annotated": "yes",
                "creation-date": "2021-11-01T17:42:26.177000",
            },
        }
    ]


def test_the_worker_response_tells_who_answered_when_and_how_long_it_took(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    task = shop.take(worker)
    shop.clock.forward(12.5)
    shop.task_queue.submit(worker, task.task_id, {"class": {"label": "ä"}})
    shop.advance()

    (key,) = [key for key in shop.written() if "worker-response" in key]

    (answer,) = json.loads(shop.get(key))["answers"]
    identity = answer.pop("workerMetadata")["identityData"]
    assert answer == {
        "answerContent": {"class": {"label": "ä"}},
        "workerId": str(worker),
        "acceptanceTime": "2021-11-01T17:42:26.177Z",
        "submissionTime": "2021-11-01T17:42:38.677Z",
        "timeSpentInSeconds": 12.5,
    }
    assert identity["sub"] == shop.task_queue.account("ADA").subject


def test_objects_that_need_no_human_and_objects_with_a_label_are_left_as_they_are(shop: Any) -> None:
    lines = [{"source": "left out"}, {"source": "b", "weld-class": 1}, {"source": "c"}]
    shop.job("-", NumberOfHumanWorkersPerDataObject=1)
    shop.put("manifest.jsonl", "\n".join(json.dumps(line) for line in lines))
    shop.advance()
    work(shop, "ada", objects=1)

    shop.advance()

    assert shop.output()[:2] == lines[:2]
    assert Jobs(shop.database).counts(shop.record.job_id) == {
        ObjectState.LEFT_OUT: 1,
        ObjectState.ALREADY_LABELED: 1,
        ObjectState.LABELED: 1,
    }


def test_the_output_of_one_job_can_be_the_input_of_the_next(shop: Any) -> None:
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "first job")
    stop(shop)
    shop.advance()
    first = shop.output()
    shop.put("manifest.jsonl", shop.get(f"{ROOT}/manifests/output/output.manifest"))

    chained = shop.chained("Second")
    chained.advance()

    assert chained.take(worker).task_input == {"seen": {"source": "b"}}
    assert "weld-class" in first[0]


def test_no_more_objects_are_open_than_the_job_allows(shop: Any) -> None:
    shop.job(*"abcde", MaxConcurrentTaskCount=2, NumberOfHumanWorkersPerDataObject=1)

    shop.advance()

    assert len(shop.functions.pre.calls) == 2


def test_an_object_that_nobody_answered_in_time_fails_with_its_reason(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    shop.clock.forward(600)

    shop.advance()

    assert shop.output()[0]["weld-class-metadata"] == {
        "retry-count": 1,
        "failure-reason": "no worker answered this object",
        "human-annotated": "true",
    }
    assert shop.record.status is JobStatus.COMPLETED


def test_an_object_that_one_of_two_answered_in_time_is_consolidated_with_that_answer(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    work(shop, "ada", objects=1)
    shop.clock.forward(600)

    shop.advance()

    assert shop.output()[0]["weld-class"] == {"class": {"label": "seen by ada"}}


def test_a_task_that_is_held_when_the_availability_ends_may_still_be_answered(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    shop.clock.forward(590)
    task = shop.take(worker)
    shop.clock.forward(20)
    shop.advance()

    shop.task_queue.submit(worker, task.task_id, {"class": {"label": "late"}})
    shop.advance()

    assert shop.output()[0]["weld-class"] == {"class": {"label": "late"}}


def test_a_job_that_is_stopped_keeps_every_answer_and_takes_tasks_back(shop: Any) -> None:
    shop.job("a", "b", "c")
    shop.advance()
    work(shop, "ada", objects=1)
    worker = shop.worker("bob")
    task = shop.take(worker)
    stop(shop)

    shop.advance()

    assert shop.record.status is JobStatus.STOPPED
    assert [line.get("weld-class") for line in shop.output()] == [{"class": {"label": "seen by ada"}}, None, None]
    with pytest.raises(TaskExpired):
        shop.task_queue.submit(worker, task.task_id, {"class": {"label": "too late"}})


def test_a_function_that_fails_once_is_asked_again(shop: Any) -> None:
    shop.functions.pre.failures = shop.functions.post.failures = 1
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    work(shop, "ada", objects=1)

    shop.advance()

    assert shop.record.status is JobStatus.COMPLETED


def test_a_function_that_always_fails_for_one_object_fails_the_job_naming_object_function_and_cause(shop: Any) -> None:
    shop.functions.pre.fails_for = "bad"
    shop.job("a", "bad", "c")

    shop.advance()

    assert shop.record.status is JobStatus.FAILED
    assert shop.record.failure_reason == (
        "job 'Welds' object '1' ('bad'): the pre-annotation function 'pre' failed: "
        "function 'pre' failed with ValueError: it has had enough; correct the cause and run the job again"
    )


def test_answers_too_large_for_one_call_cost_only_the_object_that_alone_is_too_large(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shop.functions.post.answer

    def bounded(event: Json) -> Json:
        found = whole(event)
        if len(json.dumps(found)) > 400:
            raise BatchTooLarge("function 'post' failed with ObjectTooLarge: more than 400 bytes")
        return found

    monkeypatch.setattr(shop.functions.post, "answer", bounded)
    shop.job("a", "b", "c", "d", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    for label in ("first", "x" * 1_000, "third", "fourth"):
        shop.answer(worker, label)

    shop.advance()

    assert shop.record.status is JobStatus.COMPLETED
    labels = [line.get("weld-class", {}).get("class", {}).get("label") for line in shop.output()]
    assert labels == ["first", None, "third", "fourth"]
    assert "this object alone is too large" in shop.output()[1]["weld-class-metadata"]["failure-reason"]


def test_a_consolidation_that_fails_for_good_fails_the_job_and_keeps_what_was_written_before(shop: Any) -> None:
    shop.options["batch_size"] = 1
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "first")
    shop.advance()
    shop.functions.post.failures = 2
    shop.answer(worker, "second")

    shop.advance()

    assert "function 'post' failed" in (shop.record.failure_reason or "")
    assert f"{ROOT}/annotations/intermediate/1/annotations.manifest" in shop.written()


@pytest.mark.parametrize(
    ("manifest", "cause"),
    [("", "has no lines"), ('{"source": "a"}\n{', "line 2"), ('{"sauce": "a"}', "'source'")],
    ids=["empty", "no JSON", "no source"],
)
def test_a_manifest_that_cannot_be_used_fails_the_job_at_the_start(shop: Any, manifest: str, cause: str) -> None:
    shop.job("a")
    shop.put("manifest.jsonl", manifest)

    shop.advance()

    assert (shop.record.status, cause in (shop.record.failure_reason or "")) == (JobStatus.FAILED, True)


def test_the_output_of_an_earlier_job_is_never_overwritten(shop: Any) -> None:
    shop.put(f"{ROOT}/manifests/output/output.manifest", "precious")
    shop.job("a")

    shop.advance()

    assert "has written here" in (shop.record.failure_reason or "")


def test_an_import_that_was_broken_off_starts_anew(shop: Any) -> None:
    shop.job("a", "b")
    steps = shop.steps
    steps.active.objects.add(list(shop.lines("a")))

    shop.advance()

    assert Jobs(shop.database).counts(shop.record.job_id) == {ObjectState.OPEN: 2}


def test_a_batch_that_was_broken_off_is_done_again_under_the_same_keys(shop: Any, monkeypatch: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    work(shop, "ada", objects=1)
    with monkeypatch.context() as patched:
        patched.setattr(batches, "_record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            shop.advance()
    shop.clock.forward(100)

    shop.advance()

    assert shop.written() == GOLDEN_TREE


def test_while_s3_does_not_answer_a_job_waits_and_no_function_is_blamed(shop: Any, monkeypatch: Any) -> None:
    def unavailable(*_: object) -> bool:
        raise StorageUnavailable("S3 answered with an error (503)")

    shop.job("a")
    shop.steps.advance()
    shop.functions.pre.failures = 1
    with monkeypatch.context() as patched:
        patched.setattr(JobStorage, "holds_any", unavailable)
        with pytest.raises(StorageUnavailable):
            shop.advance()

    shop.advance()

    assert (shop.record.status, shop.task_queue.take(shop.worker(), "Welds") is not None) == (
        JobStatus.IN_PROGRESS,
        True,
    )


def test_a_reason_that_no_database_can_hold_ends_a_job_as_well(shop: Any) -> None:
    shop.job("a")

    shop.steps.fail("it said \0 and \ud800")

    assert shop.record.status is JobStatus.FAILED
    assert shop.record.failure_reason.startswith("it said \ufffd and")


def test_what_is_nested_too_deeply_ends_the_job_with_its_reason(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(_: object) -> bool:
        return exhaust(_)

    shop.job("a")
    monkeypatch.setattr(steps, "prepare_objects", exhaust)

    shop.advance()

    assert shop.record.status is JobStatus.FAILED
    assert "nested" in shop.record.failure_reason
