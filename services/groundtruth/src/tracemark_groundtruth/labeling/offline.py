"""Runs a labeling job from its manifest to its output manifest, as Ground Truth does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tracemark.contract.manifest import DataObject
from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.answers import AnswerSource
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.left_out import write_left_out
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.job.result import JobResult
from tracemark_groundtruth.labeling.consolidation import Consolidation
from tracemark_groundtruth.labeling.inputs import ensure_empty, label_categories, manifest_file, manifest_lines
from tracemark_groundtruth.labeling.ledger import Ledger
from tracemark_groundtruth.labeling.preparation import (
    DEFAULT_BATCH_SIZE,
    DEFAULT_CONCURRENCY,
    Answered,
    Preparation,
    Prepared,
    in_batches,
    in_order,
)
from tracemark_groundtruth.labeling.progress import Progress, Silent
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JobStorage


@dataclass(frozen=True)
class Engine:
    """Everything that a job needs beside its description.

    `client` is a boto3 S3 client, `now` gives the moments in keys and metadata, `batch_size` is the number of objects
    in one consolidation request, `concurrency` bounds the calls of the pre-annotation function under way.
    """

    client: Any
    pre_annotation: Function
    post_annotation: Function
    workers: AnswerSource
    now: Callable[[], datetime]
    progress: Progress = Silent()  # noqa: RUF009 - it holds nothing
    batch_size: int = DEFAULT_BATCH_SIZE
    concurrency: int = DEFAULT_CONCURRENCY

    def __post_init__(self) -> None:
        if self.batch_size < 1 or self.concurrency < 1:
            raise InvalidConfiguration(
                f"batch size {self.batch_size} and concurrency {self.concurrency} cannot both be used",
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
            return self._label(job, manifest_lines(manifest, str(job.manifest)), consolidation)

    def _label(self, job: LabelingJob, lines: Iterator[DataObject], consolidation: Consolidation) -> JobResult:
        threads = min(self.concurrency, job.max_concurrent_tasks)
        prepare = Preparation(job, self.pre_annotation, self.workers, consolidation.categories).prepare
        with ThreadPoolExecutor(threads) as executor, Ledger(job, self.progress, self.now) as ledger:
            with closing(in_order(executor, prepare, lines, 2 * threads)) as prepared:
                for batch in in_batches(map(self._noted, prepared), self.batch_size):
                    self._finish(batch, consolidation, ledger, executor)
            tree, storage = consolidation.tree, consolidation.storage
            storage.write(tree.output_manifest, ledger.manifest(), JSON_LINES_TYPE)
            result = JobResult(job.name, tree.output_manifest, tuple(ledger.rows), ledger.iterations)
            write_left_out(storage, tree.output_manifest, result.left_out_objects)
            return result

    def _noted(self, prepared: Prepared) -> Prepared:
        self.progress.prepared(prepared.line.id)
        return prepared

    def _finish(
        self, batch: Sequence[Prepared], consolidation: Consolidation, ledger: Ledger, executor: Executor
    ) -> None:
        answered = [prepared for prepared in batch if isinstance(prepared, Answered)]
        if not answered:
            ledger.enter(batch, {})
            return
        iteration = ledger.next_iteration()
        for _ in executor.map(partial(consolidation.write_response, iteration), answered):
            pass  # an error of any write is raised here
        lines = ledger.enter(batch, consolidation.consolidate(iteration, answered))
        target = consolidation.tree.intermediate_manifest(iteration)
        consolidation.storage.write(target, lines, JSON_LINES_TYPE)
