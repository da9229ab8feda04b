"""The answers of a finished Ground Truth job, put through the engine once more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracemark.document import Json

CLASSIFIER = "crowd-image-classifier"
WORKER_RESPONSE = re.compile(r"worker-response/iteration-\d+/\d+/\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d\.json")


def answers(folder: Path) -> Iterator[Json]:
    for file in sorted(folder.glob("worker-response/*/*/*.json")):
        for answer in json.loads(file.read_text(encoding="utf-8"))["answers"]:
            yield {**answer, "datasetObjectId": file.parent.name}


@pytest.fixture
def birds(stage: Any, reference_data: Path) -> Any:
    """Return the job with the real answers."""
    folder = reference_data / "ground-truth-job"
    lines = (folder / "output.manifest").read_text(encoding="utf-8").splitlines()
    stage.manifest(*({"source-ref": json.loads(line)["source-ref"]} for line in lines))
    stage.answers = list(answers(folder))
    stage.document["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] = 5
    return stage


def test_every_object_of_the_real_job_gets_its_line(birds: Any) -> None:
    result = birds.engine().run(birds.job)

    assert (result.total, result.labeled, result.iterations) == (302, 302, 7)


def test_worker_responses_lie_and_read_as_ground_truth_wrote_them(birds: Any, reference_data: Path) -> None:
    theirs = json.loads(next(reference_data.glob("ground-truth-job/worker-response/*/0/*.json")).read_text("utf-8"))

    birds.engine().run(birds.job)

    key = next(key for key in birds.listing() if "/worker-response/" in key and "/0/" in key)
    ours = birds.json(key)["answers"]
    kept = [{name: given[name] for name in ("answerContent", "workerId")} for given in ours]
    assert kept == [{name: given[name] for name in ("answerContent", "workerId")} for given in theirs["answers"]]


def test_keys_of_worker_responses_have_the_real_jobs_form(birds: Any, reference_data: Path) -> None:
    birds.engine().run(birds.job)

    ours = [key for key in birds.listing() if "/worker-response/" in key]
    theirs = [str(file) for file in reference_data.glob("ground-truth-job/worker-response/*/*/*.json")]
    assert {len(ours), len(theirs), sum(bool(WORKER_RESPONSE.search(key)) for key in ours + theirs) // 2} == {302}
