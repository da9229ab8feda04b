"""Labeling jobs through SageMaker's API: create, describe, stop, and read what their functions logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracemark.document import Json, read_json
from tracemark.errors import TracemarkError, one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.answers import call, try_call
from tracemark_cli.aws.labeling_request import LabelingRequest
from tracemark_cli.aws.session import Aws

ENDED = ("Completed", "Failed", "Stopped")
RUNNING = ("Initializing", "InProgress")
_LOG_LINES = 5
_ERRORS = '{ $.level = "ERROR" || $.level = "error" }'


@dataclass(frozen=True, slots=True)
class DescribedJob:
    """The current state of a job: objects by outcome; `failure_reason`: why it failed, or what it left out."""

    name: str
    status: str
    labeled: int
    unlabeled: int
    failed: int
    created_at: datetime
    label_attribute: str = ""
    workteam_arn: str = ""
    functions: Sequence[str] = ()
    role_arn: str = ""
    failure_reason: str = ""
    output_manifest: S3Uri | None = None

    @classmethod
    def parse(cls, answer: Mapping[str, Any]) -> DescribedJob:
        """Read the answer of `DescribeLabelingJob`."""
        counters, human = answer["LabelCounters"], answer["HumanTaskConfig"]
        consolidation = human.get("AnnotationConsolidationConfig") or {}
        functions = (human.get("PreHumanTaskLambdaArn"), consolidation.get("AnnotationConsolidationLambdaArn"))
        output = (answer.get("LabelingJobOutput") or {}).get("OutputDatasetS3Uri")
        return cls(
            name=answer["LabelingJobName"],
            status=answer["LabelingJobStatus"],
            labeled=counters.get("TotalLabeled", 0),
            unlabeled=counters.get("Unlabeled", 0),
            failed=counters.get("FailedNonRetryableError", 0),
            created_at=answer["CreationTime"],
            label_attribute=answer.get("LabelAttributeName", ""),
            workteam_arn=human.get("WorkteamArn", ""),
            functions=tuple(arn for arn in functions if arn),
            role_arn=answer["RoleArn"],
            failure_reason=answer.get("FailureReason", ""),
            output_manifest=S3Uri.parse(output) if output else None,
        )

    @classmethod
    def parse_summary(cls, summary: Mapping[str, Any]) -> DescribedJob:
        """Read one entry of the answer of `ListLabelingJobs`."""
        return cls.parse({"HumanTaskConfig": {}, "RoleArn": "", **summary})

    @property
    def counters(self) -> str:
        """The objects in words."""
        return f"{self.labeled} labeled, {self.failed} failed, {self.unlabeled} unlabeled"

    @property
    def total(self) -> int:
        """The number of objects of the job; 0 until it has read its manifest."""
        return self.labeled + self.unlabeled + self.failed

    @property
    def ended(self) -> bool:
        """Whether the job has reached its final state."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class LogLine:
    """An error that a function logged itself."""

    function: str
    at: datetime
    text: str


@dataclass(frozen=True)
class LabelingJobs:
    """The labeling jobs of an account in a Region."""

    aws: Aws

    def create(self, request: LabelingRequest) -> str:
        """Create a job and return its ARN.

        Raises:
            AwsRefused: a job of this name is there, or the account may not create jobs.
        """
        remedy = "run tracemark doctor for details; AWS refuses accounts that never used Ground Truth"
        answer = call("create the labeling job", self._client.create_labeling_job, remedy=remedy, **request.to_json())
        return str(answer["LabelingJobArn"])

    def answer(self, name: str) -> dict[str, Json]:
        """Return the answer of `DescribeLabelingJob`.

        Raises:
            AwsRefused: there is no such job.
        """
        remedy = "check name and Region; list them with tracemark job list"
        found = call("describe the labeling job", self._client.describe_labeling_job, remedy, LabelingJobName=name)
        return {key: value for key, value in found.items() if key != "ResponseMetadata"}

    def describe(self, name: str) -> DescribedJob:
        """Return the current state of a job.

        Raises:
            AwsRefused: there is no such job.
        """
        return DescribedJob.parse(self.answer(name))

    def all(self) -> Iterator[DescribedJob]:
        """Yield a summary of every job (without its role, functions and label), newest first.

        Raises:
            AwsRefused: jobs cannot be listed.
        """
        yield from map(DescribedJob.parse_summary, self._list(SortBy="CreationTime", SortOrder="Descending"))

    def running(self, role_arn: str) -> Iterator[DescribedJob]:
        """Yield the jobs in progress with this role.

        Raises:
            AwsRefused: jobs cannot be listed.
        """
        for status in RUNNING:
            for summary in self._list(StatusEquals=status):
                job = self.describe(summary["LabelingJobName"])
                if job.role_arn == role_arn:
                    yield job

    def stop(self, name: str) -> None:
        """Stop a job; labels made so far are kept.

        Raises:
            AwsRefused: it cannot be stopped.
        """
        call("stop the labeling job", self._client.stop_labeling_job, LabelingJobName=name)

    def portal(self, workteam_arn: str) -> str:
        """Return the address where a private team labels, or an empty text when AWS does not return it."""
        answer = try_call(self._client.describe_workteam, WorkteamName=workteam_arn.rpartition("/")[2])
        domain = "" if answer.code else answer.value["Workteam"].get("SubDomain", "")
        return f"https://{domain}" if domain else ""

    def log_lines(self, job: DescribedJob) -> list[LogLine]:
        """Return the last errors that the job's functions logged since the job started, oldest first.

        Ground Truth's own reason says no more than that a function failed.
        """
        lines = [line for arn in job.functions for line in self._log(arn, job.created_at)]
        return sorted(lines, key=lambda line: line.at)[-_LOG_LINES:]

    @property
    def _client(self) -> Any:
        return self.aws.client("sagemaker")

    def _list(self, **filters: str) -> list[Mapping[str, Any]]:
        pages = self._client.get_paginator("list_labeling_jobs").paginate(**filters)
        found = call("list the labeling jobs", lambda: list(pages))
        return [summary for page in found for summary in page["LabelingJobSummaryList"]]

    def _log(self, arn: str, since: datetime) -> Iterator[LogLine]:
        name = arn.split(":")[6]
        group = try_call(self.aws.client("lambda").get_function_configuration, FunctionName=arn)
        configured = "" if group.code else group.value.get("LoggingConfig", {}).get("LogGroup", "")
        answer = try_call(
            self.aws.client("logs").filter_log_events,
            logGroupName=configured or f"/aws/lambda/{name}",
            startTime=int(since.timestamp() * 1000),
            filterPattern=_ERRORS,
        )
        for event in [] if answer.code else answer.value["events"]:
            at = datetime.fromtimestamp(event["timestamp"] / 1000, tz=since.tzinfo)
            yield LogLine(name, at, _text(event["message"]))


def _text(message: str) -> str:
    try:
        node = read_json(message, "log line")
        cause = node.get("cause") or node.get("errorMessage") or node.get("message")
    except TracemarkError:
        return one_line(message, 600)
    return one_line(str(cause.value) if cause else message, 600)
