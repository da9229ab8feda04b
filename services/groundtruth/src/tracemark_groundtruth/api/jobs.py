"""The operations on labeling jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tracemark.document import Json, Node
from tracemark.errors import InvalidConfiguration, one_line, quoted
from tracemark_groundtruth.api.access import SERVICE_CALLER, Caller
from tracemark_groundtruth.api.errors import InUse, Invalid, LimitExceeded
from tracemark_groundtruth.api.listing import Listing, is_between, one_of
from tracemark_groundtruth.api.names import find_job, find_team, reference_code
from tracemark_groundtruth.api.streaming import stream_notes
from tracemark_groundtruth.job.labeling_job import LabelingJob, read_text
from tracemark_groundtruth.job.left_out import summed_up
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.patterns import WORKTEAM
from tracemark_groundtruth.running.context import FunctionLookup
from tracemark_groundtruth.state.audit import Action
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord, Jobs, owned_by
from tracemark_groundtruth.state.objects import JobObjects
from tracemark_groundtruth.state.streams import open_streams
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.state.teams import Teams
from tracemark_groundtruth.streams.endpoints import NO_ENDPOINTS, StreamEndpoints

MAX_FAILURE_REASON = 1_024
MAX_STREAMING_JOBS = 64
"""Each waits at its queue in a thread of its own."""

MAX_CODE = 255

_LEFT_OUT_TOLD = 3

_ECHOED = (
    "LabelAttributeName",
    "InputConfig",
    "OutputConfig",
    "RoleArn",
    "LabelCategoryConfigS3Uri",
    "StoppingConditions",
    "HumanTaskConfig",
    "Tags",
)
_ORDERS = ("Name", "CreationTime", "Status")
_STOPPABLE = (JobStatus.INITIALIZING, JobStatus.IN_PROGRESS)
_ENDED_WITH_OUTPUT = (JobStatus.COMPLETED, JobStatus.STOPPED)


TemplateCheck = Callable[[LabelingJob], None]
"""Raises what is wrong with a job's worker template."""


def _unchecked(job: LabelingJob) -> None:
    """Take every template."""


