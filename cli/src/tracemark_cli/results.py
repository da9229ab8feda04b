"""`tracemark results`: the labels of a finished job, and the manifest of its hard objects for a next round."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tracemark.errors import one_line
from tracemark.s3uri import S3Uri
from tracemark_cli.console import console, table
from tracemark_cli.finished import Found, finished_job
from tracemark_groundtruth.bucket import JSON_LINES_TYPE
from tracemark_groundtruth.finished.hard import below, hardest, next_round
from tracemark_groundtruth.finished.item import FinishedItem


@click.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="The folder of buckets, as for run.")
@click.option("--hard", type=click.IntRange(min=1), help="Only the N hardest objects.")
@click.option("--below", "confidence", type=click.FloatRange(0, 1), help="Only ties, problems and less confidence.")
@click.option("--manifest", help="s3:// URI for the manifest of these objects. [default: below the job's output]")
def results(
    job_file: Path, data: Path | None, hard: int | None, confidence: float | None, manifest: str | None
) -> None:
    """Show the labels of the finished job JOB.yaml; with --hard or --below, only those that deserve a second look.

    These are also written as the manifest of a next round. Its lines carry the earlier votes and comments under
    "earlier", which the template ui/adjudication.liquid.html shows beside image and charts.

    Example: tracemark results demo/job.yaml --hard 20
    """
    with finished_job(job_file, data) as found:
        items = _chosen(found, hard, confidence)
        _show(items)
        if hard or confidence is not None:
            uri = S3Uri.parse(manifest) if manifest else found.job.tree.root.object("manifests/hard/hard.manifest")
            found.storage.write(uri, next_round(found.job, items), JSON_LINES_TYPE)
            console().print(f"{len(items)} objects for a next round: {uri}", soft_wrap=True)


def _chosen(found: Found, hard: int | None, confidence: float | None) -> Sequence[FinishedItem]:
    if confidence is not None:
        return below(found.job, confidence)[:hard]
    return hardest(found.job, hard) if hard else found.job.items


def _show(items: Sequence[FinishedItem]) -> None:
    rows = [
        (
            item.line.id,
            item.label or "",
            "" if item.confidence is None else f"{item.confidence:.2f}",
            ", ".join(f"{label} {count}" for label, count in item.votes.items()),
            one_line("; ".join(filter(None, [item.problem, "tie" if item.is_tied else "", *item.comments])), 200),
        )
        for item in items
    ]
    console().print(table(("object", "label", "confidence", "votes", "remark"), rows))
