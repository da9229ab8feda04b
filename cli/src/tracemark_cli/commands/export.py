"""`tracemark export`: the labels of a job in the format that the next tool reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark.marks.kind import Kind
from tracemark_cli.formats.written import Written, counted
from tracemark_cli.local.finished import ReadJob, abstain_label, open_job
from tracemark_cli.local.state import final_option, job_file_and_data, record_export
from tracemark_cli.terminal.console import console, progress_bar
from tracemark_groundtruth.finished.job_field import decided_fields
from tracemark_groundtruth.finished.lineage import Archive
from tracemark_groundtruth.finished.record import Record, records

if TYPE_CHECKING:
    from tracemark_cli.formats.spans import SpanTable

Writer = Callable[[Path, Iterable[Record]], Written]

_ENDINGS = {
    "groundtruth": "manifest.jsonl",
    "csv": "csv",
    "parquet": "parquet",
    "label-studio": "label-studio.json",
    "coco": "coco.json",
    "spans-csv": "spans.csv",
    "spans-parquet": "spans.parquet",
    "masks": "masks",
}
_FOLDERS = ("masks",)


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
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file, or for masks the folder. [default: JOBNAME.ENDING]",
)
def export(job_file: Path, data: Path | None, final: bool, kind: str, output: Path | None) -> None:
    """Export the labels of a job, each with its provenance.

    The provenance of a label of the job JOB.yaml is its charts, profile, policy and versions.

    groundtruth: an output manifest of built-in image classification, for training jobs: only objects that have a class.
    csv, parquet: a row for each object, a column for each question of several; no CSV cell is a formula. label-studio:
    tasks to import, labels as annotations and votes as predictions, with a second file for the labeling interface.

    coco: boxes, polygons and painted instances. spans-csv, spans-parquet: a row for each span, with its times and the
    numbers of its samples. masks: a folder of PNG files with an index. What finds no place in a format is told. The
    audit log of the service whose job it is says who exported it.

    Example: tracemark export demo/job.yaml --format csv -o labels.csv
    """
    out = console()
    with open_job(job_file, data, final=final) as read:
        target = _target(output or Path(f"{read.job.name}.{_ENDINGS[kind]}"), kind)
        target.parent.mkdir(parents=True, exist_ok=True)
        record_export(data or job_file.parent, read.job.name, kind, target)
        archive = Archive(read.storage)
        with progress_bar(out) as bar:
            task = bar.add_task("collecting provenance", total=len(read.job.items))
            written = _writer(kind, read)(target, _count(records(read.job, archive), lambda: bar.advance(task)))
    out.print(f"{written.objects} of {len(read.job.items)} objects: {target}", soft_wrap=True)
    for note in written.notes:
        out.print(note, soft_wrap=True, markup=False)


def _target(path: Path, kind: str) -> Path:
    """Refuse a folder where a file is written, and the other way round."""
    if path.is_dir() and kind not in _FOLDERS:
        raise click.BadParameter(f"{path} is a folder; {kind} is one file", param_hint="'-o'")
    if path.is_file() and kind in _FOLDERS:
        raise click.BadParameter(f"{path} is a file; {kind} are a folder", param_hint="'-o'")
    return path


def _writer(kind: str, read: ReadJob) -> Writer:
    from tracemark_cli.formats import coco, table
    from tracemark_cli.formats.mask_files import MaskFolder

    fields = decided_fields(read.job)
    writers: Mapping[str, Callable[[], Writer]] = {
        "groundtruth": lambda: _groundtruth(read),
        "csv": lambda: lambda file, records: Written(table.write_csv(file, records, fields)),
        "parquet": lambda: lambda file, records: Written(table.write_parquet(file, records, fields)),
        "label-studio": lambda: _label_studio(read),
        "coco": lambda: lambda file, records: coco.write(file, records, _classes(read)),
        "spans-csv": lambda: _spans(read).write_csv,
        "spans-parquet": lambda: _spans(read).write_parquet,
        "masks": lambda: MaskFolder.of(read.job).write,
    }
    return writers[kind]()


def _classes(read: ReadJob) -> list[str]:
    return [name for name in read.job.classes if name != abstain_label()]


def _groundtruth(read: ReadJob) -> Writer:
    from tracemark_cli.formats.groundtruth import GroundTruthManifest

    main = next((field for field in decided_fields(read.job) if field.is_main), None)
    if main and main.kind is not Kind.SINGLE:
        raise click.UsageError(
            f"groundtruth is the format of image classification, and {read.job.name} asks for {main.kind}: "
            "use --format coco, spans-csv, masks, csv or label-studio"
        )
    manifest = GroundTruthManifest.of(read.job, abstain_label())
    return lambda file, records: Written(_write_lines(file, manifest.lines(records)))


def _label_studio(read: ReadJob) -> Writer:
    from tracemark_cli.formats import label_studio
    from tracemark_cli.formats.label_studio_fields import FieldResults

    fields = FieldResults.of(read.job) if decided_fields(read.job) else None

    def write(file: Path, records: Iterable[Record]) -> Written:
        objects = label_studio.write(file, records, read.job.classes, fields)
        return Written(objects, counted(fields.notes) if fields else ())

    return write


def _spans(read: ReadJob) -> SpanTable:
    from tracemark_cli.formats.samples import Logs
    from tracemark_cli.formats.spans import SpanTable
    from tracemark_plotting.settings import Settings

    settings = Settings.parse(os.environ)
    return SpanTable(Logs(read.storage, settings.limits, settings.default_profile))


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
