"""The account: whether it may use Ground Truth, whether the team is there, whether the job's name is free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracemark_cli.aws.answers import try_call
from tracemark_cli.checks.finding import Finding, warning
from tracemark_groundtruth.job.labeling_job import LabelingJob

# Nobody has published what the API answers to an account that is no customer (2026-11); these are the words of other
# services that closed.
_CLOSED = ("new customer", "no longer available", "not available to", "not supported for this account", "not enabled")
_ABSENT = ("ValidationException", "ResourceNotFound")
_ELSEWHERE = "run the job on a machine of your own (tracemark run), or from an account that used Ground Truth before"


def customer_findings(sagemaker: Any) -> Iterator[Finding]:
    """Yield whether the account seems not to be a Ground Truth customer."""
    jobs = try_call(sagemaker.list_labeling_jobs, MaxResults=1)
    if jobs.code and any(word in jobs.message.lower() for word in _CLOSED):
        yield Finding(f"Ground Truth refuses this account ({jobs.message})", remedy=_ELSEWHERE)
        return
    if jobs.code:
        yield warning(f"the account's labeling jobs could not be listed ({jobs.code}: {jobs.message})")
        return
    teams = try_call(sagemaker.list_workteams, MaxResults=1)
    if not jobs.value["LabelingJobSummaryList"] and not teams.code and not teams.value["Workteams"]:
        yield warning(
            "there is no labeling job and no work team in this account and Region",
            expected="an account that used Ground Truth before it closed to new customers",
            remedy=_ELSEWHERE,
        )


def job_findings(sagemaker: Any, job: LabelingJob, region: str) -> Iterator[Finding]:
    """Yield why the job could not be created under its name with its team."""
    yield from _name_findings(sagemaker, job)
    arn = job.workteam_arn.split(":")
    if arn[3] != region:
        yield Finding(
            f"the work team is in {arn[3]}", job.workteam_arn, f"the job's Region, {region}", "use a team there"
        )
    elif ":workteam/private-crowd/" in job.workteam_arn:
        team = try_call(sagemaker.describe_workteam, WorkteamName=job.workteam_arn.rpartition("/")[2])
        if team.code in _ABSENT:
            yield Finding("there is no such work team", job.workteam_arn, remedy="make it, or correct WorkteamArn")


def _name_findings(sagemaker: Any, job: LabelingJob) -> Iterator[Finding]:
    taken = try_call(sagemaker.describe_labeling_job, LabelingJobName=job.name)
    if not taken.code:
        yield Finding(
            f"there is a labeling job of this name already ({taken.value['LabelingJobStatus']})",
            job.name,
            "a name of its own, whatever the case of its letters",
            "choose another LabelingJobName",
        )
    elif taken.code not in _ABSENT:
        yield warning(f"whether the job's name is free is not known ({taken.code}: {taken.message})", job.name)
