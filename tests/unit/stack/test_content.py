"""What becomes of the bucket when its stack is made, changed or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from tracemark.deadline import Deadline
from tracemark.document import Node
from tracemark_stack.answer import Done
from tracemark_stack.content import BucketContent
from tracemark_stack.errors import DataKept, StackUnknown
from tracemark_stack.request import StackRequest
from tracemark_stack.stack import CloudFormation

DEADLINE = Deadline.after(3_600)


@dataclass
class OneStack:
    """A `Stacks` with one stack, which goes or stays."""

    going: bool

    def is_being_removed(self, stack: str) -> bool:
        return self.going


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    (tmp_path / "manifest.jsonl").write_text('{"source": "s3://tracemark-samples/dataset/dataset-1.json"}\n')
    return tmp_path


@pytest.fixture
def content(s3: Any, samples: Path) -> BucketContent:
    return BucketContent(s3, OneStack(going=True), samples, pause=lambda _: None)


def request(event: dict[str, Any], request_type: str, **properties: str) -> StackRequest:
    properties = event["ResourceProperties"] | properties
    before = {"OldResourceProperties": event["ResourceProperties"]} if request_type == "Update" else {}
    return StackRequest.parse(
        Node(event | {"RequestType": request_type, "ResourceProperties": properties} | before, "request")
    )


def keys(s3: Any) -> list[str]:
    return [entry["Key"] for entry in s3.list_objects_v2(Bucket="welds").get("Contents", ())]


def test_a_stack_is_made_with_samples(content: BucketContent, s3: Any, event: dict[str, Any]) -> None:
    done = content.follow(request(event, "Create"), DEADLINE)

    assert done == Done(written=1)
    assert s3.get_object(Bucket="welds", Key="manifest.jsonl")["Body"].read().startswith(b'{"source": "s3://welds/')


def test_a_creation_can_be_repeated(content: BucketContent, s3: Any, event: dict[str, Any]) -> None:
    content.follow(request(event, "Create"), DEADLINE)

    assert content.follow(request(event, "Create"), DEADLINE) == Done()
    assert len(s3.list_object_versions(Bucket="welds")["Versions"]) == 1


def test_a_stack_is_made_without_samples_when_none_are_wanted(
    content: BucketContent, s3: Any, event: dict[str, Any]
) -> None:
    content.follow(request(event, "Create", SampleData="false"), DEADLINE)

    assert keys(s3) == []


def test_an_update_touches_nothing(content: BucketContent, s3: Any, event: dict[str, Any]) -> None:
    s3.put_object(Bucket="welds", Key="output/label.json", Body=b"{}")

    done = content.follow(request(event, "Update", KeepData="true"), DEADLINE)

    assert done == Done()
    assert keys(s3) == ["output/label.json"]


def test_a_stack_that_goes_takes_everything_along(content: BucketContent, s3: Any, event: dict[str, Any]) -> None:
    s3.put_object(Bucket="welds", Key="output/label.json", Body=b"{}")

    done = content.follow(request(event, "Delete"), DEADLINE)

    assert done == Done(removed=1)
    s3.delete_bucket(Bucket="welds")


def test_data_to_be_kept_make_the_deletion_fail(content: BucketContent, s3: Any, event: dict[str, Any]) -> None:
    s3.put_object(Bucket="welds", Key="output/label.json", Body=b"{}")

    with pytest.raises(DataKept, match="1 objects"):
        content.follow(request(event, "Delete", KeepData="true"), DEADLINE)

    assert keys(s3) == ["output/label.json"]


def test_an_update_that_is_taken_back_takes_no_data_along(s3: Any, samples: Path, event: dict[str, Any]) -> None:
    s3.put_object(Bucket="welds", Key="output/label.json", Body=b"{}")
    content = BucketContent(s3, OneStack(going=False), samples, pause=lambda _: None)

    done = content.follow(request(event, "Delete"), DEADLINE)

    assert done == Done()
    assert keys(s3) == ["output/label.json"]


@pytest.mark.parametrize(
    ("status", "going"),
    [
        ("DELETE_IN_PROGRESS", True),
        ("ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_IN_PROGRESS", False),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
    ],
)
def test_a_stack_goes_only_when_all_of_it_goes(stacks: Any, event: dict[str, Any], status: str, going: bool) -> None:
    found = {"StackName": "welding", "CreationTime": "2026-11-24T00:00:00Z", "StackStatus": status}

    with Stubber(stacks) as stubber:
        stubber.add_response("describe_stacks", {"Stacks": [found]}, {"StackName": event["StackId"]})
        assert CloudFormation(stacks).is_being_removed(event["StackId"]) is going


def test_nothing_is_removed_while_it_is_not_known_whether_the_stack_goes(
    s3: Any, stacks: Any, samples: Path, event: dict[str, Any]
) -> None:
    s3.put_object(Bucket="welds", Key="output/label.json", Body=b"{}")
    content = BucketContent(s3, CloudFormation(stacks), samples)

    with Stubber(stacks) as stubber:
        stubber.add_client_error("describe_stacks", "AccessDenied", http_status_code=403)
        with pytest.raises(StackUnknown, match="cloudformation:DescribeStacks"):
            content.follow(request(event, "Delete"), DEADLINE)

    assert keys(s3) == ["output/label.json"]
