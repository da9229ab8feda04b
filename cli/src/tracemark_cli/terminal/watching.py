"""Creating and watching labeling jobs from a terminal, on AWS or on a service of your own."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console

from tracemark.errors import FunctionFailed
from tracemark_cli.aws.labeling_jobs import DescribedJob, LabelingJobs
from tracemark_cli.aws.labeling_request import JobChoices, LabelingRequest, labeling_request
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs
from tracemark_cli.terminal.console import progress_bar


def create_from_stack(
    out: Console, aws: Aws, stack: str, choices: JobChoices, select: Callable[[LabelingRequest], LabelingRequest]
) -> None:
    """Create a job with the stack's bucket, functions, role and team; print its ARN and where workers label.

    `select` returns the request for a part of the manifest.
    """
    request = select(labeling_request(outputs(aws, stack), choices, aws))
    jobs = LabelingJobs(aws)
    out.print(jobs.create(request), soft_wrap=True)
    _show_portal(out, jobs, request.workteam_arn)


def watch_until_end(
    out: Console, aws: Aws, name: str, every: float, pause: Callable[[float], None] = time.sleep
) -> DescribedJob:
    """Show where workers label, then the job's counters at an interval in seconds until it ends.

    Raises:
        FunctionFailed: the job failed; the error carries what its functions logged.
    """
    jobs = LabelingJobs(aws)
    job = jobs.describe(name)
    _show_portal(out, jobs, job.workteam_arn)
    with progress_bar(out) as bar:
        task = bar.add_task(name, total=None)
        while not job.ended:
            bar.update(
                task, total=job.total or None, completed=job.labeled + job.failed, description=f"{name} {job.status}"
            )
            pause(every)
            job = jobs.describe(name)
    show(out, job)
    if job.status == "Failed":
        raise _failure(jobs, job)
    return job


def show(out: Console, job: DescribedJob) -> None:
    """Print a job's counters on one line, and where its results are."""
    out.print(f"{job.name}: {job.status}, {job.counters}", markup=False, soft_wrap=True)
    if job.failure_reason and job.status != "Failed":
        out.print(job.failure_reason, markup=False, soft_wrap=True)
    if job.output_manifest:
        out.print(f"output manifest: {job.output_manifest}", markup=False, soft_wrap=True)


def _show_portal(out: Console, jobs: LabelingJobs, workteam_arn: str) -> None:
    portal = jobs.portal(workteam_arn)
    if portal:
        out.print(f"workers label at {portal}", soft_wrap=True)


def _failure(jobs: LabelingJobs, job: DescribedJob) -> FunctionFailed:
    lines = jobs.log_lines(job)
    logged = " | ".join(f"{line.function}: {line.text}" for line in lines)
    remedy = (
        f"the functions logged: {logged}" if logged else "the functions logged no error; check the role's permissions"
    )
    return FunctionFailed(f"the job failed: {job.failure_reason or 'no reason given'}", place=job.name, remedy=remedy)
