"""The S3 that a command uses: a folder on this machine, or the endpoint that the environment names."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3objects import s3_client

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ANSWER_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Storage:
    """A boto3 S3 client, and the environment variables by which functions reach the same S3.

    `keep` writes the changes so far to disk, in case the process does not live to its end.
    """

    client: Any
    environment: Mapping[str, str]
    keep: Callable[[], None]


@contextmanager
def storage_of(folder: Path, *, durable: bool = False) -> Iterator[Storage]:
    """Serve `folder`, whose sub-folders are the buckets, unless AWS_ENDPOINT_URL_S3 names another S3.

    `durable`: see `folder_storage`.
    """
    if endpoint := os.environ.get("AWS_ENDPOINT_URL_S3"):
        _require_answer(endpoint)
        yield Storage(s3_client(), {}, keep=lambda: None)
        return
    with folder_storage(folder, durable=durable) as storage:
        yield storage


@contextmanager
def folder_storage(folder: Path, *, durable: bool = False) -> Iterator[Storage]:
    """Serve `folder`, whatever the environment names.

    `durable`: each write reaches the folder at once, see `EmbeddedS3`.
    """
    from tracemark_groundtruth.s3.embedded import EmbeddedS3  # moto takes a second to import

    with EmbeddedS3(folder, durable=durable) as s3:
        yield Storage(s3.client, s3.environment, keep=s3.write_back)


def _require_answer(endpoint: str) -> None:
    """Refuse an endpoint of this machine where nothing listens: a shell may still name a service that has ended."""
    parts = urlsplit(endpoint)
    if parts.hostname not in _LOOPBACK:
        return
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=_ANSWER_SECONDS).close()
    except (OSError, ValueError) as error:
        raise InvalidConfiguration(
            f"AWS_ENDPOINT_URL_S3 names {endpoint}, where nothing answers ({error})",
            remedy="unset AWS_ENDPOINT_URL_S3 to use the folder (an ended service may have set it), or start that S3",
        ) from error
