"""`tracemark job`: labeling jobs through SageMaker's API, that of AWS or that of a labeling service of your own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tracemark.contract.manifest import MAX_MANIFEST_BYTES
from tracemark_cli.aws.appending import Appending
from tracemark_cli.aws.labeling_jobs import LabelingJobs
from tracemark_cli.aws.labeling_request import DEFAULT_JOB_NAME, JobChoices, LabelingRequest
from tracemark_cli.aws.selected_manifest import with_selection
from tracemark_cli.aws.session import Aws
from tracemark_cli.terminal.aws_options import aws_options, use_endpoint
from tracemark_cli.terminal.console import console, json_lines, table
from tracemark_cli.terminal.labels import labels_table
from tracemark_cli.terminal.selecting import selection_options
from tracemark_cli.terminal.watching import create_from_stack, show, watch_until_end
from tracemark_groundtruth.job.labeling_job import LabelingJob, read_request
from tracemark_groundtruth.labeling.selection import Selection
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.s3.left_out_file import read_left_out

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
@click.option("--endpoint-url", envvar="AWS_ENDPOINT_URL_SAGEMAKER", help="URL of the API. [default: AWS]")
def job(endpoint_url: str | None) -> None:
    """Create, watch and stop labeling jobs.

    The jobs are those of AWS or of a labeling service of your own."""
    use_endpoint("sagemaker", endpoint_url)


@job.command()
@click.argument("job_file", metavar="[JOB.yaml]", required=False, type=_FILE)
@click.option("--from-stack", "stack", help="Use the bucket, functions, role and team of this stack on AWS.")
@click.option("--name", default=DEFAULT_JOB_NAME, show_default=True, help="With --from-stack: the job's name.")
@click.option("--label-attribute", default="", help="With --from-stack: the label's name. [default: the job's name]")
@click.option("--workteam", "workteam_arn", default="", help="With --from-stack: another work team's ARN.")
@click.option("--manifest", default="", help="With --from-stack: s3:// URI of another manifest.")
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(1, 9), help="With --from-stack: workers per object."
)
@selection_options
@aws_options
def create(aws: Aws, job_file: Path | None, stack: str | None, selection: Selection, **choices: Any) -> None:
    """Create a labeling job from JOB.yaml, the parameters of CreateLabelingJob, or from a stack.

    With --filter or --sample the job is on a part of its manifest: it is written beside the manifest, and tags of the
    job say what it is.

    \b
    Example: tracemark job create demo/job.yaml
    Example: tracemark job create --from-stack tracemark --name WeldingLabelJob1
    Example: tracemark job create demo/job.yaml --filter shift=night --sample 10% --seed 7
    """
    if (job_file is None) == (stack is None):
        raise click.UsageError("give JOB.yaml or --from-stack")

    def select(request: LabelingRequest) -> LabelingRequest:
        if not selection:
            return request
        selected, chosen = with_selection(request, selection, aws.client("s3"))
        console().print(f"selected: {chosen.words}", markup=False, soft_wrap=True)
        return selected

    if stack:
        create_from_stack(console(), aws, stack, JobChoices(**choices), select)
    elif job_file:
        data = job_file.read_bytes()
        LabelingJob.parse(data, str(job_file))
        request = select(LabelingRequest(read_request(data, str(job_file)).mapping()))
        console().print(LabelingJobs(aws).create(request), soft_wrap=True)


@job.command("list")
@aws_options
def list_(aws: Aws) -> None:
    """List the labeling jobs, newest first.

    Example: tracemark job list
    """
    rows = [
        (found.name, found.status, found.counters, f"{found.created_at:%Y-%m-%d %H:%M}")
        for found in LabelingJobs(aws).all()
    ]
    console().print(table(("job", "status", "objects", "created"), rows))


@job.command()
@click.argument("name")
@aws_options
def describe(aws: Aws, name: str) -> None:
    """Print the answer of DescribeLabelingJob about the labeling job NAME, as JSON.

    Example: tracemark job describe WeldingLabelJob1
    """
    answer = LabelingJobs(aws).answer(name)
    click.echo(json_lines(answer))


@job.command()
@click.argument("name")
@click.option("--every", default=15.0, show_default=True, help="Polling interval in seconds.")
@aws_options
def watch(aws: Aws, name: str, every: float) -> None:
    """Follow the labeling job NAME until it ends; if it fails, show what its functions logged.

    Exit code: 1 when the job failed.

    Example: tracemark job watch WeldingLabelJob1
    """
    watch_until_end(console(), aws, name, every)


@job.command()
@click.argument("name")
@click.argument("lines", metavar="[LINES.jsonl]", required=False, type=_FILE)
@click.option("--manifest", help="s3:// URI of a manifest, in place of LINES.jsonl.")
@click.option("--token", default="", help="A repeated call with the same token adds nothing. [default: by content]")
@aws_options
def append(aws: Aws, name: str, lines: Path | None, manifest: str | None, token: str) -> None:
    """Append data objects to the labeling job NAME, which is in progress.

    LINES.jsonl holds lines as a manifest does. A line that the job has already is not added again; with --token the
    place of a line in the call tells that, not its content. Only tracemark's own service has this operation.

    \b
    Example: tracemark job append WeldingLabelJob1 new.jsonl
    Example: tracemark job append WeldingLabelJob1 --manifest s3://welds/new.jsonl --token monday
    """
    if (lines is None) == (manifest is None):
        raise click.UsageError("give LINES.jsonl or --manifest")
    appending = Appending(aws, name, token)
    data = lines.read_bytes() if lines else b""
    appending.wait()
    counts = appending.lines(data, str(lines)) if lines else appending.manifest(manifest or "")
    console().print(
        f"{counts.added:,} objects added, {counts.duplicates:,} were there already; the job has {counts.total:,}"
    )


@job.command()
@click.argument("name")
@aws_options
def stop(aws: Aws, name: str) -> None:
    """Stop the labeling job NAME; labels made so far are kept.

    Example: tracemark job stop WeldingLabelJob1
    """
    LabelingJobs(aws).stop(name)
    console().print(f"{name} is stopping", markup=False)


@job.command()
@click.argument("name")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Copy the output manifest to this file."
)
@aws_options
def results(aws: Aws, name: str, output: Path | None) -> None:
    """Print the label of each object of the labeling job NAME.

    Example: tracemark job results WeldingLabelJob1 --output labels.jsonl
    """
    out = console()
    found = LabelingJobs(aws).describe(name)
    show(out, found)
    if found.output_manifest is None:
        raise click.ClickException(f"the job {name} has no output manifest yet")
    storage = JobStorage(aws.client("s3"))
    data = storage.read(found.output_manifest, MAX_MANIFEST_BYTES)
    reasons = read_left_out(storage, found.output_manifest)
    if output:
        output.write_bytes(data)
    out.print(labels_table(data, str(found.output_manifest), found.label_attribute, reasons))
