"""`tracemark job`: labeling jobs by SageMaker's API alone, of AWS or of `tracemark serve`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import click
import yaml
from botocore.exceptions import BotoCoreError, ClientError
from rich.table import Table

from tracemark.document import Node, read_json
from tracemark.s3objects import S3Objects, s3_client
from tracemark.s3uri import S3Uri
from tracemark_cli.console import console, progress_bar, table
from tracemark_groundtruth.result import ObjectRow

_OVER = ("Completed", "Failed", "Stopped")
_MAX_MANIFEST_BYTES = 512 * 1024 * 1024
_COUNTERS = {"TotalLabeled": "labeled", "FailedNonRetryableError": "failed", "Unlabeled": "unlabeled"}


class JobFailed(click.ClickException):
    """A job has ended without its labels."""


@click.group()
@click.option("--endpoint-url", envvar="AWS_ENDPOINT_URL_SAGEMAKER", help="The API. [default: AWS]")
@click.pass_context
def job(context: click.Context, endpoint_url: str | None) -> None:
    """Create, watch and stop labeling jobs, on AWS or on a labeling service of one's own.

    Endpoint, keys and Region are AWS's usual ones; `tracemark serve` writes its own to a file for the shell.

    Example: tracemark job create demo/job.yaml
    """
    context.obj = endpoint_url


@job.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def create(endpoint_url: str | None, job_file: Path) -> None:
    """Create the labeling job JOB.yaml, which is what CreateLabelingJob takes, in YAML or JSON."""
    with _sagemaker(endpoint_url) as client:
        try:
            request = yaml.safe_load(job_file.read_bytes())
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{job_file} is no YAML: {error}") from error
        if not isinstance(request, dict):
            raise click.ClickException(f"{job_file} is no CreateLabelingJob request")
        console().print(client.create_labeling_job(**request)["LabelingJobArn"], soft_wrap=True)


@job.command(name="list")
@click.pass_obj
def list_(endpoint_url: str | None) -> None:
    """List the labeling jobs, the newest first."""
    with _sagemaker(endpoint_url) as client:
        pages = client.get_paginator("list_labeling_jobs").paginate(SortBy="CreationTime", SortOrder="Descending")
        jobs = [entry for page in pages for entry in page["LabelingJobSummaryList"]]
    rows = [
        (
            entry["LabelingJobName"],
            entry["LabelingJobStatus"],
            _counted(entry),
            f"{entry['CreationTime']:%Y-%m-%d %H:%M}",
        )
        for entry in jobs
    ]
    console().print(table(("job", "status", "objects", "created"), rows))


@job.command()
@click.argument("name")
@click.pass_obj
def describe(endpoint_url: str | None, name: str) -> None:
    """Print what DescribeLabelingJob answers about the job NAME, as JSON."""
    with _sagemaker(endpoint_url) as client:
        found = _described(client, name)
    text = json.dumps(found, indent=2, ensure_ascii=False, default=datetime.isoformat)
    console().print(text, soft_wrap=True, markup=False)


@job.command()
@click.argument("name")
@click.option("--every", default=5.0, show_default=True, help="Seconds between two questions.")
@click.pass_obj
def watch(endpoint_url: str | None, name: str, every: float) -> None:
    """Follow the job NAME until it is over; the exit code is 1 when it failed."""
    out = console()
    with _sagemaker(endpoint_url) as client, progress_bar(out) as bar:
        task = bar.add_task(name, total=None)
        while (found := _described(client, name))["LabelingJobStatus"] not in _OVER:
            counters = found["LabelCounters"]
            total = sum(counters[key] for key in _COUNTERS)
            bar.update(task, completed=total - counters["Unlabeled"], total=total or None)
            time.sleep(every)
    out.print(f"{found['LabelingJobStatus']}: {_counted(found)}")
    if found["LabelingJobStatus"] == "Failed":
        raise JobFailed(found.get("FailureReason", "the job failed and gives no reason"))


@job.command()
@click.argument("name")
@click.pass_obj
def stop(endpoint_url: str | None, name: str) -> None:
    """Stop the job NAME; what is labeled stays."""
    with _sagemaker(endpoint_url) as client:
        client.stop_labeling_job(LabelingJobName=name)
    console().print(f"{name} is stopping")


@job.command()
@click.argument("name")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Copy the output manifest there.")
@click.pass_obj
def results(endpoint_url: str | None, name: str, output: Path | None) -> None:
    """Print the labels of the job NAME that is over, from its output manifest in S3."""
    with _sagemaker(endpoint_url) as client:
        found = _described(client, name)
        if "LabelingJobOutput" not in found:
            raise click.ClickException(f"the job {name} is {found['LabelingJobStatus']} and has no output manifest")
        uri = S3Uri.parse(found["LabelingJobOutput"]["OutputDatasetS3Uri"])
        data = S3Objects(s3_client()).read(uri, limit=_MAX_MANIFEST_BYTES).data
    if output:
        output.write_bytes(data)
    console().print(labels_table(data, str(uri), found["LabelAttributeName"]))


def labels_table(manifest: bytes, source: str, attribute: str) -> Table:
    """Return the labels of an output manifest as a table.

    Raises:
        InvalidDocument: a line is no JSON object.
    """
    lines = enumerate(manifest.splitlines())
    rows = [_row(str(index), attribute, read_json(line, f"{source} line {index + 1}")) for index, line in lines]
    return table(("object", "label", "remark"), rows)


@contextmanager
def _sagemaker(endpoint_url: str | None) -> Iterator[Any]:
    try:
        yield boto3.client("sagemaker", endpoint_url=endpoint_url)
    except ClientError as error:
        answer = error.response["Error"]
        raise click.ClickException(f"{answer.get('Message')} ({answer.get('Code')})") from error
    except BotoCoreError as error:
        raise click.ClickException(str(error)) from error


def _described(client: Any, name: str) -> dict[str, Any]:
    found = dict(client.describe_labeling_job(LabelingJobName=name))
    found.pop("ResponseMetadata", None)
    return found


def _listed(entry: Mapping[str, Any]) -> tuple[str, str, str, str]:
    created = f"{entry['CreationTime']:%Y-%m-%d %H:%M}"
    return entry["LabelingJobName"], entry["LabelingJobStatus"], _counted(entry), created


def _counted(entry: Mapping[str, Any]) -> str:
    counters = entry["LabelCounters"]
    return ", ".join(f"{counters.get(key, 0)} {word}" for key, word in _COUNTERS.items())


def _row(object_id: str, attribute: str, node: Node) -> tuple[str, str, str]:
    line = node.mapping()
    if attribute in line:
        row = ObjectRow.labeled(object_id, attribute, line, "")
        return object_id, row.label, row.problem
    reason = line.get(f"{attribute}-metadata", {}).get("failure-reason", "")
    return object_id, "", str(reason)
