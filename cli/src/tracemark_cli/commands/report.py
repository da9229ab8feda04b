"""`tracemark report`: how a job went, as one HTML page and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from tracemark.document import Json
from tracemark_cli.local.finished import Found, abstain_label, found_job, known_labels
from tracemark_cli.report.page import HardCase, report_page
from tracemark_cli.report.thumbnails import thumbnail
from tracemark_cli.terminal.console import console
from tracemark_groundtruth.finished.hard import hardest_first
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.finished.summary import Summary


@click.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the folder of JOB.yaml]",
)
@click.option(
    "--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="True labels as JSON Lines."
)
@click.option("--hard", default=12, show_default=True, type=click.IntRange(0), help="How many hard cases to show.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The page. [default: JOBNAME.report.html]"
)
def report(job_file: Path, data: Path | None, truth: Path | None, hard: int, output: Path | None) -> None:
    """Write how the job JOB.yaml went, finished or under way: an HTML page that loads nothing, and its twin in JSON.

    Progress, classes, agreement of the workers, confused classes, a row for each worker and the hard cases. Where true
    labels are known (--truth, or "gold" on manifest lines), also whether the confidence can be trusted.

    Example: tracemark report demo/job.yaml -o report.html
    """
    with found_job(job_file, data) as found:
        summary = Summary.of(found.job, known_labels(truth, found), abstain_label())
        cases = [HardCase(item, thumbnail(found.storage, item)) for item in _disputed(found)[:hard]]
        left_out = [item for item in found.job.items if item.standing is Standing.LEFT_OUT]
    page = output or Path(f"{found.job.name}.report.html")
    twin = page.with_suffix(".json")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(report_page(summary, cases, datetime.now(UTC), left_out), encoding="utf-8")
    twin.write_text(json.dumps(_twin(found, summary, cases, left_out), ensure_ascii=False, indent=2), encoding="utf-8")
    console().print(f"{page}\n{twin}", soft_wrap=True)


def _disputed(found: Found) -> list[Item]:
    """Return the hard cases: an object on which all of several workers agreed is none."""
    return [item for item in hardest_first(found.job) if not item.is_unanimous]


def _twin(found: Found, summary: Summary, cases: list[HardCase], left_out: list[Item]) -> Json:
    return {
        **summary.to_json(),
        "classes": list(found.job.classes),
        "hard": [_case(case.item) for case in cases],
        "left_out": [_left_out(item) for item in left_out],
    }


def _left_out(item: Item) -> Json:
    return {"object": item.id, "source": item.source, "reason": item.failure}


def _case(item: Item) -> Json:
    return {
        "object": item.id,
        "source": item.source,
        "label": item.label.name if item.label else None,
        "confidence": item.label.confidence if item.label else None,
        "votes": dict(item.votes),
        "remark": item.remark,
        "comments": list(item.comments),
    }
