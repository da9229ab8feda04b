"""`tracemark job`: labeling jobs on AWS."""

from __future__ import annotations

from typing import Any

import click

from tracemark.s3objects import S3Objects
from tracemark_cli.aws.labeling_jobs import LabelingJobs
from tracemark_cli.aws.labeling_request import DEFAULT_JOB_NAME, JobChoices
from tracemark_cli.aws.session import Aws
from tracemark_cli.aws_options import aws_options
from tracemark_cli.console import console, table
from tracemark_cli.stack_job import create_from_stack, show, watch_until_end
from tracemark_cli.stack_results import MAX_OUTPUT_BYTES, labels


@click.group()
def job() -> None:
    """Create a labeling job, watch it, read its labels."""


@job.command()
@click.option("--from-stack", "stack", default="tracemark", show_default=True, help="The stack that the job uses.")
@click.option("--name", default=DEFAULT_JOB_NAME, show_default=True, help="The job's name.")
@click.option("--label-attribute", default="", help="Name of the label. [default: the job's name]")
@click.option("--workteam", "workteam_arn", default="", help="ARN of the work team. [default: the stack's own]")
@click.option("--manifest", default="", help="s3:// URI of the manifest. [default: the stack's sample manifest]")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 9), help="Workers per object.")
@aws_options
def create(aws: Aws, stack: str, **choices: Any) -> None:
    """Create a labeling job with the bucket, functions and role of a stack.

    Example: tracemark job create --from-stack tracemark --name WeldingLabelJob1
    """
    create_from_stack(console(), aws, stack, JobChoices(**choices))


@job.command()
@click.argument("name")
@aws_options
def describe(aws: Aws, name: str) -> None:
    """Say how the labeling job NAME stands.

    Example: tracemark job describe WeldingLabelJob1
    """
    show(console(), LabelingJobs(aws).describe(name))


@job.command()
@click.argument("name")
@aws_options
def watch(aws: Aws, name: str) -> None:
    """Follow the labeling job NAME to its end; when it fails, say what its functions logged.

    Example: tracemark job watch WeldingLabelJob1
    """
    watch_until_end(console(), aws, name)


@job.command()
@click.argument("name")
@aws_options
def stop(aws: Aws, name: str) -> None:
    """Stop the labeling job NAME; what is labeled stays.

    Example: tracemark job stop WeldingLabelJob1
    """
    LabelingJobs(aws).stop(name)
    console().print(f"{name}: stopping", markup=False)


@job.command()
@click.argument("name")
@aws_options
def results(aws: Aws, name: str) -> None:
    """Print the label of each object of the labeling job NAME.

    Example: tracemark job results WeldingLabelJob1
    """
    out = console()
    found = LabelingJobs(aws).describe(name)
    show(out, found)
    if found.output_manifest:
        data = S3Objects(aws.client("s3")).read(found.output_manifest, limit=MAX_OUTPUT_BYTES).data
        rows = labels(data, str(found.output_manifest), found.label_attribute)
        out.print(table(("object", "label", "confidence", "remark"), rows))
