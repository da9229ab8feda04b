"""The final pass of the service: made when a job completes, never to the job's harm."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

import pytest

from tracemark.document import Node
from tracemark.errors import TracemarkError
from tracemark_groundtruth.api.jobs import JobOperations
from tracemark_groundtruth.finished.tree_answers import TreeAnswers
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.prepared import AnswerSource
from tracemark_groundtruth.labeling.inputs import manifest_lines
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus


class Pass:
    """A final pass that notes what the output manifest was when it was made, and then may fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.seen: list[bytes] = []

    def __call__(self, job: LabelingJob, storage: JobStorage, answers: AnswerSource) -> None:
        self.answers = answers
        self.seen.append(storage.read(OutputTree(job.output, job.name).output_manifest, 10_000))
        if self.error:
            raise self.error


def complete(shop: Any, final_pass: Pass | None) -> None:
    shop.options["final_pass"] = final_pass
    shop.job("a", "left out", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    shop.answer(shop.worker(), "Good Weld")
    shop.advance()


def test_a_job_that_completes_is_decided_again_once_its_output_is_written(shop: Any) -> None:
    made = Pass()

    complete(shop, made)

    assert shop.record.status is JobStatus.COMPLETED
    assert [manifest.decode() for manifest in made.seen] == [shop.get("output/Welds/manifests/output/output.manifest")]
    assert shop.record.failure_reason is None


@pytest.mark.parametrize(
    "error", [TracemarkError("no such policy"), RecursionError("too deep"), MemoryError("no room")]
)
def test_a_final_pass_that_fails_is_logged_and_described_and_the_job_completes(
    shop: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        complete(shop, Pass(error))

    operations = JobOperations(shop.database, shop.functions)
    described = operations.describe(Node({"LabelingJobName": "Welds"}, "request"))
    assert (described["LabelingJobStatus"], len(shop.output())) == ("Completed", 2)
    assert f"the final pass failed, the output manifest is complete: {error}" in described["FailureReason"]
    assert "1 of 2 objects" in described["FailureReason"]
    assert [record.message for record in caplog.records] == ["the final pass failed"]


def test_the_answers_are_those_of_the_worker_responses_in_their_order(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracemark_groundtruth.running.final_pass._AT_ONCE", 2)
    made = Pass()
    shop.options["final_pass"] = made
    shop.job("a", "left out", "b", "c", "d", "e", NumberOfHumanWorkersPerDataObject=2)
    shop.advance()
    workers = [shop.worker(name) for name in ("zoe", "ada", "bob")]
    shop.task_queue.decline(workers[0], shop.take(workers[0]).task_id)
    for number, worker in enumerate(workers[1:] * 3 + workers[:1]):
        shop.clock.forward(0.4)
        shop.answer(worker, f"{number} \u00f6 \ud83d\ude00")
    shop.clock.forward(10**6)  # e has no answer

    shop.advance()

    manifest = BytesIO(made.seen[0])
    stored, tree = (
        [(each.line, [(one.worker_id, one.content) for one in each.answers]) for each in source.answered(lines)]
        for source in (made.answers, TreeAnswers(TreeReader(JobStorage(shop.client), shop.steps.active.tree)))
        for lines in [list(manifest_lines(manifest, "manifest", is_input=False))]
    )
    assert stored == tree
    assert [(line.index, len(answers)) for line, answers in stored] == [(0, 2), (2, 2), (3, 2), (4, 1)]


def test_a_service_without_a_final_pass_makes_none(shop: Any) -> None:
    complete(shop, None)

    assert shop.record.status is JobStatus.COMPLETED
    assert not [key for key in shop.written() if "consolidated/" in key]


def test_a_stopped_job_is_not_decided_again(shop: Any) -> None:
    made = Pass()
    shop.options["final_pass"] = made
    shop.job("a")
    shop.advance()
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)

    shop.advance()

    assert (shop.record.status, made.seen) == (JobStatus.STOPPED, [])
