"""`tracemark export`: the labels of a finished job in the format that the next tool reads."""

from __future__ import annotations

from pathlib import Path

import click

from tracemark_cli.exports import FORMATS, exported
from tracemark_cli.finished import finished_job


@click.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="The folder of buckets, as for run.")
@click.option("--format", "kind", type=click.Choice(sorted(FORMATS)), required=True, help="The format.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file. [default: JOBNAME.EXTENSION here]")
def export(job_file: Path, data: Path | None, kind: str, output: Path | None) -> None:
    """Write the labels of the finished job JOB.yaml to a file, with where each comes from.

    groundtruth: the output manifest. csv, parquet: one row for each object. label-studio: tasks with the label as
    annotation and the votes as predictions. CSV cells that a spreadsheet would take for a formula begin with an
    apostrophe.

    Example: tracemark export demo/job.yaml --format csv
    """
    with finished_job(job_file, data) as found:
        target = output or Path(f"{found.job.name}.{FORMATS[kind]}")
        target.write_bytes(exported(kind, found))
        click.echo(f"{len(found.job.items)} objects: {target}")
