"""A bucket with versions as the stack's function uses it: the one module that talks to S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError

from tracemark.storage.s3objects import ask
from tracemark.storage.s3uri import S3Uri
from tracemark_stack.policy import without_writes
from tracemark_stack.request import BucketArn

_UPLOADS = 100
_EXISTS = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, or a delete marker."""

    key: str
    id: str


@dataclass(frozen=True, slots=True)
class Upload:
    """An unfinished multipart upload."""

    key: str
    id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A version that S3 did not delete, and the code of the reason."""

    version: Version
    code: str


class Bucket(Protocol):
    """The bucket operations that emptying needs.

    Every method raises `ObjectMissing` when the bucket does not exist, and may raise `AccessDenied` and
    `StorageUnavailable`.
    """

    def deny_writes(self) -> None:
        """Deny all further writes."""

    def versions(self) -> Sequence[Version]:
        """Return the first page of versions and markers, at most 1,000."""

    def uploads(self) -> Sequence[Upload]:
        """Return the first page of unfinished uploads, at most 100: each takes a separate call to abort."""

    def delete(self, versions: Sequence[Version]) -> Sequence[Refusal]:
        """Delete at most 1,000 versions; return those that were not deleted."""

    def abort(self, upload: Upload) -> None:
        """Abort an upload; one that is gone is no error."""

    def pages(self) -> Iterator[int]:
        """Yield how many versions, markers and unfinished uploads each page lists."""


@dataclass(frozen=True)
class S3Bucket:
    """A `Bucket` on a boto3 S3 client."""

    client: Any
    arn: BucketArn

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        """Write an object unless there is one; return whether it was written.

        Raises:
            AccessDenied, ObjectMissing, StorageUnavailable: it was not written.
        """
        place = S3Uri(self._name, key)

        def put() -> bool:
            try:
                self.client.put_object(Bucket=self._name, Key=key, Body=data, ContentType=media_type, IfNoneMatch="*")
            except ClientError as error:
                if error.response["Error"]["Code"] in _EXISTS:
                    return False
                raise
            return True

        return ask(place, put)

    def deny_writes(self) -> None:
        """See `Bucket.deny_writes`."""
        policy = without_writes(self._request(self._policy), self.arn)
        self._request(lambda: self.client.put_bucket_policy(Bucket=self._name, Policy=policy))

    def versions(self) -> Sequence[Version]:
        """See `Bucket.versions`."""
        page = self._request(lambda: self.client.list_object_versions(Bucket=self._name))
        entries = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        return [Version(entry["Key"], entry["VersionId"]) for entry in entries]

    def uploads(self) -> Sequence[Upload]:
        """See `Bucket.uploads`."""
        page = self._request(lambda: self.client.list_multipart_uploads(Bucket=self._name, MaxUploads=_UPLOADS))
        return [Upload(entry["Key"], entry["UploadId"]) for entry in page.get("Uploads", ())]

    def delete(self, versions: Sequence[Version]) -> Sequence[Refusal]:
        """See `Bucket.delete`."""
        objects = [{"Key": version.key, "VersionId": version.id} for version in versions]
        answer = self._request(
            lambda: self.client.delete_objects(Bucket=self._name, Delete={"Objects": objects, "Quiet": True})
        )
        return [
            Refusal(Version(error["Key"], error.get("VersionId", "")), error.get("Code", "unknown"))
            for error in answer.get("Errors", ())
        ]

    def abort(self, upload: Upload) -> None:
        """See `Bucket.abort`."""

        def request() -> None:
            try:
                self.client.abort_multipart_upload(Bucket=self._name, Key=upload.key, UploadId=upload.id)
            except ClientError as error:
                if error.response["Error"]["Code"] != "NoSuchUpload":
                    raise

        ask(S3Uri(self._name, upload.key), request)

    def pages(self) -> Iterator[int]:
        """See `Bucket.pages`."""
        yield from self._count_pages("list_object_versions", "Versions", "DeleteMarkers")
        yield from self._count_pages("list_multipart_uploads", "Uploads")

    @property
    def _name(self) -> str:
        return self.arn.bucket.bucket

    def _policy(self) -> str:
        try:
            return str(self.client.get_bucket_policy(Bucket=self._name)["Policy"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchBucketPolicy":
                raise
            return ""

    def _count_pages(self, operation: str, *lists: str) -> Iterator[int]:
        pages = iter(self.client.get_paginator(operation).paginate(Bucket=self._name))
        while page := self._request(lambda: next(pages, None)):
            yield sum(len(page.get(name, ())) for name in lists)

    def _request(self, request: Callable[[], Any]) -> Any:
        return ask(self.arn.bucket, request)
