"""`tracemark samples`: a synthetic data set, ready to be labeled."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import click

from tracemark_cli.terminal.console import console, progress_bar

_TEMPLATE = "weld-classification.liquid.html"
_ADJUDICATION = "adjudication.liquid.html"
_SKETCHES = "weld-sketches"
_ACCOUNT = "111122223333"  # AWS's own example account
_REGION = "eu-west-1"


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", default=12, show_default=True, help="Number of welds.")
@click.option("--seed", default=7, show_default=True, help="The same seed gives the same welds.")
@click.option(
    "--bucket", default="tracemark-demo", show_default=True, help="The S3 bucket that the data set refers to."
)
def samples(directory: Path, count: int, seed: int, bucket: str) -> None:
    """Write a synthetic welding data set.

    DIRECTORY receives the data set, its true labels and a labeling job.

    DIRECTORY/<bucket> takes the place of the bucket: photographs, sensor logs, dataset documents, manifest, label
    categories and worker template. The welds are generated: they look plausible and prove nothing about real welds.

    Example: tracemark samples demo --count 12 --seed 7
    """
    import yaml

    from tracemark_samples.dataset import write_dataset
    from tracemark_samples.errors import SamplesError

    out = console()
    try:
        with progress_bar(out) as bar:
            task = bar.add_task("drawing welds", total=count)
            made = write_dataset(directory, seed=seed, count=count, bucket=bucket, on_item=lambda: bar.advance(task))
    except SamplesError as error:
        raise click.ClickException(str(error)) from error
    _write_templates(made.bucket_directory / "templates")
    job = directory / "job.yaml"
    job.write_text(
        f"# What CreateLabelingJob takes.\n{yaml.safe_dump(_labeling_job(bucket), sort_keys=False)}", encoding="utf-8"
    )
    out.print(f"{count} synthetic welds in {made.bucket_directory}, labeling job in {job}")


def _write_templates(folder: Path) -> None:
    """Write the worker templates, and the pictures of the welding one beside it."""
    packed = resources.files("tracemark_cli") / "templates"
    (folder / _SKETCHES).mkdir(parents=True, exist_ok=True)
    sketches = [f"{_SKETCHES}/{found.name}" for found in (packed / _SKETCHES).iterdir()]
    for name in (_TEMPLATE, _ADJUDICATION, *sketches):
        (folder / name).write_bytes((packed / name).read_bytes())


def _labeling_job(bucket: str) -> dict[str, Any]:
    function = f"arn:aws:lambda:{_REGION}:{_ACCOUNT}:function"
    return {
        "LabelingJobName": "WeldingLabelJob1",
        "LabelAttributeName": "WeldingLabelJob1",
        "RoleArn": f"arn:aws:iam::{_ACCOUNT}:role/tracemark-labeling",
        "LabelCategoryConfigS3Uri": f"s3://{bucket}/labels.json",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": f"s3://{bucket}/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": f"s3://{bucket}/output/"},
        "HumanTaskConfig": {
            "WorkteamArn": f"arn:aws:sagemaker:{_REGION}:{_ACCOUNT}:workteam/private-crowd/welding-experts",
            "UiConfig": {"UiTemplateS3Uri": f"s3://{bucket}/templates/{_TEMPLATE}"},
            "PreHumanTaskLambdaArn": f"{function}:PreLabelingLambda-tracemark",
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{function}:PostLabelingLambda-tracemark"
            },
            "TaskTitle": "Classify a weld",
            "TaskDescription": "Look at the photograph and the sensor charts of a weld and choose its class.",
            "NumberOfHumanWorkersPerDataObject": 3,
            "TaskTimeLimitInSeconds": 3600,
            "TaskAvailabilityLifetimeInSeconds": 86400,
        },
    }
