"""`tracemark export`: the labels of a job in the format that the next tool reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from tracemark_cli.local.finished import Found, abstain_label, found_job
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
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the folder of JOB.yaml]",
)
@click.option("--format", "kind", type=click.Choice([*_ENDINGS]), required=True, help="See docs/reference.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="[default: JOBNAME.ENDING]")
def export(job_file: Path, data: Path | None, kind: str, output: Path | None) -> None:
    """Write the labels of the job JOB.yaml, each with where it comes from: charts, profile, policy, versions.

    groundtruth: an output manifest of built-in image classification, for training jobs: only objects that have a class.
    csv, parquet: a row for each object; no CSV cell is a formula. label-studio: tasks to import, labels as annotations
    and votes as predictions, and beside them the labeling interface.

    Example: tracemark export demo/job.yaml --format csv -o labels.csv
    """
    out = console()
    with found_job(job_file, data) as found:
        target = output or Path(f"{found.job.name}.{_ENDINGS[kind]}")
        target.parent.mkdir(parents=True, exist_ok=True)
        archive = Archive(found.storage)
        with progress_bar(out) as bar:
            task = bar.add_task("looking up where labels come from", total=len(found.job.items))
            written = _writer(kind, found)(target, _counted(records(found.job, archive), lambda: bar.advance(task)))
    out.print(f"{written} of {len(found.job.items)} objects: {target}", soft_wrap=True)


def _writer(kind: str, found: Found) -> Writer:
    from tracemark_cli.formats import label_studio, table
    from tracemark_cli.formats.groundtruth import GroundTruthManifest

    manifest = GroundTruthManifest.of(found.job, abstain_label())
    writers: Mapping[str, Writer] = {
        "groundtruth": lambda file, records: _write_lines(file, manifest.lines(records)),
        "csv": table.write_csv,
        "parquet": table.write_parquet,
        "label-studio": lambda file, records: label_studio.write(file, records, found.job.classes),
    }
    return writers[kind]


def _write_lines(file: Path, lines: Iterable[bytes]) -> int:
    written = 0
    with file.open("wb") as stream:
        for line in lines:
            stream.write(line)
            written += 1
    return written


def _counted(found: Iterable[Record], count: Callable[[], None]) -> Iterator[Record]:
    for record in found:
        count()
        yield record
