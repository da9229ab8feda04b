"""A function that hangs keeps its own job waiting and no other: those open their objects and are consolidated."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import pytest
from support.waiting import wait_until

from tracemark.document import Json
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.running.context import RunnerContext
from tracemark_groundtruth.running.runner import Runner
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus


@dataclass
class Hanging:
    """A function that answers nothing until the test ends."""

    name: str
    released: Event
    calls: list[Json] = field(default_factory=list)

    def invoke(self, payload: Json) -> Json:
        self.calls.append(payload)
        self.released.wait()
        return {"taskInput": {}, "isHumanAnnotationRequired": "false"} if self.name == "pre" else []


@dataclass
class Hang:
    """Functions of which those of jobs named `Hung…` hang."""

    pre: Any
    post: Any
    hanging: Hanging

    def pre_annotation(self, job: LabelingJob) -> Function:
        hangs = job.name.startswith("Hung") and self.hanging.name == "pre"
        return self.hanging if hangs else self.pre

    def post_annotation(self, job: LabelingJob) -> Function:
        hangs = job.name.startswith("Hung") and self.hanging.name == "post"
        return self.hanging if hangs else self.post


@pytest.mark.parametrize("name", ["pre", "post"])
def test_other_jobs_are_opened_and_consolidated(shop: Any, name: str) -> None:
    released = Event()
    functions = Hang(shop.functions.pre, shop.functions.post, Hanging(name, released))
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    hung = [shop.chained(f"Hung{number}") for number in range(9)]
    ada = shop.worker()
    context = RunnerContext(shop.database, JobStorage(shop.client), functions, shop.clock, concurrency=2)

    with Runner(context):
        try:
            if name == "post":
                for job in hung:
                    answer_all(job, ada)
            wait_until(lambda: len(functions.hanging.calls) >= len(hung), "every hanging job's call")

            answer_all(shop, ada)
            wait_until(lambda: shop.record.status is JobStatus.COMPLETED, "the end of the job")
        finally:
            released.set()
            for job in hung:
                Jobs(shop.database).advance(
                    job.record.job_id, (JobStatus.IN_PROGRESS,), JobStatus.FAILED, "the test ends"
                )

    assert [json.loads(line)["source"] for line in shop.get(OUTPUT).splitlines()] == ["a", "b"]


OUTPUT = "output/Welds/manifests/output/output.manifest"


def answer_all(job: Any, worker: Any) -> None:
    for _ in range(2):
        task = wait_until(lambda: take(job, worker), "a task")
        job.task_queue.submit(worker, task.task_id, {"class": {"label": "good"}})


def take(job: Any, worker: Any) -> Any:
    return job.task_queue.take(worker, job.name) if job.record.status is JobStatus.IN_PROGRESS else None
