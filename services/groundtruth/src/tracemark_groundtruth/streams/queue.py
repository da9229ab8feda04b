"""The queue of a streaming job: SQS, subscribed to the job's input topic."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tracemark_groundtruth.streams.faults import translated
from tracemark_groundtruth.streams.message import Message

# https://docs.aws.amazon.com/sagemaker/latest/dg/sms-streaming-how-it-works-sqs.html: its name, and the 14 days.
NAME_PREFIX = "GroundTruth-"
RETENTION_SECONDS = 14 * 24 * 3_600
LONGEST_WAIT_SECONDS = 20
HIDDEN_SECONDS = 120
"""How long a message that was received and not deleted stays hidden: far longer than it takes to enter it."""

_AT_ONCE = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Queue:
    """A queue by its URL; `sqs` is a boto3 client."""

    sqs: Any
    url: str

    def receive(self, wait_seconds: int) -> Sequence[Message]:
        """Return up to ten messages, waiting for the first one; nobody else gets them for two minutes.

        Raises:
            StreamRefused, StreamUnavailable: the queue does not give them.
        """
        with translated(self.url):
            answer = self.sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=_AT_ONCE,
                WaitTimeSeconds=min(wait_seconds, LONGEST_WAIT_SECONDS),
                VisibilityTimeout=HIDDEN_SECONDS,
            )
        return [Message(one["MessageId"], one["ReceiptHandle"], one["Body"]) for one in answer.get("Messages", ())]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages; one that stays comes again, and is known then.

        Raises:
            StreamRefused, StreamUnavailable: the queue does not answer.
        """
        entries = [{"Id": str(place), "ReceiptHandle": one.receipt} for place, one in enumerate(messages)]
        with translated(self.url):
            answer = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=entries)
        for failed in answer.get("Failed", ()):
            logger.warning("a message was not deleted", extra={"queue": self.url, "cause": failed.get("Message", "")})


def open_queue(sqs: Any, sns: Any | None, job_name: str, topic_arn: str) -> Queue:
    """Return the job's queue, made if there is none, subscribed to the topic unless `sns` is None.

    Raises:
        StreamRefused, StreamUnavailable: it cannot be made or subscribed.
    """
    name = f"{NAME_PREFIX}{job_name.lower()}"
    with translated(name):
        queue = Queue(sqs, _url(sqs, name) or _create(sqs, name, topic_arn))
    if sns is not None:
        with translated(topic_arn):
            sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=_arn(queue), ReturnSubscriptionArn=True)
    return queue


def leave_topic(sqs: Any, sns: Any, job_name: str, topic_arn: str) -> None:
    """End the subscription of a job's queue; the queue stays, as what it still holds is the user's.

    Raises:
        StreamRefused, StreamUnavailable: the topic does not answer.
    """
    with translated(topic_arn):
        url = _url(sqs, f"{NAME_PREFIX}{job_name.lower()}")
        if url is None:
            return
        endpoint, pages = _arn(Queue(sqs, url)), sns.get_paginator("list_subscriptions_by_topic")
        found = [one for page in pages.paginate(TopicArn=topic_arn) for one in page["Subscriptions"]]
        for one in found:
            if one["Endpoint"] == endpoint:
                sns.unsubscribe(SubscriptionArn=one["SubscriptionArn"])


def _url(sqs: Any, name: str) -> str | None:
    try:
        return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])
    except ClientError as error:
        if "NonExistentQueue" in str(error) or "QueueDoesNotExist" in str(error):
            return None
        raise


def _create(sqs: Any, name: str, topic_arn: str) -> str:
    attributes = {"MessageRetentionPeriod": str(RETENTION_SECONDS), "VisibilityTimeout": str(HIDDEN_SECONDS)}
    queue = Queue(sqs, str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]))
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": json.dumps(_policy(_arn(queue), topic_arn))})
    return queue.url


def _arn(queue: Queue) -> str:
    answer = queue.sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["QueueArn"])
    return str(answer["Attributes"]["QueueArn"])


def _policy(queue_arn: str, topic_arn: str) -> dict[str, Any]:
    """Let the topic, and nothing else, send to the queue."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
