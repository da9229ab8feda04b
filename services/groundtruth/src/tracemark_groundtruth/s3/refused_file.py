"""The file that says which messages held no object: ours, beside the output manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tracemark.document import json_bytes
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JobStorage


class Refused(Protocol):
    """A message of the queue that holds no object."""

    @property
    def message_id(self) -> str:
        """Its id."""

    @property
    def reason(self) -> str:
        """Why it was refused."""

    @property
    def body(self) -> str:
        """What it held."""


def refused_file(output_manifest: S3Uri) -> S3Uri:
    """Return where the file lies: beside the output manifest."""
    return S3Uri(output_manifest.bucket, f"{output_manifest.key.rpartition('/')[0]}/refused-messages.jsonl")


def write_refused(storage: JobStorage, output_manifest: S3Uri, refused: Sequence[Refused]) -> None:
    """Write the file, unless nothing was refused: `{"messageId", "reason", "body"}` in each line.

    Raises:
        ObjectMissing, AccessDenied, StorageUnavailable: S3 does not take it.
    """
    if refused:
        lines = [
            json_bytes({"messageId": one.message_id, "reason": one.reason, "body": one.body}) + b"\n" for one in refused
        ]
        storage.upload(refused_file(output_manifest), lines, JSON_LINES_TYPE)
