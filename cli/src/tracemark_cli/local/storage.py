"""The S3 that a command uses: a folder on this machine, or the endpoint that the environment names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemark.storage.s3objects import s3_client


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

    `durable`: each write reaches the folder at once, see `EmbeddedS3`.
    """
    if os.environ.get("AWS_ENDPOINT_URL_S3"):
        yield Storage(s3_client(), {}, keep=lambda: None)
        return
    from tracemark_groundtruth.s3.embedded import EmbeddedS3  # moto takes a second to import

    with EmbeddedS3(folder, durable=durable) as s3:
        yield Storage(s3.client, s3.environment, keep=s3.write_back)
