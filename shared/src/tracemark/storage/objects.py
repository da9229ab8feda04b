"""The interface of an object store: bounded reads, metadata, whole writes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Protocol

from tracemark.storage.s3uri import S3Uri


@dataclass(frozen=True, slots=True)
class StoredObject:
    """The bytes of an object and the ETag under which they were read."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object to write: bytes, their media type, and metadata of ASCII strings."""

    data: bytes
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict)


class Sink(Protocol):
    """A file that is written from front to back."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes; return how many."""

    def tell(self) -> int:
        """Return how many were written."""

    def flush(self) -> None:
        """Do what is to be done before somebody else looks."""


class ObjectStore(Protocol):
    """An object store. Every method may raise `BucketNotAllowed`, `AccessDenied` and `StorageUnavailable`."""

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        """Return an object of at most `limit` bytes.

        Raises:
            ObjectMissing: there is no such object or bucket.
            ObjectTooLarge: it has more than `limit` bytes.
        """

    def etag(self, uri: S3Uri) -> str:
        """Return the ETag of an object.

        Raises:
            ObjectMissing: there is no such object or bucket.
        """

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        """Return the metadata of an object, or None when it does not exist or is not visible."""

    def write(self, uri: S3Uri, new: NewObject) -> None:
        """Write an object, replacing what is there."""


class LargeObjects(ObjectStore, Protocol):
    """An object store whose objects may be larger than memory."""

    def download(self, uri: S3Uri, into: IO[bytes], *, limit: int) -> None:
        """Copy an object of at most `limit` bytes into a file, from its begin on.

        Raises:
            ObjectMissing, ObjectTooLarge: see `ObjectStore.read`.
        """

    def writing(self, uri: S3Uri, content_type: str, metadata: Mapping[str, str]) -> AbstractContextManager[Sink]:
        """Return a context of which the sink's bytes become an object when it ends, replacing what is there.

        The object is seen whole or not at all: where the context ends with an error, nothing was written.
        """


class SharedObjects(ObjectStore, Protocol):
    """An object store in which several writers can change the same object without losing each other's changes."""

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        """Write an object if it still has `etag`, or, with None, if there still is none; return whether it did."""