@dataclass(frozen=True)
class JobOperations:
    """Each method is an operation of SageMaker: the request in, the answer out.

    To a `caller` who is no admin, others' jobs are not there. Every method raises `InvalidDocument` and `InvalidUri`
    for a wrong request, and `StateUnavailable`.
    """

    database: Database
    functions: FunctionLookup
    check_template: TemplateCheck = _unchecked
    endpoints: StreamEndpoints = NO_ENDPOINTS
    caller: Caller = SERVICE_CALLER

    def create(self, request: Node) -> Json:
        """Do `CreateLabelingJob`.

        Raises:
            InUse: there is a job of this name, ignoring case.
            LimitExceeded: it is a streaming job, and too many are not over.
            Invalid: the work team is not there, or a function's ARN is not known here.
            InvalidDocument: the template asks by elements that the portal does not have.
        """
        job = LabelingJob.of(request)
        self.check_template(job)
        self._check_team(job)
        self._check_functions(job)
        self._check_streams(job)
        document = {key: request.value[key] for key in ("LabelingJobName", *_ECHOED) if key in request.value}
        event = self.caller.event(Action.JOB_CREATE, job.name)
        if not Jobs(self.database).add(job, document, self.caller.worker_id, event):
            raise InUse(f"there is a labeling job {quoted(job.name)} already", remedy="choose another LabelingJobName")
        return {"LabelingJobArn": job.labeling_job_arn}

    def describe(self, request: Node) -> Json:
        """Do `DescribeLabelingJob`.

        Raises:
            NotFound: there is no such job.
        """
        record = find_job(self.database, request, self.caller)
        return {
            **self._summary(record),
            **{key: record.request[key] for key in _ECHOED if key in record.request},
            "JobReferenceCode": reference_code(record.job),
        }

    def list(self, request: Node) -> Json:
        """Do `ListLabelingJobs`."""
        listing = Listing.parse(request, _ORDERS)
        status = one_of(request.get("StatusEquals"), tuple(JobStatus))
        records = Jobs(self.database).list(*([JobStatus(status)] if status else []), where=owned_by(self.caller.owner))
        page = listing.page(
            [record for record in records if _is_wanted(record, request)],
            {
                "Name": lambda job: job.name,
                "CreationTime": lambda job: job.created_at,
                "Status": lambda job: job.status,
            },
            "CreationTime",
        )
        answer: dict[str, Json] = {"LabelingJobSummaryList": [self._list_entry(record) for record in page.items]}
        return {**answer, "NextToken": page.next_token} if page.next_token else answer

    def list_for_team(self, request: Node) -> Json:
        """Do `ListLabelingJobsForWorkteam`.

        Raises:
            NotFound: there is no such team.
        """
        listing = Listing.parse(request, ("CreationTime",))
        team = find_team(self.database, WORKTEAM.read(request["WorkteamArn"]).rpartition("/")[2])
        contains = request.get("JobReferenceCodeContains")
        part = read_text(contains, MAX_CODE) if contains else ""
        wanted = [
            record
            for record in Jobs(self.database).list(where=owned_by(self.caller.owner))
            if record.job.team == team.name
            and part in reference_code(record.job)
            and is_between(request, "CreationTime", record.created_at)
        ]
        page = listing.page(wanted, {"CreationTime": lambda job: job.created_at}, "CreationTime")
        answer: dict[str, Json] = {"LabelingJobSummaryList": [self._team_entry(record) for record in page.items]}
        return {**answer, "NextToken": page.next_token} if page.next_token else answer

    def stop(self, request: Node) -> Json:
        """Do `StopLabelingJob`.

        Raises:
            NotFound: there is no such job.
            Invalid: it is over.
        """
        record = find_job(self.database, request, self.caller)
        event = self.caller.event(Action.JOB_STOP, record.name)
        if record.status in (JobStatus.STOPPING, JobStatus.STOPPED) or Jobs(self.database).advance(
            record.job_id, _STOPPABLE, JobStatus.STOPPING, event=event
        ):
            return {}
        raise Invalid(f"the job {quoted(record.name)} is {record.status.value}", expected="a job in progress")

    def _check_team(self, job: LabelingJob) -> None:
        name = job.team
        if Teams(self.database).find(name) is None:
            raise Invalid(
                f"there is no work team {quoted(name)}",
                place="HumanTaskConfig.WorkteamArn",
                remedy="create it: 'tracemark worker add NAME --team TEAM', or CreateWorkteam",
            )

    def _check_functions(self, job: LabelingJob) -> None:
        try:
            self.functions.pre_annotation(job)
            self.functions.post_annotation(job)
        except InvalidConfiguration as error:
            raise Invalid(error.what, place=error.place, expected=error.expected, remedy=error.remedy) from error

    def _check_streams(self, job: LabelingJob) -> None:
        if job.is_streaming and open_streams(self.database) >= MAX_STREAMING_JOBS:
            raise LimitExceeded(
                f"there are {MAX_STREAMING_JOBS} streaming jobs that are not over", remedy="stop one of them"
            )

    def _summary(self, record: JobRecord) -> dict[str, Json]:
        job, counts = record.job, Jobs(self.database).counts(record.job_id)
        summary: dict[str, Json] = {
            "LabelingJobName": job.name,
            "LabelingJobArn": job.labeling_job_arn,
            "CreationTime": record.created_at,
            "LastModifiedTime": record.modified_at,
            "LabelingJobStatus": record.status.value,
            "LabelCounters": _counters(counts),
        }
        # Also of a job that goes on or is completed: nothing else in the answer can say which objects are missing.
        reason = self._reason(record, counts)
        if reason:
            summary["FailureReason"] = one_line(reason, MAX_FAILURE_REASON)
        if record.status in _ENDED_WITH_OUTPUT:
            output = OutputTree(job.output, job.name).output_manifest
            summary["LabelingJobOutput"] = {"OutputDatasetS3Uri": str(output)}
        return summary

    def _reason(self, record: JobRecord, counts: Mapping[ObjectState, int]) -> str:
        told = record.failure_reason or ""
        if told and record.status is JobStatus.FAILED:
            return told
        notes = stream_notes(self.database, record, self.endpoints) if record.job.is_streaming else ()
        return "; ".join(filter(None, [told, self._left_out(record, counts), *notes]))

    def _left_out(self, record: JobRecord, counts: Mapping[ObjectState, int]) -> str:
        count = counts.get(ObjectState.LEFT_OUT, 0)
        first = JobObjects(self.database, record.job_id).left_out(_LEFT_OUT_TOLD) if count else ()
        return summed_up(count, sum(counts.values()), first)

    def _list_entry(self, record: JobRecord) -> Json:
        job = record.job
        entry = {**self._summary(record), "WorkteamArn": job.workteam_arn, "InputConfig": record.request["InputConfig"]}
        if job.pre_function_arn:
            entry["PreHumanTaskLambdaArn"] = job.pre_function_arn
        if job.post_function_arn:
            entry["AnnotationConsolidationLambdaArn"] = job.post_function_arn
        return entry

    def _team_entry(self, record: JobRecord) -> Json:
        job, counters = record.job, _counters(Jobs(self.database).counts(record.job_id))
        labeled, pending = counters["HumanLabeled"], counters["Unlabeled"]
        return {
            "LabelingJobName": job.name,
            "JobReferenceCode": reference_code(job),
            "WorkRequesterAccountId": job.role_arn.split(":")[4],
            "CreationTime": record.created_at,
            "LabelCounters": {"HumanLabeled": labeled, "PendingHuman": pending, "Total": sum(_objects(counters))},
            "NumberOfHumanWorkersPerDataObject": job.workers_per_object,
        }


def _objects(counters: Mapping[str, int]) -> Iterator[int]:
    yield from (counters[key] for key in ("HumanLabeled", "Unlabeled", "FailedNonRetryableError"))


def _counters(counts: Mapping[ObjectState, int]) -> dict[str, int]:
    labeled, failed = counts.get(ObjectState.LABELED, 0), counts.get(ObjectState.FAILED, 0)
    others = sum(counts.values()) - labeled - failed - counts.get(ObjectState.ALREADY_LABELED, 0)
    return {
        "TotalLabeled": labeled,
        "HumanLabeled": labeled,
        "MachineLabeled": 0,
        "FailedNonRetryableError": failed,
        "Unlabeled": others,
    }


def _is_wanted(record: JobRecord, request: Node) -> bool:
    contains = request.get("NameContains")
    if contains and contains.text().lower() not in record.name.lower():
        return False
    moments = {"CreationTime": record.created_at, "LastModifiedTime": record.modified_at}
    return all(is_between(request, name, moment) for name, moment in moments.items())
