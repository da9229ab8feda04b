"""The post-annotation contract, read as every captured variant writes it."""

from __future__ import annotations

import pytest

from tracemark.contract.postannotation import (
    AnnotatedObject,
    Annotation,
    ConsolidatedAnnotation,
    InlineData,
    PostAnnotationRequest,
    answer_json,
)
from tracemark.document import Json, Node
from tracemark.errors import DataError, InvalidEvent
from tracemark.storage.s3uri import S3Uri

ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1"
KEY = "output/Job/annotations/consolidated-annotation/consolidation-request/iteration-1/2020-09-15_16:16:11.json"
EVENT: dict[str, Json] = {
    "version": "2018-10-06",
    "labelingJobArn": ARN,
    "payload": {"s3Uri": f"s3://bucket/{KEY}"},
    "labelAttributeName": "WeldingLabelJob1",
    "roleArn": "arn:aws:iam::111122223333:role/labeling",
    "outputConfig": "s3://bucket/output/Job/annotations",
    "maxHumanWorkersPerDataObject": 1,
}


def test_a_captured_event_is_read() -> None:
    expected = PostAnnotationRequest(ARN, "WeldingLabelJob1", S3Uri("bucket", KEY), ())

    assert PostAnnotationRequest.parse(EVENT) == expected


def test_only_what_is_used_is_required() -> None:
    event = {"labelAttributeName": "Job", "payload": {"s3Uri": "s3://bucket/p.json"}}

    assert PostAnnotationRequest.parse(event) == PostAnnotationRequest("", "Job", S3Uri("bucket", "p.json"))


def test_label_categories_are_read_when_the_job_names_them() -> None:
    found = PostAnnotationRequest.parse({**EVENT, "labelCategories": ["good", "bad"]})

    assert found.label_categories == ("good", "bad")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"labelAttributeName": None}, "key 'labelAttributeName' is missing"),
        ({"labelAttributeName": 7}, "key 'labelAttributeName' holds 7"),
        ({"payload": None}, "key 'payload' is missing"),
        ({"payload": {}}, "key 's3Uri' is missing in 'payload'"),
        ({"payload": {"s3Uri": "p.json"}}, "key 'payload.s3Uri': 'p.json' is no S3 URI"),
        ({"labelCategories": "good"}, "key 'labelCategories' holds 'good'"),
    ],
)
def test_a_wrong_event_is_refused_with_its_key(change: dict[str, Json], cause: str) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        PostAnnotationRequest.parse({**EVENT, **change})

    assert cause in str(refusal.value)


@pytest.mark.parametrize("key", ["s3Uri", "s3uri"])
def test_an_answer_in_s3_is_found_under_both_spellings(key: str) -> None:
    node = Node({"workerId": "w", "annotationData": {key: "s3://bucket/a.json"}}, "payload")

    assert Annotation.parse(node) == Annotation("w", S3Uri("bucket", "a.json"))


def test_an_inline_answer_is_kept_as_it_is() -> None:
    node = Node({"workerId": "w", "annotationData": {"content": '{"a": {"label": "x"}}'}}, "payload")

    assert Annotation.parse(node) == Annotation("w", InlineData('{"a": {"label": "x"}}'))


def test_an_answer_without_a_worker_is_read() -> None:
    node = Node({"annotationData": {"content": ""}}, "payload")

    assert Annotation.parse(node).worker_id == ""


@pytest.mark.parametrize(
    "annotation",
    [{"workerId": "w"}, {"workerId": "w", "annotationData": {}}, {"annotationData": {"s3Uri": "a.json"}}, "text", None],
    ids=str,
)
def test_an_answer_without_data_is_a_data_error(annotation: Json) -> None:
    with pytest.raises(DataError, match=r"^payload"):
        Annotation.parse(Node(annotation, "payload"))


@pytest.mark.parametrize(("number", "text"), [("4", "4"), (4, "4"), (0, "0"), ("0", "0")])
def test_an_object_s_id_is_a_string_or_a_number(number: Json, text: str) -> None:
    found = AnnotatedObject.parse(Node({"datasetObjectId": number, "annotations": []}, "payload"))

    assert found.dataset_object_id == text


@pytest.mark.parametrize("number", [None, "", True, 1.5, [], {}], ids=str)
def test_an_object_without_an_id_is_refused(number: Json) -> None:
    with pytest.raises(DataError, match="datasetObjectId"):
        AnnotatedObject.parse(Node({"datasetObjectId": number}, "payload"))


@pytest.mark.parametrize("annotations", [7, "text", [None]], ids=str)
def test_the_answers_of_an_object_are_not_read_with_its_id(annotations: Json) -> None:
    found = AnnotatedObject.parse(Node({"datasetObjectId": "4", "annotations": annotations}, "payload"))

    assert found.annotations == Node(annotations, "payload", "annotations")


def test_an_object_that_nobody_answered_has_no_annotations() -> None:
    assert AnnotatedObject.parse(Node({"datasetObjectId": "4"}, "payload")).annotations is None


def test_the_answer_is_the_seed_s_shape_in_the_order_given() -> None:
    label = {"WeldingLabelJob1": {"WeldingClassification": "Not sure"}}

    answer = answer_json([ConsolidatedAnnotation("4", label), ConsolidatedAnnotation("0", {})])

    assert answer == [
        {"datasetObjectId": "4", "consolidatedAnnotation": {"content": label}},
        {"datasetObjectId": "0", "consolidatedAnnotation": {"content": {}}},
    ]


def test_an_entry_comes_back_from_its_json() -> None:
    entry = ConsolidatedAnnotation("4", {"Job": {"Weld": "Good Weld", "votes": {"Good Weld": 2}}})

    assert ConsolidatedAnnotation.parse(Node(entry.to_json(), "answer")) == entry


@pytest.mark.parametrize(
    "entry",
    [{}, {"datasetObjectId": "4"}, {"datasetObjectId": "4", "consolidatedAnnotation": {"content": "x"}}, None],
    ids=str,
)
def test_a_wrong_entry_is_refused(entry: Json) -> None:
    with pytest.raises(DataError, match=r"^answer"):
        ConsolidatedAnnotation.parse(Node(entry, "answer"))
