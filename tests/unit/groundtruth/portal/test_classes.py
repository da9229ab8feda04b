"""Answers whose class the job does not have are refused at submit; nothing else is, and no work is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from support.fake_s3 import MemoryS3
from support.fake_task_queue import MemoryTaskQueue
from support.portal_client import Browser

from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri

LABELS = S3Uri.parse("s3://welds/labels.json")
TEMPLATE = "s3://welds/templates/weld.html"
PAGE = b"""<crowd-form>
<crowd-classifier name="Defect" categories='["Pore", "Good Weld"]'></crowd-classifier>
</crowd-form>"""


@pytest.fixture
def own_classes(task_queue: MemoryTaskQueue, s3: MemoryS3) -> None:
    """Let the job have a category file, and its page a class too many."""
    task_queue.jobs_in_progress = [replace(job, label_categories=LABELS) for job in task_queue.jobs_in_progress]
    s3.objects[str(LABELS)] = (
        json.dumps({"labels": [{"label": "Pore"}, {"label": "Crack"}]}).encode(),
        "application/json",
    )
    s3.objects[TEMPLATE] = (PAGE, "text/html")


@pytest.fixture
def anna(browsers: Callable[[], Browser]) -> Browser:
    found = browsers()
    found.sign_in("anna")
    return found


def submitted(anna: Browser, answer: Json, *, shown: bool = True) -> tuple[int, str]:
    task = anna.start()
    if shown:
        assert anna.get(f"{task}/frame").status_code == 200
    found = anna.submit(task, json.dumps({"Defect": answer}))
    return found.status_code, str(found.json().get("error", ""))


@pytest.mark.usefixtures("own_classes")
@pytest.mark.parametrize("shown", [True, False])
def test_a_class_of_the_job_is_saved(anna: Browser, task_queue: MemoryTaskQueue, shown: bool) -> None:
    assert submitted(anna, {"label": "Crack"}, shown=shown)[0] == 200
    assert len(task_queue.answers) == 1


@pytest.mark.usefixtures("own_classes")
@pytest.mark.parametrize("shown", [True, False])
def test_a_class_that_the_job_does_not_have_is_refused_with_words_for_the_worker(
    anna: Browser, task_queue: MemoryTaskQueue, shown: bool
) -> None:
    status, error = submitted(anna, {"label": "Good Weld"}, shown=shown)

    assert (status, task_queue.answers) == (400, {})
    assert error.startswith("'Good Weld' is none of this job's classes (Pore, Crack)")


@pytest.mark.usefixtures("own_classes")
def test_after_a_refusal_the_worker_can_answer_again(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    submitted(anna, {"label": "Good Weld"})

    assert submitted(anna, {"label": "Pore"})[0] == 200


@pytest.mark.usefixtures("own_classes")
def test_an_answer_is_saved_unchecked_when_s3_does_not_tell_the_classes(anna: Browser, s3: MemoryS3) -> None:
    task = anna.start()
    s3.objects[str(LABELS)] = 403

    assert anna.submit(task, '{"Defect": {"label": "Good Weld"}}').status_code == 200


def test_a_job_without_a_category_file_takes_any_class(anna: Browser, s3: MemoryS3) -> None:
    s3.objects[TEMPLATE] = (PAGE, "text/html")

    assert submitted(anna, {"label": "anything"})[0] == 200
