"""`tracemark report`: a report on a job as one HTML page and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark.document import Json
from tracemark_cli.local.finished import ReadJob, abstain_label, known_labels, open_job
from tracemark_cli.local.state import final_option, job_file_and_data
from tracemark_cli.terminal.console import console
from tracemark_groundtruth.finished.hard import hardest_first
from tracemark_groundtruth.finished.item import Item, Standing

if TYPE_CHECKING:
    from tracemark_cli.report.page import HardCase
    from tracemark_groundtruth.finished.summary import Summary


@click.command()
@job_file_and_data
@final_option
@click.option(
    "--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="True labels as JSON Lines."
)
@click.option("--hard", default=12, show_default=True, type=click.IntRange(0), help="Number of hard cases to show.")
@click.option("--gamma", is_flag=True, help="Measure gamma in the fields of spans and entities: it takes a while.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The page. [default: JOBNAME.report.html]"
)
def report(
    job_file: Path, data: Path | None, final: bool, truth: Path | None, hard: int, gamma: bool, output: Path | None
) -> None:
    """Report on a job: an HTML page and a JSON file.

    The job JOB.yaml may be finished or in progress. The page is self-contained: progress, classes, agreement of the
    workers, confused classes, a row for each worker and the hard cases. Where true labels are known (--truth, or
    "gold" on manifest lines), it also says whether the confidence can be trusted.

    Example: tracemark report demo/job.yaml -o report.html
    """
    from tracemark_cli.report.page import HardCase, report_page
    from tracemark_cli.report.thumbnails import thumbnail  # with Pillow and NumPy, which the help does not need
    from tracemark_groundtruth.finished.summary import Summary

    with open_job(job_file, data, final=final) as read:
        summary = Summary.of(read.job, known_labels(truth, read), abstain_label(), with_gamma=gamma)
        cases = [HardCase(item, thumbnail(read.storage, item)) for item in _hard_cases(read)[:hard]]
        left_out = [item for item in read.job.items if item.standing is Standing.LEFT_OUT]
    page = output or Path(f"{read.job.name}.report.html")
    json_file = page.with_suffix(".json")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(report_page(summary, cases, datetime.now(UTC), left_out), encoding="utf-8")
    document = _report_json(read, summary, cases, left_out)
    json_file.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    console().print(f"{page}\n{json_file}", soft_wrap=True)
    if gamma and not summary.has_gamma:
        console().print("no gamma: two workers marked spans of one object in no field", soft_wrap=True)


def _hard_cases(read: ReadJob) -> list[Item]:
    """Return the hard cases; an object on which several workers agreed unanimously is not one."""
    return [item for item in hardest_first(read.job) if not item.is_unanimous]


def _report_json(read: ReadJob, summary: Summary, cases: list[HardCase], left_out: list[Item]) -> Json:
    return {
        **summary.to_json(),
        "classes": list(read.job.classes),
        "hard": [_case_json(case.item) for case in cases],
        "left_out": [{"object": item.id, "source": item.source, "reason": item.failure} for item in left_out],
    }


def _case_json(item: Item) -> Json:
    return {
        "object": item.id,
        "source": item.source,
        "label": item.label.name if item.label else None,
        "confidence": item.label.confidence if item.label else None,
        "votes": dict(item.votes),
        "remark": item.remark,
        "comments": list(item.comments),
    }
