"""S3 in memory, as a job knows it: `JobStorage` over a dictionary of objects by their URI."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.s3.job_storage import JobStorage


@dataclass(frozen=True)
class MemoryStorage(JobStorage):
    """`client` is the dictionary; several services may share it."""

    def read(self, uri: S3Uri, limit: int) -> bytes:
        return bytes(self.client[str(uri)])

    @contextmanager
    def download(self, uri: S3Uri, limit: int) -> Iterator[IO[bytes]]:
        yield io.BytesIO(self.client[str(uri)])

    def upload(self, uri: S3Uri, chunks: Iterable[bytes], content_type: str) -> None:
        self.client[str(uri)] = b"".join(chunks)

    def write(self, uri: S3Uri, data: bytes, content_type: str) -> None:
        self.client[str(uri)] = data

    def holds_any(self, prefix: S3Prefix) -> bool:
        return bool(self.keys(prefix))

    def keys(self, prefix: S3Prefix) -> list[str]:
        bucket = f"s3://{prefix.bucket}/"
        return sorted(uri.removeprefix(bucket) for uri in list(self.client) if uri.startswith(bucket + prefix.key))

    def delete_all(self, prefix: S3Prefix) -> None:
        for key in self.keys(prefix):
            del self.client[f"s3://{prefix.bucket}/{key}"]
