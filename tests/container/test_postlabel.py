"""The post-labeling image under the Lambda runtime interface emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tracemark.errors import FunctionFailed
from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.s3.embedded import EmbeddedS3

pytestmark = pytest.mark.container


@pytest.fixture(scope="module")
def postlabel(containers: FunctionContainers, s3: EmbeddedS3) -> Function:
    return containers.start(FunctionImage("postlabel", "tracemark-postlabel:latest", s3.environment))


def event(s3: EmbeddedS3, payload: object, attribute: str = "WeldingLabelJob1") -> dict[str, Any]:
    requests = "output/WeldingLabelJob1/annotations/consolidated-annotation/consolidation-request"
    key = f"{requests}/iteration-1/2020-09-15_16:16:11.json"
    s3.client.put_object(Bucket="welds", Key=key, Body=json.dumps(payload).encode())
    return {
        "version": "2018-10-06",
        "labelingJobArn": "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1",
        "payload": {"s3Uri": f"s3://welds/{key}"},
        "labelAttributeName": attribute,
        "roleArn": "arn:aws:iam::111122223333:role/tracemark-labeling",
        "outputConfig": "s3://welds/output/WeldingLabelJob1/annotations",
        "maxHumanWorkersPerDataObject": 5,
    }


def entry(object_id: str, *answers: str) -> dict[str, Any]:
    annotations = [
        {"workerId": f"private.eu-west-1.{number:016x}", "annotationData": {"content": answer}}
        for number, answer in enumerate(answers)
    ]
    return {"datasetObjectId": object_id, "dataObject": {"content": "x"}, "annotations": annotations}


def label(name: str) -> str:
    return json.dumps({"WeldingClassification": {"label": name}})


def test_the_tutorials_answer_comes_out(postlabel: Function, s3: EmbeddedS3) -> None:
    (answer,) = postlabel.invoke(event(s3, [entry("4", label("Not sure"))]))

    assert answer["datasetObjectId"] == "4"
    assert answer["consolidatedAnnotation"]["content"]["WeldingLabelJob1"]["WeldingClassification"] == "Not sure"


def test_a_broken_answer_costs_only_itself(postlabel: Function, s3: EmbeddedS3) -> None:
    payload = [entry("0", "no json", label("Good Weld")), entry("1", label("Burn Through")), entry("2")]

    answers = postlabel.invoke(event(s3, payload))

    verdicts = {
        answer["datasetObjectId"]: answer["consolidatedAnnotation"]["content"]["WeldingLabelJob1"] for answer in answers
    }
    assert list(verdicts) == ["0", "1", "2"]
    assert verdicts["0"]["WeldingClassification"] == "Good Weld"
    assert "problem" in verdicts["0"]
    assert "problem" not in verdicts["1"]
    assert "problem" in verdicts["2"]


def test_a_payload_that_is_not_there_is_named(postlabel: Function, s3: EmbeddedS3) -> None:
    missing = event(s3, []) | {"payload": {"s3Uri": "s3://welds/output/gone.json"}}

    with pytest.raises(FunctionFailed, match=r"s3://welds/output/gone\.json"):
        postlabel.invoke(missing)


def test_the_finished_job_gets_at_least_nine_in_ten_true_labels(
    postlabel: Function, s3: EmbeddedS3, reference_data: Path
) -> None:
    job = reference_data / "ground-truth-job"
    lines = [json.loads(line) for line in (job / "output.manifest").read_text(encoding="utf-8").splitlines()]
    true = {
        item["ImageId"]: item["Label"] for item in json.loads((job / "true_labels.json").read_text(encoding="utf-8"))
    }
    responses = {file.parent.name: json.loads(file.read_text()) for file in (job / "worker-response").rglob("*.json")}
    payload = [
        {
            "datasetObjectId": object_id,
            "dataObject": {"s3Uri": lines[int(object_id)]["source-ref"]},
            "annotations": [
                {"workerId": answer["workerId"], "annotationData": {"content": json.dumps(answer["answerContent"])}}
                for answer in response["answers"]
            ],
        }
        for object_id, response in sorted(responses.items(), key=lambda item: int(item[0]))
    ]

    answers = postlabel.invoke(event(s3, payload, "birds"))

    found = {answer["datasetObjectId"]: answer["consolidatedAnnotation"]["content"]["birds"] for answer in answers}
    assert len(answers) == len(found) == len(lines) == 302
    right = sum(
        verdict["crowd-image-classifier"] == true[Path(lines[int(object_id)]["source-ref"]).stem]
        for object_id, verdict in found.items()
    )
    assert right / len(lines) >= 0.90
