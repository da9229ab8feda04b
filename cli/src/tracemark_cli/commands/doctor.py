"""`tracemark doctor`: find out before a job runs what Ground Truth would report only as a failed job."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import urllib3
from rich.console import Console
from rich.text import Text

from tracemark.contract.manifest import MAX_MANIFEST_BYTES
from tracemark.errors import StorageUnavailable, TracemarkError
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.image_manifest import InRegistry
from tracemark_cli.aws.invoke import DeployedFunction
from tracemark_cli.aws.labeling_request import JobChoices, labeling_request
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs
from tracemark_cli.checks.check import Check, CheckResult, Report, examine
from tracemark_cli.checks.finding import Severity
from tracemark_cli.checks.plan import Files, aws_checks, job_checks
from tracemark_cli.checks.request import request_findings
from tracemark_cli.checks.subject import Subject
from tracemark_cli.local.files import read_file
from tracemark_cli.local.functions import function_environment, in_process
from tracemark_cli.local.storage import storage_of
from tracemark_cli.terminal.aws_options import aws_options
from tracemark_cli.terminal.console import console
from tracemark_groundtruth.job.labeling_job import LabelingJob

_SAMPLE = 5
_REQUEST = "request"


@dataclass(frozen=True, slots=True)
class Target:
    """What to examine: exactly one of a job file, a stack, and a manifest or template alone."""

    job_file: Path | None
    stack: str | None
    manifest: str | None
    template: str | None

    def check(self) -> None:
        """Refuse any other number of targets than one."""
        kinds = [self.job_file, self.stack, self.manifest or self.template]
        if sum(kind is not None for kind in kinds) != 1:
            raise click.UsageError("give JOB.yaml, or --stack, or --manifest and --template")


class _NotExamined(click.ClickException):
    exit_code = 2


@click.command()
@click.argument(
    "job_file", metavar="[JOB.yaml]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the folder of JOB.yaml]",
)
@click.option("--stack", help="The stack on AWS whose job to examine, with its deployed functions.")
@click.option("--workteam", help="With --stack: ARN of the work team. [default: the stack's]")
@click.option("--manifest", help="Examine only a manifest: a file or an s3:// URI.")
@click.option("--template", help="Examine only a worker template: a file or an s3:// URI.")
@click.option(
    "--sample", default=_SAMPLE, show_default=True, help="Number of lines for which the functions are called."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@aws_options
def doctor(aws: Aws, job_file: Path | None, data: Path | None, as_json: bool, sample: int, **given: Any) -> None:
    """Examine a labeling job before it runs.

    The job is that of JOB.yaml on this machine, or that of a stack on AWS. Its functions are called: the pre-labeling
    function for some lines of the manifest, the post-labeling function for answers that workers might give; the
    payload for the latter is below the job's output path for the duration of the call.

    Exit code: 0 no errors, perhaps warnings; 1 errors; 2 nothing could be examined.

    \b
    Example: tracemark doctor demo/job.yaml
    Example: tracemark doctor --stack tracemark --json
    """
    target = Target(job_file, given["stack"], given["manifest"], given["template"])
    target.check()
    shown = console()
    try:
        with _checks(target, aws, data, given["workteam"], sample) as checks:
            report = examine(checks, lambda result: None if as_json else _show(shown, result))
    except TracemarkError as error:
        raise _NotExamined(str(error)) from error
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        _sum_up(shown, report)
    sys.exit(1 if report.errors else 0)


@contextmanager
def _checks(
    target: Target, aws: Aws, data: Path | None, workteam: str | None, sample: int
) -> Iterator[Sequence[Check]]:
    if target.job_file:
        with _local(target.job_file, data or target.job_file.parent, sample) as checks:
            yield checks
    elif target.stack:
        yield _on_aws(aws, target.stack, workteam, sample)
    else:
        yield Files(_read(target.manifest, aws), _read(target.template, aws)).checks()


@contextmanager
def _local(job_file: Path, folder: Path, sample: int) -> Iterator[Sequence[Check]]:
    data = job_file.read_bytes()
    request = _request(data, str(job_file))
    if list(request.findings()):
        yield [request]
        return
    job = LabelingJob.parse(data, str(job_file))
    with storage_of(folder) as storage, in_process(function_environment(job, storage)) as functions:
        pre = functions.pre_annotation if job.pre_function_arn else None
        post = functions.post_annotation if job.post_function_arn else None
        yield [request, *job_checks(Subject(job, storage.client, pre, post, sample))]


def _on_aws(aws: Aws, stack: str, workteam: str | None, sample: int) -> Sequence[Check]:
    request = labeling_request(outputs(aws, stack), JobChoices(workteam_arn=workteam or ""), aws)
    data = json.dumps(request.to_json()).encode()
    request_check = _request(data, f"stack {stack}")
    if list(request_check.findings()):
        return [request_check]
    job = LabelingJob.parse(data, f"stack {stack}")
    pre, post = (
        DeployedFunction(aws.client("lambda"), arn) if arn else None
        for arn in (job.pre_function_arn, job.post_function_arn)
    )
    subject = Subject(job, aws.client("s3"), pre, post, sample)
    return [request_check, *job_checks(subject), *aws_checks(subject, aws, InRegistry(aws.client("ecr"), _fetch))]


def _request(data: bytes, source: str) -> Check:
    return Check(_REQUEST, lambda: request_findings(data, source))


def _fetch(url: str) -> bytes:
    try:
        return bytes(urllib3.request("GET", url, timeout=10, retries=1).data)
    except urllib3.exceptions.HTTPError as error:
        raise StorageUnavailable(f"the registry did not respond ({error})", remedy="try again") from error


def _read(place: str | None, aws: Aws) -> tuple[bytes, str] | None:
    if place is None:
        return None
    if place.startswith("s3://"):
        return S3Objects(aws.client("s3")).read(S3Uri.parse(place), limit=MAX_MANIFEST_BYTES).data, place
    return read_file(Path(place)), place


def _show(shown: Console, result: CheckResult) -> None:
    mark = Text("ok   ", "green") if not result.findings else Text("warn ", "yellow")
    if any(finding.severity is Severity.ERROR for finding in result.findings):
        mark = Text("ERROR", "bold red")
    shown.print(mark + Text(f" {result.name}", "default"))
    for finding in result.findings:
        parts = finding.to_json()
        shown.print(Text(f"      {parts['severity']}: {parts['what']}"), soft_wrap=True)
        for name in ("place", "expected", "remedy"):
            if name in parts:
                shown.print(Text(f"        {_CAPTIONS[name]}: {parts[name]}"), soft_wrap=True)


_CAPTIONS = {"place": "where", "expected": "expected", "remedy": "what to do"}


def _sum_up(shown: Console, report: Report) -> None:
    counts = ((len(report.results), "check"), (report.errors, "error"), (report.warnings, "warning"))
    text = ", ".join(_count(number, noun) for number, noun in counts)
    # The request names everything else that would be examined.
    only_request = report.errors and [result.name for result in report.results] == [_REQUEST]
    shown.print(f"{text}; the rest is examined once the request is valid" if only_request else text)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
