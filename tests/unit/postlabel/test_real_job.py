"""A finished Ground Truth job with true labels, answered again by this function."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from unit.postlabel.conftest import Consolidated

JOB = Path(__file__).parents[3].parent / "shared/data/ground-truth-job"
CLASSIFIER = "crowd-image-classifier"


@pytest.fixture(scope="module")
def job() -> Path:
    if not JOB.is_dir():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"the real job is not at {JOB}")
    return JOB


@pytest.fixture(scope="module")
def true_labels(job: Path) -> dict[str, str]:
    """The true label by object id, which is the 0-based line of the manifest."""
    true = {each["ImageId"]: each["Label"] for each in json.loads((job / "true_labels.json").read_text())}
    lines = (job / "output.manifest").read_text().splitlines()
    images = [PurePosixPath(json.loads(line)["source-ref"]).stem for line in lines]
    return {str(number): true[image] for number, image in enumerate(images)}


@pytest.fixture
def verdicts(job: Path, consolidated: Consolidated) -> dict[str, Any]:
    responses = sorted((job / "worker-response").glob("iteration-*/*/*.json"))
    return consolidated([_entry(response) for response in responses])


def test_every_object_gets_one_entry(true_labels: dict[str, str], verdicts: dict[str, Any]) -> None:
    expected = sorted(true_labels)

    found = sorted(verdicts)

    assert found == expected


def test_nine_labels_in_ten_are_true(true_labels: dict[str, str], verdicts: dict[str, Any]) -> None:
    right = [verdicts[object_id][CLASSIFIER] == label for object_id, label in true_labels.items()]

    share = sum(right) / len(right)

    assert share >= 0.9


def test_no_answer_is_lost(job: Path, verdicts: dict[str, Any]) -> None:
    answers = 1510

    counted = sum(sum(verdict["votes"].values()) for verdict in verdicts.values())

    assert counted == answers


def _entry(response: Path) -> dict[str, Any]:
    answers = json.loads(response.read_text())["answers"]
    annotations = [
        {"workerId": answer["workerId"], "annotationData": {"content": json.dumps(answer["answerContent"])}}
        for answer in answers
    ]
    return {"datasetObjectId": response.parent.name, "dataObject": {}, "annotations": annotations}
