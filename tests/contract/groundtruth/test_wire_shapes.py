"""The JSON that crosses the border to the functions and to readers of the output, letter for letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracemark.contract.manifest import DataObject
from tracemark.contract.postannotation import PostAnnotationRequest
from tracemark.contract.preannotation import PreAnnotationRequest
from tracemark.document import Json
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.functions.function import InProcess
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.labeling.consolidation import Consolidation, consolidation_request
from tracemark_groundtruth.s3.job_storage import JobStorage

AT = datetime(2020, 9, 15, 16, 16, 11, tzinfo=UTC)
BUCKET = "s3://iiot-custom-label-blog-bucket-unn4d0l4j0"

# The example events of the tutorial.
PRE_EVENT = {
    "version": "2018-10-06",
    "labelingJobArn": "arn:aws:sagemaker:eu-west-1:261679111194:labeling-job/weldinglabeljob1",
    "dataObject": {"source": f"{BUCKET}/dataset/dataset-1.json"},
}
POST_EVENT = {
    "version": "2018-10-06",
    "labelingJobArn": "arn:aws:sagemaker:eu-west-1:261679111194:labeling-job/weldinglabeljob1",
    "payload": {
        "s3Uri": f"{BUCKET}/output/WeldingLabelJob1/annotations/consolidated-annotation/consolidation-request/"
        "iteration-1/2020-09-15_16:16:11.json"
    },
    "labelAttributeName": "WeldingLabelJob1",
    "roleArn": "arn:aws:iam::261679111194:role/AmazonSageMaker-Service-role-unn4d0l4j0",
    "outputConfig": f"{BUCKET}/output/WeldingLabelJob1/annotations",
    "maxHumanWorkersPerDataObject": 1,
}


@pytest.fixture
def job() -> LabelingJob:
    text = f"""
LabelingJobName: WeldingLabelJob1
LabelAttributeName: WeldingLabelJob1
InputConfig: {{DataSource: {{S3DataSource: {{ManifestS3Uri: '{BUCKET}/manifest'}}}}}}
OutputConfig: {{S3OutputPath: '{BUCKET}/output/'}}
RoleArn: arn:aws:iam::261679111194:role/AmazonSageMaker-Service-role-unn4d0l4j0
HumanTaskConfig:
  WorkteamArn: arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/welding-experts
  UiConfig: {{UiTemplateS3Uri: '{BUCKET}/templates/weld.html'}}
  TaskTitle: Welding
  TaskDescription: Classify the weld
  NumberOfHumanWorkersPerDataObject: 1
  TaskTimeLimitInSeconds: 3600
"""
    return LabelingJob.parse(text.encode(), "job.yaml")


@pytest.fixture
def consolidation(job: LabelingJob) -> Consolidation:
    tree = OutputTree(S3Prefix.parse(f"{BUCKET}/output"), job.name)
    return Consolidation(job, InProcess("post", lambda event, context: []), JobStorage(None), tree, lambda: AT)


def event(consolidation: Consolidation, payload: S3Uri) -> Json:
    return consolidation_request(consolidation.job, consolidation.tree, payload, None).to_json()


def test_the_pre_annotation_event_is_the_tutorials(job: LabelingJob) -> None:
    line = DataObject.parse(f'{{"source": "{BUCKET}/dataset/dataset-1.json"}}', 0)

    assert PreAnnotationRequest.of(line, job.labeling_job_arn).to_json() == PRE_EVENT


def test_the_post_annotation_event_is_the_tutorials(consolidation: Consolidation) -> None:
    payload = consolidation.tree.consolidation_request(1, AT)

    assert json.dumps(event(consolidation, payload)) == json.dumps(POST_EVENT)


def test_the_post_annotation_event_is_one_that_our_own_function_reads(consolidation: Consolidation) -> None:
    payload = consolidation.tree.consolidation_request(1, AT)

    assert PostAnnotationRequest.parse(event(consolidation, payload)).payload == payload


def test_a_labeled_line_has_ground_truths_metadata(job: LabelingJob) -> None:
    line = DataObject(0, {"source": "s3://welds/a.json"})

    written = job.output_lines.labeled(line, {"WeldingLabelJob1": {"WeldingClassification": "Not sure"}}, AT)

    assert written.to_bytes() == (
        b'{"source":"s3://welds/a.json","WeldingLabelJob1":{"WeldingClassification":"Not sure"},'
        b'"WeldingLabelJob1-metadata":{"type":"groundtruth/custom","job-name":"labeling-job/weldinglabeljob1",'
        b'"human-annotated":"yes","creation-date":"2020-09-15T16:16:11.000000"}}\n'
    )


def test_a_failed_line_has_ground_truths_metadata(job: LabelingJob) -> None:
    line = DataObject(0, {"source": "s3://welds/a.json"})

    written = job.output_lines.failed(line, "no worker answered this object")

    assert written.to_bytes() == (
        b'{"source":"s3://welds/a.json","WeldingLabelJob1-metadata":{"retry-count":1,'
        b'"failure-reason":"no worker answered this object","human-annotated":"true"}}\n'
    )


def test_our_metadata_has_the_keys_that_ground_truth_writes_for_every_job(
    job: LabelingJob, reference_data: Path
) -> None:
    real = json.loads((reference_data / "ground-truth-job" / "output.manifest").read_text("utf-8").splitlines()[0])
    theirs: set[str] = set(real["birds-open-images-clone-metadata"]) - {"confidence", "class-name"}
    line = DataObject(0, {"source": "s3://welds/a.json"})

    written = job.output_lines.labeled(line, {"WeldingLabelJob1": "x"}, AT)
    ours: Json = written.attributes["WeldingLabelJob1-metadata"]

    assert set(ours) == theirs
