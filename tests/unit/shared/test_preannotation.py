"""The pre-annotation contract, read as every captured variant writes it."""

from __future__ import annotations

import pytest

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.document import Json
from tracemark.errors import DataError, InvalidDocument, InvalidEvent
from tracemark.storage.s3uri import S3Uri

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1"
EVENT: dict[str, Json] = {
    "version": "2018-10-06",
    "labelingJobArn": ARN,
    "dataObject": {"source": "s3://bucket/dataset/dataset-1.json"},
}


@pytest.mark.parametrize("version", ["2018-10-06", "2018-10-16", None, 7])
def test_no_version_of_the_event_changes_anything(version: Json) -> None:
    found = PreAnnotationRequest.parse({**EVENT, "version": version})

    assert found == PreAnnotationRequest(ARN, {"source": "s3://bucket/dataset/dataset-1.json"})


def test_an_event_without_an_arn_is_read() -> None:
    assert PreAnnotationRequest.parse({"dataObject": {"source": "x"}}).labeling_job_arn == ""


def test_the_whole_data_object_is_kept() -> None:
    line = {"source": "s3://bucket/1.json", "id": 7, "previous": {"a": [1]}}

    assert PreAnnotationRequest.parse({**EVENT, "dataObject": line}).data_object == line


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (None, "expected an object"),
        ([], "expected an object"),
        ("text", "expected an object"),
        ({}, "key 'dataObject' is missing"),
        ({"dataObject": None}, "key 'dataObject' is missing"),
        ({"dataObject": "s3://bucket/1"}, "key 'dataObject' holds 's3://bucket/1'"),
        ({**EVENT, "labelingJobArn": 7}, "key 'labelingJobArn' holds 7"),
    ],
    ids=str,
)
def test_what_is_no_event_is_refused_with_its_key_and_a_remedy(event: Json, cause: str) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        PreAnnotationRequest.parse(event)

    assert cause in str(refusal.value)
    assert str(refusal.value).endswith("invoke the function as Ground Truth does")


@pytest.mark.parametrize(
    "line",
    [
        {"source": "s3://bucket/1.json"},
        {"source-ref": "s3://bucket/1.json"},
        {"source": "s3://bucket/1.json", "source-ref": "s3://bucket/2.json"},
        {"source": None, "source-ref": "s3://bucket/1.json"},
    ],
)
def test_the_document_is_named_by_source_or_source_ref(line: dict[str, Json]) -> None:
    assert PreAnnotationRequest(ARN, line).document == S3Uri("bucket", "1.json")


@pytest.mark.parametrize("line", [{}, {"source": "the text"}, {"source": 7}, {"source-ref": "s3://bucket"}], ids=str)
def test_a_line_that_names_no_document_is_a_data_error_about_its_key(line: dict[str, Json]) -> None:
    with pytest.raises(DataError, match=r"^manifest line.* key 'source"):
        _ = PreAnnotationRequest(ARN, line).document


def test_a_manifest_line_becomes_the_event_that_ground_truth_sends() -> None:
    line = DataObject.parse('{"source":"s3://bucket/dataset/dataset-1.json"}', 3)

    assert PreAnnotationRequest.of(line, ARN).to_json() == EVENT


@pytest.mark.parametrize(
    ("flag", "needed"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("false", False),
        ("True", True),
        ("FALSE", False),
        (" tRuE ", True),
        (None, True),
    ],
)
def test_the_flag_is_a_boolean_or_a_string_in_any_case(flag: Json, needed: bool) -> None:
    answer = {"taskInput": {}, "isHumanAnnotationRequired": flag}

    assert PreAnnotationResponse.parse(answer).is_human_annotation_required is needed


@pytest.mark.parametrize("answer", [{"taskInput": {}}, {"taskInput": {}, "humanAnnotationRequired": "false"}])
def test_without_the_flag_a_human_is_asked(answer: Json) -> None:
    assert PreAnnotationResponse.parse(answer).is_human_annotation_required is True


@pytest.mark.parametrize("flag", ["yes", "", 0, 1, [], "truee"])
def test_a_flag_that_is_neither_is_refused(flag: Json) -> None:
    with pytest.raises(InvalidDocument, match=r"key 'isHumanAnnotationRequired' holds .*; expected true or false"):
        PreAnnotationResponse.parse({"taskInput": {}, "isHumanAnnotationRequired": flag})


@pytest.mark.parametrize("answer", [None, {}, {"taskInput": "x"}, {"errorMessage": "x"}], ids=str)
def test_an_answer_without_task_input_is_refused(answer: Json) -> None:
    with pytest.raises(InvalidDocument, match="pre-annotation answer"):
        PreAnnotationResponse.parse(answer)


@pytest.mark.parametrize(("needed", "flag"), [(True, "true"), (False, "false")])
def test_the_flag_is_written_as_the_seed_s_string(needed: bool, flag: str) -> None:
    answer = PreAnnotationResponse({"image": {"file": "x"}}, needed).to_json()

    assert answer == {"taskInput": {"image": {"file": "x"}}, "isHumanAnnotationRequired": flag}
