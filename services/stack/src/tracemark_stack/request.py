"""CloudFormation's request to a custom resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from tracemark.document import Node
from tracemark.storage.s3uri import S3Prefix

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requesttypes.html
_BUCKET_ARN = re.compile(r"arn:aws[a-z-]*:s3:::(?P<name>[a-z0-9.-]+)", re.ASCII)
_FLAGS = {"true": True, "false": False}  # CloudFormation passes every scalar as a string


class RequestType(StrEnum):
    """Why CloudFormation calls."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class BucketArn:
    """The ARN of a bucket, of any partition."""

    arn: str

    @classmethod
    def parse(cls, node: Node) -> BucketArn:
        """Read `arn:aws:s3:::name`.

        Raises:
            InvalidDocument: it is something else.
        """
        if not _BUCKET_ARN.fullmatch(node.text()):
            node.refuse("the ARN of a bucket, arn:aws:s3:::name")
        return cls(node.text())

    @property
    def bucket(self) -> S3Prefix:
        """The whole bucket."""
        return S3Prefix(self.arn.rpartition(":")[2], "")


@dataclass(frozen=True, slots=True)
class Properties:
    """The properties of the resource: `sample_data` asks for samples, `keep_data` forbids removing anything."""

    bucket: BucketArn
    sample_data: bool
    keep_data: bool

    @classmethod
    def parse(cls, properties: Node) -> Properties:
        """Read `{"BucketArn", "SampleData": "true" | "false", "KeepData": "true" | "false"}`.

        Raises:
            InvalidDocument: a property is missing or not valid.
        """
        return cls(
            bucket=BucketArn.parse(properties["BucketArn"]),
            sample_data=_read_flag(properties["SampleData"]),
            keep_data=_read_flag(properties["KeepData"]),
        )


@dataclass(frozen=True, slots=True)
class StackRequest:
    """One request; `stack` is the ARN of the stack, `before` the previous properties, if any."""

    request_type: RequestType
    stack: str
    properties: Properties
    before: Properties | None = None

    @classmethod
    def parse(cls, event: Node) -> StackRequest:
        """Read `{"RequestType", "StackId", "ResourceProperties", "OldResourceProperties"?}`.

        Raises:
            InvalidDocument: a key is missing or not valid.
        """
        before = event.get("OldResourceProperties")
        return cls(
            request_type=_read_request_type(event["RequestType"]),
            stack=event["StackId"].text(),
            properties=Properties.parse(event["ResourceProperties"]),
            before=Properties.parse(before) if before else None,
        )

    @property
    def wants_samples(self) -> bool:
        """Whether sample data are requested that were not before; a bucket that replaced another one is new."""
        if self.request_type is RequestType.DELETE or not self.properties.sample_data:
            return False
        before = self.before
        return before is None or not before.sample_data or before.bucket != self.properties.bucket


def _read_request_type(node: Node) -> RequestType:
    if node.value not in tuple(RequestType):
        node.refuse("Create, Update or Delete")
    return RequestType(node.value)


def _read_flag(node: Node) -> bool:
    if node.value not in _FLAGS:
        node.refuse('"true" or "false"')
    return _FLAGS[node.value]
