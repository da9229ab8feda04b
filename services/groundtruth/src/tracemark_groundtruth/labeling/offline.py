"""Runs a labeling job from its manifest to its output manifest in one go, with answers that are given or simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from tracemark.contract.manifest import DataObject
from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.answers import AnswerSource
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.prepared import Answered, LeftOut, Prepared, Unanswered
from tracemark_groundtruth.job.result import JobResult
from tracemark_groundtruth.labeling.batch import (
    DEFAULT_BATCH_SIZE,
    FinishedObject,
    finish_batch,
    finish_object,
    pass_on,
)
from tracemark_groundtruth.labeling.consolidation import Consolidation
from tracemark_groundtruth.labeling.inputs import ensure_empty, label_categories, manifest_file, manifest_lines
from tracemark_groundtruth.labeling.ledger import Ledger, Progress, Silent
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY, Preparation, in_order
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JobStorage
from tracemark_groundtruth.s3.left_out_file import write_left_out


@dataclass(frozen=True)
class Engine:
    """Everything that a job needs besides its description.

    `client` is a boto3 S3 client, `now` gives the moments in keys and metadata, `batch_size` is the number of objects
    in one consolidation request, `concurrency` bounds the calls of the pre-annotation function under way.
    """

    client: Any
    pre_annotation: Function
    post_annotation: Function | None
    workers: AnswerSource
    now: Callable[[], datetime]
    progress: Progress = Silent()  # noqa: RUF009 - it holds nothing
    batch_size: int = DEFAULT_BATCH_SIZE
    concurrency: int = DEFAULT_CONCURRENCY

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.concurrency < 1:
            raise InvalidConfiguration(
                f"batch size {self.batch_size} or concurrency {self.concurrency} cannot be used",
                expected="whole numbers from 1",
                remedy="correct the option",
            )

    def run(self, job: LabelingJob, *, overwrite: bool = False) -> JobResult:
        """Label every object of the job and return what came of it; one failed object never fails another.

        Raises:
            OutputExists: an earlier run's output is there, and `overwrite` is False.
            JobFailed: a function failed for good; everything consolidated before it stays written.
            InvalidDocument: the manifest or the category file is wrong; nothing was invoked or written.
            ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: S3 cannot give or take an object.
        """
        storage, tree = JobStorage(self.client), OutputTree(job.output, job.name)
        with manifest_file(storage, job) as manifest:
            total = sum(1 for _ in manifest_lines(manifest, str(job.manifest)))
            categories = label_categories(storage, job)
            consolidation = Consolidation(job, self.post_annotation, storage, tree, self.now, categories)
            ensure_empty(storage, tree, overwrite=overwrite)
            self.progress.started(total)
            read = partial(manifest_lines, manifest, str(job.manifest))
            return self._label(read, consolidation, job.stopping.limit(total))

    def _label(self, read: Callable[[], Iterator[DataObject]], consolidation: Consolidation, limit: int) -> JobResult:
        job, storage, tree = consolidation.job, consolidation.storage, consolidation.tree
        threads = min(self.concurrency, job.max_concurrent_tasks)
        answer = partial(self._answer, Preparation(job, self.pre_annotation, consolidation.categories))
        with ThreadPoolExecutor(threads) as executor, Ledger(self.progress) as ledger:
            with closing(in_order(executor, answer, read(), 2 * threads)) as prepared:
                noted = map(self._note, prepared)
                for batch in in_batches(noted, lambda: min(self.batch_size, limit - ledger.labeled)):
                    ledger.enter(self._finish(batch, consolidation, ledger, executor))
            if job.stopping:
                ledger.enter(map(pass_on, islice(read(), len(ledger.rows), None)))
            storage.write(tree.output_manifest, ledger.manifest(), JSON_LINES_TYPE)
            result = JobResult(job.name, tree.output_manifest, tuple(ledger.rows), ledger.iterations)
            write_left_out(storage, tree.output_manifest, result.left_out_objects)
            return result

    def _answer(self, preparation: Preparation, line: DataObject) -> Prepared:
        """Return the result of one object; the task input is not kept."""
        task = preparation.prepare(line)
        if isinstance(task, LeftOut):
            return task
        answers = self.workers.answers(task, preparation.job.workers_per_object)
        return Answered(line, answers) if answers else Unanswered(line)

    def _note(self, prepared: Prepared) -> Prepared:
        self.progress.prepared(prepared.line.id)
        return prepared

    def _finish(
        self, batch: Sequence[Prepared], consolidation: Consolidation, ledger: Ledger, executor: Executor
    ) -> list[FinishedObject]:
        if any(isinstance(prepared, Answered) for prepared in batch):
            return finish_batch(consolidation, ledger.next_iteration(), batch, executor)
        return [finish_object(consolidation.job, prepared, {}, self.now()) for prepared in batch]


def in_batches(prepared: Iterable[Prepared], size: Callable[[], int]) -> Iterator[list[Prepared]]:
    """Cut a sequence so that each piece but the last holds exactly as many answered objects as `size` then says.

    Once that is none, nothing more is taken.
    """
    batch: list[Prepared] = []
    answered, wanted = 0, size()
    for item in prepared:
        batch.append(item)
        answered += isinstance(item, Answered)
        if answered == wanted:
            yield batch
            batch, answered, wanted = [], 0, size()
        if wanted <= 0:
            return
    if batch:
        yield batch
