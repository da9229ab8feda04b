"""A folder of buckets, `FOLDER/<bucket>/<key…>`, copied into S3 and back."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tracemark.errors import InvalidUri, StorageUnavailable, one_line, quoted
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.errors import UnsafeKeys
from tracemark_groundtruth.s3.content_types import content_type
from tracemark_groundtruth.s3.local_files import files_below, local_path, open_inside, unwritable
from tracemark_groundtruth.s3.metadata import ObjectMetadata, read_metadata, write_metadata

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)

_CHUNK_BYTES = 1024 * 1024
_NAMED_KEYS = 10
_FILE_MODE = 0o644
_UNFINISHED = ".tracemark-"

_log = logging.getLogger(__name__)


@dataclass
class Mirror:
    """Copies between `folder` and S3 by a boto3 client; remembers what it seeded, so as to write back only changes.

    `durable`: a file outlives a power failure once it is written. Threads may share a mirror.
    Metadata of objects, which files do not have, outlive the server in a hidden file of the folder.
    """

    folder: Path
    client: Any
    durable: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _seeded: dict[S3Uri, str] = field(default_factory=dict)
    _metadata: dict[S3Uri, ObjectMetadata] = field(default_factory=dict)
    _kept: dict[S3Uri, ObjectMetadata] = field(default_factory=dict)
    _seeded_at: datetime = _BEFORE_ALL
    buckets: set[str] = field(default_factory=set)

    def seed(self) -> None:
        """Make a bucket of each sub-folder and an object of each file below it.

        Hidden files and folders are skipped, and so are symbolic links to folders or out of the bucket, with a warning.
        What a process left unfinished that was killed while it wrote is deleted.

        Raises:
            InvalidUri: a sub-folder's name is no bucket name, or a path is no key.
        """
        self._metadata = read_metadata(self.folder)
        self._kept = dict(self._metadata)
        for place in sorted(self.folder.iterdir()):
            if place.is_symlink():
                _warn_of_link(place)
            elif place.is_dir() and not place.name.startswith("."):
                for left in list(place.rglob(f"{_UNFINISHED}*")):
                    if left.is_file():  # `tracemark init` calls a folder so
                        left.unlink()
                self._seed_bucket(place)
        self._seeded_at = datetime.now(UTC).replace(microsecond=0)  # S3 reports whole seconds

    def write_back(self) -> None:
        """Write every object that is new or changed to its file; delete the seeded file of an object that was deleted.

        Raises:
            UnsafeKeys: objects whose keys are no safe paths are left in S3; all others are written.
            StorageUnavailable: a file cannot be written, for instance because the disk is full.
        """
        with self._lock:
            refused = [
                uri
                for entry in self.client.list_buckets()["Buckets"]
                for uri in self._write_back_bucket(str(entry["Name"]))
            ]
            if self._metadata != self._kept:
                self._remember()
        if refused:
            named = ", ".join(quoted(str(uri)) for uri in refused[:_NAMED_KEYS])
            more = f" and {len(refused) - _NAMED_KEYS:,} more" if len(refused) > _NAMED_KEYS else ""
            raise UnsafeKeys(
                f"{len(refused):,} objects have keys that are no safe file paths: {named}{more}",
                place=str(self.folder),
                expected="keys of parts that are not empty, '.' or '..', of at most 255 bytes, and no file as folder",
                remedy="choose other keys; everything else was written",
            )

    def check(self, uri: S3Uri) -> None:
        """Pass an object that can be a file.

        Raises:
            UnsafeKeys: its key is no safe path.
        """
        if local_path(self.folder, uri) is None:
            raise UnsafeKeys(
                "the key is no safe file path",
                place=str(uri),
                expected="parts that are not empty, '.' or '..', of at most 255 bytes, and no file as folder",
                remedy="choose another key",
            )

    def write_through(self, uri: S3Uri) -> None:
        """Write one object to its file, or delete the file when the object is gone.

        Its metadata is saved by the next `write_back`: losing them costs only time.

        Raises:
            UnsafeKeys: its key is no safe path.
            StorageUnavailable: the file cannot be written, for instance because the disk is full.
        """
        self.check(uri)
        with self._lock:
            try:
                etag = self.client.head_object(Bucket=uri.bucket, Key=uri.key)["ETag"]
            except ClientError:
                self._seeded.pop(uri, None)
                self._metadata.pop(uri, None)
                self._delete(uri)
                return
            self._write(uri, etag)

    def make_bucket(self, name: str) -> None:
        """Make a bucket, unless there is one of this name."""
        if name not in self.buckets:
            place = {"LocationConstraint": self.client.meta.region_name}
            with suppress(self.client.exceptions.BucketAlreadyOwnedByYou):  # somebody made it by S3
                self.client.create_bucket(Bucket=name, CreateBucketConfiguration=place)
            self.buckets.add(name)

    def take_in(self, uri: S3Uri, file: Path) -> None:
        """Make an object of a file that is new or was changed by somebody else.

        Raises:
            StorageUnavailable: the file cannot be read.
        """
        with self._lock:
            try:
                self._seeded[uri] = self._seed_file(uri, file)
            except OSError as error:
                raise StorageUnavailable(
                    f"{quoted(str(file))} cannot be read ({error})", place=str(uri), remedy="check its permissions"
                ) from error

    def take_out(self, uri: S3Uri) -> None:
        """Delete the object of a file that somebody else deleted."""
        with self._lock:
            self.client.delete_object(Bucket=uri.bucket, Key=uri.key)
            self._seeded.pop(uri, None)
            self._metadata.pop(uri, None)

    def _seed_bucket(self, place: Path) -> None:
        bucket = _bucket(place)
        self.make_bucket(bucket)
        for file in sorted(files_below(place, on_link=_warn_of_link)):
            uri = S3Uri.parse(f"s3://{bucket}/{file.relative_to(place).as_posix()}")
            self._seeded[uri] = self._seed_file(uri, file)

    def _seed_file(self, uri: S3Uri, file: Path) -> str:
        metadata = self._metadata.get(uri)
        if metadata is None:
            return self._put(uri, file, {})
        etag = self._put(uri, file, metadata.metadata)
        if etag == metadata.etag:
            return etag
        del self._metadata[uri]  # somebody changed the file: the metadata are those of another content
        return self._put(uri, file, {})

    def _put(self, uri: S3Uri, file: Path, metadata: Mapping[str, str]) -> str:
        kind = content_type(file.name)
        with open_inside(self.folder / uri.bucket, file) as body:
            answer = self.client.put_object(
                Bucket=uri.bucket, Key=uri.key, Body=body, ContentType=kind, Metadata=dict(metadata)
            )
        return str(answer["ETag"])

    def _write_back_bucket(self, bucket: str) -> Iterator[S3Uri]:
        gone = {uri for uri in self._seeded if uri.bucket == bucket}
        for key, etag, modified in self._objects(bucket):
            uri = S3Uri(bucket, key)
            gone.discard(uri)
            if self._seeded.get(uri) != etag:
                if not self._write(uri, etag):
                    yield uri
            elif modified >= self._seeded_at:  # perhaps the same content with other metadata
                self._note(uri, etag, self.client.head_object(Bucket=bucket, Key=key)["Metadata"])
        for uri in gone:
            del self._seeded[uri]
            self._metadata.pop(uri, None)
            self._delete(uri)

    def _delete(self, uri: S3Uri) -> None:
        if path := local_path(self.folder, uri):
            path.unlink(missing_ok=True)

    def _objects(self, bucket: str) -> Iterator[tuple[str, str, datetime]]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", ()):
                yield entry["Key"], entry["ETag"], entry["LastModified"]

    def _write(self, uri: S3Uri, etag: str) -> bool:
        path = local_path(self.folder, uri)
        if path is None:
            return False
        try:
            metadata = self._download(uri, path)
        except OSError as error:
            raise unwritable(path, str(uri), error) from error
        self._seeded[uri] = etag
        self._note(uri, etag, metadata)
        return True

    def _note(self, uri: S3Uri, etag: str, metadata: Mapping[str, str]) -> None:
        if metadata:
            self._metadata[uri] = ObjectMetadata(etag, dict(metadata))
        else:
            self._metadata.pop(uri, None)

    def _remember(self) -> None:
        try:
            write_metadata(self.folder, self._metadata)
            self._kept = dict(self._metadata)
        except OSError as error:
            raise unwritable(self.folder, "metadata", error) from error

    def _download(self, uri: S3Uri, path: Path) -> Mapping[str, str]:
        answer = self.client.get_object(Bucket=uri.bucket, Key=uri.key)
        body, metadata = answer["Body"], answer["Metadata"]
        # Written beside the target, then renamed: a file is never seen half written.
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_UNFINISHED, delete=False) as file:
            written = Path(file.name)
            try:
                for chunk in body.iter_chunks(_CHUNK_BYTES):
                    file.write(chunk)
                if self.durable:
                    file.flush()
                    os.fsync(file.fileno())
                file.close()
                written.chmod(_FILE_MODE)
                written.replace(path)
            except BaseException:
                written.unlink(missing_ok=True)
                raise
        return dict(metadata)


def _warn_of_link(place: Path) -> None:
    _log.warning("a symbolic link is no part of S3", extra={"file": one_line(str(place))})


def _bucket(place: Path) -> str:
    try:
        return S3Prefix.parse(f"s3://{place.name}").bucket
    except InvalidUri as error:
        raise InvalidUri(
            error.what, place=one_line(str(place)), expected=error.expected, remedy="rename the folder"
        ) from error
