"""Jobs read back from their output trees: our own, finished and under way, and Ground Truth's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracemark.errors import ObjectMissing
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.hard import next_round
from tracemark_groundtruth.finished.item import Standing
from tracemark_groundtruth.finished.summary import Summary
from tracemark_groundtruth.s3.job_storage import JobStorage

TREE = "output/WeldingLabelJob1"
MANIFEST = f"{TREE}/manifests/output/output.manifest"


def read(stage: Any, *listed: str) -> FinishedJob:
    return FinishedJob.read(JobStorage(stage.client), stage.job, listed)


def test_a_finished_job_tells_its_labels_and_its_answers(stage: Any) -> None:
    stage.engine().run(stage.job)

    job = read(stage)

    assert [(item.id, item.label.name if item.label else "") for item in job.items] == [
        ("0", "Good Weld"),
        ("1", "Good Weld"),
    ]
    assert job.items[0].votes == {"Good Weld": 1, "Burn Through": 1}
    assert (job.is_finished, job.classes) == (True, ("Burn Through", "Good Weld"))


def test_a_job_under_way_tells_what_is_labeled_so_far(stage: Any) -> None:
    stage.engine(batch_size=1).run(stage.job)
    stage.client.delete_object(Bucket="welds", Key=MANIFEST)
    second = next(key for key in stage.listing() if "consolidation-response/iteration-2/" in key)
    stage.client.delete_object(Bucket="welds", Key=second)

    job = read(stage)

    assert [item.standing for item in job.items] == [Standing.LABELED, Standing.WAITING]
    assert [len(item.answers) for item in job.items] == [2, 2]
    assert not job.is_finished


def test_failed_and_left_out_objects_say_why(stage: Any) -> None:
    lines = [
        {"source": "s3://welds/0.json", "WeldingClass-metadata": {"failure-reason": "no worker\nanswered"}},
        {"source": "s3://welds/1.json"},
    ]
    stage.put(MANIFEST, "".join(json.dumps(line) + "\n" for line in lines))

    job = read(stage)

    assert [(item.standing, item.failure) for item in job.items] == [
        (Standing.FAILED, "no worker answered"),
        (Standing.LEFT_OUT, ""),
    ]


def test_the_last_answer_of_a_worker_counts_across_iterations(stage: Any) -> None:
    stage.engine().run(stage.job)
    again = {"answers": [{"workerId": "private.eu-west-1.aaaaaaaaaaaaaaaa", "answerContent": {"c": {"label": "x"}}}]}
    stage.put(f"{TREE}/annotations/worker-response/iteration-10/0/2021-11-02_17:42:26.json", json.dumps(again))

    (first, _) = read(stage).items[0].answers

    assert first.labels == {"c": "x"}


def test_a_job_that_has_not_begun_is_named(stage: Any) -> None:
    stage.client.delete_object(Bucket="welds", Key="manifest.jsonl")

    with pytest.raises(ObjectMissing, match=r"run the job first"):
        read(stage)


def test_a_next_round_labels_the_object_again_under_the_same_attribute(stage: Any) -> None:
    stage.engine().run(stage.job)
    job = read(stage)
    stage.put("manifest.jsonl", next_round(job, job.items[1:]))
    stage.document["LabelingJobName"] = "Round2"

    result = stage.engine().run(stage.job)

    shown = stage.pre.calls[-1]["dataObject"]
    assert (result.labeled, shown["source"]) == (1, "s3://welds/dataset/1.json")
    assert shown["earlier"][0]["votes"] == [{"label": "Good Weld", "count": 1}, {"label": "Burn Through", "count": 1}]


@pytest.fixture
def birds(stage: Any, reference_data: Path) -> Any:
    """Return a job whose output tree is that of the real Ground Truth job."""
    folder = reference_data / "ground-truth-job"
    stage.put(MANIFEST, (folder / "output.manifest").read_bytes())
    for file in folder.glob("worker-response/*/*/*.json"):
        stage.put(f"{TREE}/annotations/{file.relative_to(folder).as_posix()}", file.read_bytes())
    stage.document["LabelAttributeName"] = "birds-open-images-clone"
    return stage


def test_the_real_ground_truth_job_is_summed_up(birds: Any, reference_data: Path) -> None:
    listed = json.loads((reference_data / "ground-truth-job/true_labels.json").read_text(encoding="utf-8"))
    by_image = {entry["ImageId"]: entry["Label"] for entry in listed}
    job = read(birds)
    truth = {item.id: by_image[item.source.rpartition("/")[2].removesuffix(".jpg")] for item in job.items}

    found = Summary.of(job, truth, "Not sure")

    assert (found.progress.objects, found.progress.answers, len(found.workers)) == (302, 1510, 97)
    assert found.agreement.alpha is not None
    assert round(found.agreement.alpha.value, 3) == 0.821
    assert found.reliability is not None
    assert (round(found.reliability.accuracy, 4), round(found.reliability.brier or 0, 4)) == (0.9007, 0.0886)
