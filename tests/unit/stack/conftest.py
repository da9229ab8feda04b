"""Requests of CloudFormation, and buckets to fill and to empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tracemark.document import Json
from tracemark.errors import ObjectMissing
from tracemark.storage.s3objects import s3_client
from tracemark_stack.bucket import Refusal, Upload, Version

STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/welding/51af3dc0-da77-11e4-872e-1234567db123"
PAGE = 1_000


@dataclass
class MemoryBucket:
    """A `Bucket` in memory. `refused` maps keys to S3's code for not deleting them; `writers` write before a listing
    as long as they have something to write, whether writes are denied or not.
    """

    stored: list[Version] = field(default_factory=list)
    begun: list[Upload] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    writers: list[Iterator[Version]] = field(default_factory=list)
    exists: bool = True
    log: list[str] = field(default_factory=list)

    def fill(self, count: int) -> None:
        self.stored += [Version(f"output/{number}.json", "1") for number in range(count)]

    def deny_writes(self) -> None:
        self._note("deny")

    def versions(self) -> Sequence[Version]:
        self._note("list")
        self.stored += [version for writer in self.writers if (version := next(writer, None))]
        return self.stored[:PAGE]

    def uploads(self) -> Sequence[Upload]:
        self._note("list uploads")
        return self.begun[:100]

    def delete(self, versions: Sequence[Version]) -> Sequence[Refusal]:
        self._note("delete")
        assert 0 < len(versions) <= PAGE
        refused = [version for version in versions if version.key in self.refused]
        gone = set(versions) - set(refused)
        self.stored = [version for version in self.stored if version not in gone]
        return [Refusal(version, self.refused[version.key]) for version in refused]

    def abort(self, upload: Upload) -> None:
        self._note("abort")
        self.begun.remove(upload)

    def pages(self) -> Iterator[int]:
        self._note("count")
        for first in range(0, len(self.stored), PAGE):
            yield len(self.stored[first : first + PAGE])
        yield len(self.begun)

    def _note(self, what: str) -> None:
        self.log.append(what)
        if not self.exists:
            raise ObjectMissing("bucket 'welds' does not exist")


@pytest.fixture
def memory_bucket() -> MemoryBucket:
    return MemoryBucket()


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a simulated S3 with one empty bucket with versions, called welds."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        client = s3_client()
        client.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        client.put_bucket_versioning(Bucket="welds", VersioningConfiguration={"Status": "Enabled"})
        yield client


@pytest.fixture
def event() -> dict[str, Json]:
    """What CloudFormation sends when the stack is made."""
    return {
        "RequestType": "Create",
        "RequestId": "5f4b",
        "ResponseURL": "https://cloudformation-custom-resource-response.s3.amazonaws.com/signed?X=1",
        "ResourceType": "Custom::BucketContent",
        "LogicalResourceId": "BucketContent",
        "StackId": STACK,
        "ResourceProperties": {
            "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:BucketContentLambda-51af3dc0",
            "ServiceTimeout": "930",
            "BucketArn": "arn:aws:s3:::welds",
            "SampleData": "true",
            "KeepData": "false",
        },
    }


@pytest.fixture
def stacks(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of CloudFormation, to be stubbed."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    return boto3.client("cloudformation", region_name="eu-west-1")
