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

_PORT = "s3"
_OWN_HOSTS = ("127.0.0.1", "localhost", "::1")


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
    if os.environ.get("AWS_ENDPOINT_URL_S3"):
        yield Storage(s3_client(), {}, keep=lambda: None)
        return
    with folder_storage(folder, durable=durable) as storage:
        yield storage


@contextmanager
def folder_storage(folder: Path, *, durable: bool = False) -> Iterator[Storage]:
    """Serve `folder`, whatever the environment names.

    `durable`: each write reaches the folder at once, see `EmbeddedS3`, and the port is that of the last time, if it is
    free: what a shell was told of it stays true.
    """
    from tracemark_groundtruth.s3.embedded import EmbeddedS3  # moto takes a second to import
    from tracemark_groundtruth.state.data_folder import keep_port, kept_port

    with EmbeddedS3(folder, durable=durable, port=kept_port(folder, _PORT) if durable else 0) as s3:
        if durable:
            keep_port(folder, _PORT, s3.port)
        yield Storage(s3.client, s3.environment, keep=s3.write_back)


def check_endpoint() -> None:
    """Accept the S3 that AWS_ENDPOINT_URL_S3 names.

    Raises:
        InvalidConfiguration: it is on this machine and nobody listens there: it was that of a service that has ended.
    """
    url = os.environ.get("AWS_ENDPOINT_URL_S3", "")
    parts = urlsplit(url)
    if parts.hostname not in _OWN_HOSTS:
        return
    try:
        socket.create_connection((parts.hostname, parts.port or 80), timeout=5).close()
    except (OSError, ValueError) as error:
        raise InvalidConfiguration(
            f"no S3 answers at {url}, which AWS_ENDPOINT_URL_S3 names ({error})",
            expected="an S3 that runs; this may be left in the shell by a service that has ended",
            remedy="unset AWS_ENDPOINT_URL_S3 so that --data is served, or start that S3",
        ) from error
