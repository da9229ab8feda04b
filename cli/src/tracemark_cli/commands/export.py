"""`tracemark export`: the labels of a job in the format that the next tool reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from tracemark_cli.local.finished import ReadJob, abstain_label, open_job
from tracemark_cli.local.state import final_option, job_file_and_data
from tracemark_cli.terminal.console import console, progress_bar
from tracemark_groundtruth.finished.lineage import Archive
from tracemark_groundtruth.finished.record import Record, records

Writer = Callable[[Path, Iterable[Record]], int]

_ENDINGS = {
    "groundtruth": "manifest.jsonl",
    "csv": "csv",
    "parquet": "parquet",
    "label-studio": "label-studio.json",
}


@click.command()
@job_file_and_data
@final_option
@click.option(
    "--format",
    "kind",
    type=click.Choice([*_ENDINGS]),
    required=True,
    help="Format of the file; see docs/reference/exports.md.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="[default: JOBNAME.ENDING]")
def export(job_file: Path, data: Path | None, final: bool, kind: str, output: Path | None) -> None:
    """Export the labels of a job, each with its provenance.

    The provenance of a label of the job JOB.yaml is its charts, profile, policy and versions.

    groundtruth: an output manifest of built-in image classification, for training jobs: only objects that have a class.
    csv, parquet: a row for each object; no CSV cell is a formula. label-studio: tasks to import, labels as annotations
    and votes as predictions, with a second file for the labeling interface.

    Example: tracemark export demo/job.yaml --format csv -o labels.csv
    """
    out = console()
    with open_job(job_file, data, final=final) as read:
        target = output or Path(f"{read.job.name}.{_ENDINGS[kind]}")
        target.parent.mkdir(parents=True, exist_ok=True)
        archive = Archive(read.storage)
        with progress_bar(out) as bar:
            task = bar.add_task("collecting provenance", total=len(read.job.items))
            written = _writer(kind, read)(target, _count(records(read.job, archive), lambda: bar.advance(task)))
    out.print(f"{written} of {len(read.job.items)} objects: {target}", soft_wrap=True)


def _writer(kind: str, read: ReadJob) -> Writer:
    from tracemark_cli.formats import label_studio, table
    from tracemark_cli.formats.groundtruth import GroundTruthManifest

    manifest = GroundTruthManifest.of(read.job, abstain_label())
    writers: Mapping[str, Writer] = {
        "groundtruth": lambda file, records: _write_lines(file, manifest.lines(records)),
        "csv": table.write_csv,
        "parquet": table.write_parquet,
        "label-studio": lambda file, records: label_studio.write(file, records, read.job.classes),
    }
    return writers[kind]


def _write_lines(file: Path, lines: Iterable[bytes]) -> int:
    written = 0
    with file.open("wb") as stream:
        for line in lines:
            stream.write(line)
            written += 1
    return written


def _count(source: Iterable[Record], on_record: Callable[[], None]) -> Iterator[Record]:
    for record in source:
        on_record()
        yield record
