"""`tracemark results`: the labels of a job, and the manifest of its hard cases for a next round."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from tracemark.errors import one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.finished import ReadJob, open_job
from tracemark_cli.local.state import final_option, job_file_and_data
from tracemark_cli.terminal.console import console, table
from tracemark_groundtruth.finished.hard import doubtful, hardest_first, next_round
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE

_HARD_MANIFEST = "manifests/hard/hard.manifest"


@click.command()
@job_file_and_data
@final_option
@click.option("--hard", type=click.IntRange(1), metavar="N", help="Only the N hardest objects.")
@click.option("--below", type=click.FloatRange(0, 1), metavar="C", help="Only ties, failures and confidences below C.")
@click.option("--manifest", metavar="URI", help=f"s3:// URI of the next round's manifest. [default: {_HARD_MANIFEST}]")
def results(
    job_file: Path, data: Path | None, final: bool, hard: int | None, below: float | None, manifest: str | None
) -> None:
    """Show the labels of a job.

    The job JOB.yaml may be finished or in progress. With --hard or --below, show only the objects that deserve a second
    look, the hardest first: failed, tied, low confidence. They are also written as a manifest for the next round, to
    --manifest or below the job's output. Each line carries the votes and comments so far, which
    ui/adjudication.liquid.html shows.

    Example: tracemark results demo/job.yaml --hard 20
    """
    out = console()
    target = S3Uri.parse(manifest) if manifest else None
    with open_job(job_file, data, final=final) as read:
        items = _select(read, hard, below)
        _show(out, items)
        _count(out, read)
        if hard is not None or below is not None:
            _write(out, read, items, target or read.tree.root.object(_HARD_MANIFEST))


def _select(read: ReadJob, hard: int | None, below: float | None) -> Sequence[Item]:
    if below is not None:
        return doubtful(read.job, below)[:hard]
    return read.job.items if hard is None else hardest_first(read.job)[:hard]


def _show(out: Console, items: Sequence[Item]) -> None:
    rows = [
        (
            item.id,
            item.standing.value,
            item.label.name if item.label else "",
            f"{item.label.confidence:.2f}" if item.label and item.label.confidence is not None else "",
            ", ".join(f"{label} {count}" for label, count in item.votes.items()),
            one_line("; ".join(filter(None, [item.remark, *(f"“{text}”" for text in item.comments)])), 200),
        )
        for item in items
    ]
    out.print(table(("object", "outcome", "label", "confidence", "votes", "remark"), rows))


def _count(out: Console, read: ReadJob) -> None:
    counts = [f"{sum(item.standing is each for item in read.job.items)} {each.value}" for each in Standing]
    out.print(f"{', '.join(counts)} of {len(read.job.items)}")


def _write(out: Console, read: ReadJob, items: Sequence[Item], target: S3Uri) -> None:
    if not items:
        out.print("no hard cases, so no manifest was written")
        return
    read.storage.write(target, next_round(read.job, items), JSON_LINES_TYPE)
    out.print(f"{len(items)} objects for a next round: {read.user_path(target)}", soft_wrap=True)
