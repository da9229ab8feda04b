"""What CloudFormation asks."""

from __future__ import annotations

from typing import Any

import pytest

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark_stack.request import RequestType, StackRequest


def parse(event: Json) -> StackRequest:
    return StackRequest.parse(Node(event, "request"))


def test_a_creation_is_read(event: dict[str, Any]) -> None:
    request = parse(event)

    assert request.request_type is RequestType.CREATE
    assert request.stack == event["StackId"]
    assert str(request.properties.bucket.bucket) == "s3://welds/"
    assert (request.properties.sample_data, request.properties.keep_data) == (True, False)


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_bucket_may_lie_in_any_partition(event: dict[str, Any], partition: str) -> None:
    event["ResourceProperties"]["BucketArn"] = f"arn:{partition}:s3:::welds"

    assert parse(event).properties.bucket.bucket.bucket == "welds"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("BucketArn", "welds"),
        ("BucketArn", "arn:aws:s3:::welds/output"),
        ("BucketArn", "arn:aws:s3:::*"),
        ("BucketArn", None),
        ("SampleData", True),
        ("SampleData", "yes"),
        ("KeepData", "False"),
        ("KeepData", None),
    ],
)
def test_a_property_that_is_none_is_named(event: dict[str, Any], key: str, value: Json) -> None:
    event["ResourceProperties"][key] = value

    with pytest.raises(InvalidDocument, match=key):
        parse(event)


def test_an_unknown_request_is_named(event: dict[str, Any]) -> None:
    event["RequestType"] = "Import"

    with pytest.raises(InvalidDocument, match="Create, Update or Delete"):
        parse(event)


@pytest.mark.parametrize(
    ("request_type", "before", "now", "wanted"),
    [
        ("Create", None, {}, True),
        ("Create", None, {"SampleData": "false"}, False),
        ("Update", {}, {}, False),
        ("Update", {}, {"KeepData": "true"}, False),
        ("Update", {"SampleData": "false"}, {}, True),
        ("Update", {"SampleData": "false"}, {"SampleData": "false"}, False),
        ("Update", {"BucketArn": "arn:aws:s3:::former"}, {}, True),
        ("Delete", None, {}, False),
    ],
)
def test_samples_are_wanted_in_a_new_bucket_and_when_they_were_not_before(
    event: dict[str, Any], request_type: str, before: dict[str, str] | None, now: dict[str, str], wanted: bool
) -> None:
    event["RequestType"] = request_type
    if before is not None:
        event["OldResourceProperties"] = event["ResourceProperties"] | before
    event["ResourceProperties"] |= now

    assert parse(event).wants_samples is wanted
