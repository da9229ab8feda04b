"""`tracemark run`: a whole labeling job without a browser, as Ground Truth runs it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TaskID

from tracemark.errors import InvalidConfiguration, one_line, quoted
from tracemark_cli.local.files import TRUE_LABELS, true_labels
from tracemark_cli.local.functions import EMULATOR, function_environment, in_containers, in_process
from tracemark_cli.local.storage import Storage, storage_of
from tracemark_cli.terminal.console import console, progress_bar, table
from tracemark_groundtruth.errors import JobFailed
from tracemark_groundtruth.job.answers import AnswersFile, AnswerSource
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.left_out import summed_up
from tracemark_groundtruth.job.result import JobResult, ObjectRow
from tracemark_groundtruth.labeling.offline import Engine
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY
from tracemark_groundtruth.labeling.simulated_workers import SimulatedWorkers
from tracemark_groundtruth.labeling.template import job_classifier


@click.command()
@click.argument("job_file", metavar="JOB.yaml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder whose sub-folders are the buckets. [default: the folder of JOB.yaml]",
)
@click.option("--answers", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Answers as JSON Lines.")
@click.option(
    "--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="True labels as JSON Lines."
)
@click.option("--seed", default=7, show_default=True, help="Seed of the simulated workers.")
@click.option("--containers", is_flag=True, help="Run the functions in containers, from their built images.")
@click.option(
    "--emulator", type=click.Path(path_type=Path), default=EMULATOR, show_default=True, help="Path of aws-lambda-rie."
)
@click.option(
    "--concurrency", default=DEFAULT_CONCURRENCY, show_default=True, help="Number of objects prepared in parallel."
)
@click.option("--overwrite", is_flag=True, help="Replace the output of a previous run of the same name.")
def run(job_file: Path, data: Path | None, answers: Path | None, truth: Path | None, **options: Any) -> None:
    """Run a labeling job without a browser.

    JOB.yaml holds the parameters of CreateLabelingJob; the result is Ground Truth's output tree. Workers' answers come
    from --answers; without it, simulated workers answer, who know the true labels and sometimes err. S3 is the folder
    --data, served by an emulator while the job runs, or the endpoint in AWS_ENDPOINT_URL_S3.

    Example: tracemark run demo/job.yaml --overwrite
    """
    out = console()
    job = LabelingJob.parse(job_file.read_bytes(), str(job_file))
    folder = data or job_file.parent
    from tracemark_groundtruth.functions.catalog import Catalog  # imports docker

    with ExitStack() as stack:
        storage = stack.enter_context(storage_of(folder))
        functions = stack.enter_context(_functions(job, storage, options))
        from tracemark_groundtruth.functions.catalog import Catalog  # with urllib3, which no help needs

        # The rules of the service: which functions a job calls, and what it does without one.
        catalog = Catalog({}, functions.pre_annotation, functions.post_annotation)
        truth_by_id = _truth(truth or folder / TRUE_LABELS, required=answers is None)
        workers = _workers(storage, job, answers, truth_by_id, options["seed"])
        with progress_bar(out) as bar:
            engine = Engine(
                client=storage.client,
                pre_annotation=catalog.pre_annotation(job),
                post_annotation=catalog.post_annotation(job),
                workers=workers,
                now=lambda: datetime.now(UTC),
                progress=_Bar(bar),
                concurrency=options["concurrency"],
            )
            result = engine.run(job, overwrite=options["overwrite"])
    _show(out, result, folder if storage.environment else None)
    if result.shows_nothing:
        raise JobFailed(
            f"no object could be shown: {summed_up(result.left_out, result.total, result.unshowable)}",
            place=f"job {quoted(job.name)}",
            remedy="correct the data and run the job again with --overwrite",
        )
    if isinstance(workers, AnswersFile):
        unused = workers.unused({row.object_id for row in result.rows}, job.workers_per_object)
        if unused:
            out.print(f"not used of {answers}: {unused}", soft_wrap=True)
    if truth_by_id:
        right = sum(row.label == truth_by_id.get(row.object_id) for row in result.rows)
        out.print(f"{right} of {result.labeled} labels match the true ones")


def _functions(job: LabelingJob, storage: Storage, options: Mapping[str, Any]) -> Any:
    environment = function_environment(job, storage)
    if options["containers"]:
        return in_containers(environment, options["concurrency"], options["emulator"])
    return in_process(environment)


def _workers(
    storage: Storage, job: LabelingJob, answers: Path | None, truth: Mapping[str, str], seed: int
) -> AnswerSource:
    if answers:
        return AnswersFile.parse(answers.read_bytes(), str(answers))
    return SimulatedWorkers(seed, truth, job_classifier(storage.client, job))


def _truth(file: Path, required: bool) -> dict[str, str]:
    if not file.is_file():
        if not required:
            return {}
        raise InvalidConfiguration(
            "there are no answers, and no true labels for simulated workers",
            place=str(file),
            remedy="give --answers FILE or --truth FILE",
        )
    return true_labels(file)


class _Bar:
    """Shows the progress of a job."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._prepared = self._labeled = TaskID(0)

    def started(self, total: int) -> None:
        """See `Progress.started`."""
        self._prepared = self._bar.add_task("prepared", total=total)
        self._labeled = self._bar.add_task("labeled", total=total)

    def prepared(self, object_id: str) -> None:
        """See `Progress.prepared`."""
        self._bar.advance(self._prepared)

    def finished(self, row: ObjectRow) -> None:
        """See `Progress.finished`."""
        self._bar.advance(self._labeled)


def _show(out: Console, result: JobResult, folder: Path | None) -> None:
    cells = [
        (
            row.object_id,
            row.outcome.value,
            row.label,
            "" if row.confidence is None else f"{row.confidence:.2f}",
            ", ".join(f"{label} {votes}" for label, votes in row.votes.items()),
            one_line(row.problem, 200),
        )
        for row in result.rows
    ]
    out.print(table(("object", "outcome", "label", "confidence", "votes", "remark"), cells))
    out.print(f"{result.labeled} labeled, {result.failed} failed, {result.left_out} left out of {result.total}")
    uri = result.output_manifest
    where = folder / uri.bucket / uri.key if folder else uri
    out.print(f"output manifest: {where}", soft_wrap=True)
