"""What a job does with S3: read and write whole objects, look below a prefix, clear it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from tracemark.document import Json, json_bytes
from tracemark.errors import AccessDenied
from tracemark.storage.objects import NewObject
from tracemark.storage.s3objects import S3Objects, ask, require_answer
from tracemark.storage.s3uri import S3Prefix, S3Uri

JSON_TYPE = "application/json"
JSON_LINES_TYPE = "application/jsonlines"

_IN_MEMORY_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True)
class JobStorage:
    """S3 by one boto3 client; every method raises `AccessDenied` and `StorageUnavailable`."""

    client: Any

    def require_answer(self) -> None:
        """Return when S3 has answered; that it may refuse to list the buckets does not matter."""
        require_answer(self.client)

    def read(self, uri: S3Uri, limit: int) -> bytes:
        """Return an object of at most `limit` bytes.

        Raises:
            ObjectMissing, ObjectTooLarge: it is not there, or larger.
        """
        return S3Objects(self.client).read(uri, limit=limit).data

    @contextmanager
    def download(self, uri: S3Uri, limit: int) -> Iterator[IO[bytes]]:
        """Yield an object of at most `limit` bytes as a file that goes when the block ends.

        Raises:
            ObjectMissing, ObjectTooLarge: it is not there, or larger.
        """
        with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
            S3Objects(self.client).download(uri, file, limit=limit)
            file.seek(0)
            yield file

    def upload(self, uri: S3Uri, chunks: Iterable[bytes], content_type: str) -> None:
        """Write an object from its parts, which need not fit into memory.

        Raises:
            ObjectMissing: there is no such bucket.
        """
        with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
            file.writelines(chunks)
            file.seek(0)
            ask(
                uri,
                lambda: self.client.put_object(Bucket=uri.bucket, Key=uri.key, Body=file, ContentType=content_type),
            )

    def write(self, uri: S3Uri, data: bytes, content_type: str) -> None:
        """Write an object, replacing what is there.

        Raises:
            ObjectMissing: there is no such bucket.
        """
        S3Objects(self.client).write(uri, NewObject(data, content_type))

    def write_json(self, uri: S3Uri, value: Json) -> None:
        """Write a value as a JSON document."""
        self.write(uri, json_bytes(value), JSON_TYPE)

    def holds_any(self, prefix: S3Prefix) -> bool:
        """Return whether any object lies below a prefix.

        Raises:
            ObjectMissing: there is no such bucket.
        """
        return bool(self._first_keys(prefix, 1))

    def keys(self, prefix: S3Prefix) -> list[str]:
        """Return every key below a prefix, sorted.

        Raises:
            ObjectMissing: there is no such bucket.
        """
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key)
        return ask(prefix, lambda: [str(entry["Key"]) for page in pages for entry in page.get("Contents", ())])

    def delete_all(self, prefix: S3Prefix) -> None:
        """Delete every object below a prefix.

        Raises:
            ObjectMissing: there is no such bucket.
        """
        # Deleting while one pages through the listing leaves objects behind: the first page is read anew each time.
        while keys := self._first_keys(prefix, 1_000):
            self._delete(prefix, keys)

    def _first_keys(self, prefix: S3Prefix, count: int) -> list[str]:
        page = ask(
            prefix,
            lambda: self.client.list_objects_v2(Bucket=prefix.bucket, Prefix=prefix.key, MaxKeys=count),
        )
        return [str(entry["Key"]) for entry in page.get("Contents", ())]

    def _delete(self, prefix: S3Prefix, keys: list[str]) -> None:
        wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        answer = ask(prefix, lambda: self.client.delete_objects(Bucket=prefix.bucket, Delete=wanted))
        for refused in answer.get("Errors", ()):
            raise AccessDenied(
                f"S3 did not delete {refused.get('Key')!r} ({refused.get('Code')}: {refused.get('Message')})",
                place=str(prefix),
                remedy="check the role's s3:DeleteObject, or choose another job name or output path",
            )
