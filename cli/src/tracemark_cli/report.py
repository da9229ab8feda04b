"""`tracemark report`: one page about a finished job, and the same figures as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tracemark.errors import TracemarkError
from tracemark_cli.exports import dataset_of
from tracemark_cli.finished import Found, finished_job
from tracemark_cli.report_page import HardCase, page
from tracemark_cli.thumbnail import MAX_IMAGE_BYTES, thumbnail
from tracemark_cli.truth import TRUE_LABELS, true_labels
from tracemark_groundtruth.finished.hard import below
from tracemark_groundtruth.finished.item import FinishedItem
from tracemark_groundtruth.finished.summary import Summary

HARD_CASES = 12
DOUBTFUL = 0.9


@click.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="The folder of buckets, as for run.")
@click.option("--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="True labels, as for run.")
@click.option("--abstain", default="Not sure", show_default=True, help="The label that abstains.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The page. [default: JOBNAME-report.html here]")
def report(job_file: Path, data: Path | None, truth: Path | None, abstain: str, output: Path | None) -> None:
    """Write a self-contained HTML page about the finished job JOB.yaml, and beside it the same figures as JSON.

    Progress, classes, agreement, confusions, a row for each worker, how far confidence can be trusted where true or
    gold labels are known, and the hardest objects. The page holds worker ids: it is for those who run the job.

    Example: tracemark report demo/job.yaml -o report.html
    """
    beside = (data or job_file.parent) / TRUE_LABELS
    known = truth or (beside if beside.is_file() else None)
    with finished_job(job_file, data) as found:
        summary = Summary.of(found.job, true_labels(known) if known else {}, abstain)
        cases = [_case(found, item) for item in below(found.job, DOUBTFUL)[:HARD_CASES]]
        target = output or Path(f"{found.job.name}-report.html")
        target.write_text(page(summary, cases), encoding="utf-8", errors="backslashreplace")
        twin = target.with_suffix(".json")
        twin.write_text(json.dumps(summary.to_json(), indent=2) + "\n", encoding="utf-8")
        click.echo(f"report: {target}, figures: {twin}")


def _case(found: Found, item: FinishedItem) -> HardCase:
    return HardCase(item, _picture(found, item))


def _picture(found: Found, item: FinishedItem) -> str:
    dataset = dataset_of(found, item)
    try:
        uri = dataset.image if dataset else item.line.uri
        return thumbnail(found.storage.read(uri, MAX_IMAGE_BYTES)) if uri else ""
    except TracemarkError:
        return ""
