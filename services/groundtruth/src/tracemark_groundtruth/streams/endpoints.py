"""Which queues and topics the service uses: those of its configuration, never an address out of a job or a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.streams.queue import LONGEST_WAIT_SECONDS, Queue, leave_topic, open_queue
from tracemark_groundtruth.streams.topic import Topic


@dataclass(frozen=True)
class StreamEndpoints:
    """`sqs` and `sns` are boto3 clients, None where no endpoint is given; `queues` are URLs by the ARN of a topic.

    A queue is asked for at most `wait_seconds` at a time.
    """

    sqs: Any | None = None
    sns: Any | None = None
    queues: Mapping[str, str] = field(default_factory=dict)
    wait_seconds: int = LONGEST_WAIT_SECONDS

    @property
    def reads_queues(self) -> bool:
        """Whether there is anything that messages come from."""
        return self.sqs is not None

    def queue(self, job: LabelingJob) -> Queue | None:
        """Return the queue of a streaming job, made and subscribed if need be; None where no endpoint is given.

        Raises:
            StreamRefused, StreamUnavailable: it cannot be made or subscribed.
        """
        if self.sqs is None or job.input_topic_arn is None:
            return None
        if url := self.queues.get(job.input_topic_arn):
            return Queue(self.sqs, url)
        return open_queue(self.sqs, self.sns, job.name, job.input_topic_arn)

    def leave(self, job: LabelingJob) -> None:
        """End the subscription of a job that is over; a queue of the configuration is none of ours.

        Raises:
            StreamRefused, StreamUnavailable: the topic does not answer.
        """
        topic = job.input_topic_arn
        if topic and self.sqs is not None and self.sns is not None and topic not in self.queues:
            leave_topic(self.sqs, self.sns, job.name, topic)

    def topic(self, job: LabelingJob) -> Topic | None:
        """Return the output topic of a job; None where it names none, or no endpoint is given."""
        if self.sns is None or job.output_topic_arn is None:
            return None
        return Topic(self.sns, job.output_topic_arn, OutputTree(job.output, job.name).output_manifest)


NO_ENDPOINTS = StreamEndpoints()
