"""The output topic of a streaming job: SNS is told of each finished object."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracemark.document import json_text
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import StreamRefused
from tracemark_groundtruth.streams.faults import translated

# https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
MAX_BATCH = 10
MAX_BATCH_BYTES = 256 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notification:
    """The line of a finished object, as the output manifest has it."""

    line_index: int
    line: str


@dataclass(frozen=True)
class Topic:
    """A topic by its ARN; `sns` is a boto3 client, `manifest` where the job's output manifest is."""

    sns: Any
    arn: str
    manifest: S3Uri

    def tell(self, notifications: Sequence[Notification]) -> list[int]:
        """Publish notifications and return the lines that the topic took.

        A line that is too large for a message is told as where it is.

        Raises:
            StreamRefused, StreamUnavailable: the topic does not take them.
        """
        taken: list[int] = []
        for batch in _batches([self._entry(one) for one in notifications]):
            with translated(self.arn):
                answer = self.sns.publish_batch(TopicArn=self.arn, PublishBatchRequestEntries=batch)
            taken += [int(entry["Id"]) for entry in answer.get("Successful", ())]
            self._check(answer.get("Failed", ()))
        return taken

    def _entry(self, one: Notification) -> dict[str, str]:
        text = one.line if len(one.line.encode()) <= MAX_BATCH_BYTES else self._place(one)
        return {"Id": str(one.line_index), "Message": text}

    def _place(self, one: Notification) -> str:
        logger.warning("a line is too large for a message", extra={"line": one.line_index, "topic": self.arn})
        return json_text({"datasetObjectId": str(one.line_index), "output-manifest-ref": str(self.manifest)})

    def _check(self, failed: Sequence[dict[str, Any]]) -> None:
        for entry in failed:
            if entry.get("SenderFault"):
                raise StreamRefused(
                    f"the topic refused a message ({entry.get('Code')}: {entry.get('Message')})",
                    place=self.arn,
                    remedy="check OutputConfig.SnsTopicArn and the topic's settings",
                )


def _batches(entries: Sequence[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    batch: list[dict[str, str]] = []
    size = 0
    for entry in entries:
        added = len(entry["Message"].encode())
        if batch and (len(batch) == MAX_BATCH or size + added > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += added
    if batch:
        yield batch
