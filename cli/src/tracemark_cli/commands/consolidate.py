"""`tracemark consolidate`: all objects of a finished job decided again, from all of its answers at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from tracemark.errors import one_line
from tracemark_cli.local.state import job_file_and_data
from tracemark_cli.terminal.console import console, table

if TYPE_CHECKING:
    from tracemark_groundtruth.finished.change import Change
    from tracemark_groundtruth.finished.final_pass import FinalPassResult


@click.command()
@job_file_and_data
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, writable=True, path_type=Path),
    help="A folder for the two files. [default: manifests/consolidated/ of the job's output]",
)
def consolidate(job_file: Path, data: Path | None, output: Path | None) -> None:
    """Decide all objects of a finished job again.

    Payloads are small, a finished job tells more about its workers: every object of the job JOB.yaml is decided once
    more from all answers. consolidated.manifest has the lines of the output manifest with these labels, changes.jsonl
    each object's label and confidence before and after, and the reason. Answers and output manifest stay as they are;
    repeated, the command writes the same. `results`, `report` and `export` read the labels with --final.

    Only a main field that is a single choice is decided again; verdicts on all other fields are kept.

    Example: tracemark consolidate demo/job.yaml
    """
    # With NumPy and boto3, which the help does not need.
    from tracemark_cli.local.final_pass import final_pass, into_folder
    from tracemark_cli.local.finished import open_request
    from tracemark_cli.local.functions import environment_of_functions
    from tracemark_groundtruth.job.output_tree import CHANGES_FILE, CONSOLIDATED_MANIFEST

    out = console()
    with ExitStack() as stack:
        opened = stack.enter_context(open_request(job_file, data))
        stack.enter_context(environment_of_functions(opened.storage.environment))
        result = final_pass(opened.job, opened.s3, into_folder(output) if output else None)
        _show(out, result)
        for name in (CONSOLIDATED_MANIFEST, CHANGES_FILE):
            place = output / name if output else opened.user_path(opened.tree.final_pass.object(name))
            out.print(f"{place}", soft_wrap=True)


def _show(out: Console, result: FinalPassResult) -> None:
    if result.changed:
        out.print(table(("object", "before", "after", "confidence", "votes", "reason"), _rows(result.changed)))
    counts = ", ".join(f"{count} {fate.value}" for fate, count in result.counts.items())
    out.print(f"{counts} of {sum(result.counts.values())}")
    for remark in result.remarks:
        out.print(remark, soft_wrap=True, markup=False)


def _rows(changed: Sequence[Change]) -> list[tuple[str, ...]]:
    return [
        (
            change.object_id,
            change.before,
            change.after,
            f"{_share(change.confidence_before)} → {_share(change.confidence_after)}",
            ", ".join(f"{label} {count}" for label, count in change.votes.items()),
            one_line(change.reason, 200),
        )
        for change in changed
    ]


def _share(confidence: float | None) -> str:
    return "none" if confidence is None else f"{confidence:.2f}"
