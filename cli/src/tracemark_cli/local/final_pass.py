"""The final pass over finished jobs, decided by this project's consolidation in this process."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracemark.errors import quoted
from tracemark.storage.s3objects import S3Objects
from tracemark_groundtruth.finished.decisions import Decisions, NewLabel, Question
from tracemark_groundtruth.finished.final_pass import FinalPass, FinalPassResult, Write
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.prepared import AnswerSource
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_postlabel import wiring
from tracemark_postlabel.consolidate import slate_of
from tracemark_postlabel.finished_job import IN_MEMORY_ANSWERS, DecidedJob, decide_finished

logger = logging.getLogger(__name__)


def decide(storage: JobStorage, question: Question, in_memory: int = IN_MEMORY_ANSWERS) -> Decisions:
    """Decide all objects of a job as the post-labeling function would if it were called with all of them.

    Of more than `in_memory` answers the ballots go through temporary files.

    Its settings are the function's: `CONSOLIDATION_POLICY`, `ABSTAIN_LABEL`, `CLASSIFIER_NAME`, `LABEL_CATEGORIES`.

    Raises:
        InvalidConfiguration: one of them cannot be used.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    settings = wiring.settings()
    store = S3Objects(storage.client, settings.allowed_buckets)
    slate = slate_of(question.categories, store, settings)
    return _Answer(
        decide_finished(question.objects, slate, question.gold, store, settings, wiring.policy(), in_memory)
    ).decisions()


def final_pass(
    job: LabelingJob, storage: JobStorage, write: Write | None = None, answers: AnswerSource | None = None
) -> FinalPassResult:
    """Make the final pass over a job, from its worker responses unless `answers` are given; see `FinalPass.run`.

    Raises:
        InvalidDocument, ObjectMissing, ObjectTooLarge: the job's category file cannot be used.
    """
    categories = label_categories(storage, job) or ()
    return FinalPass(storage, job, categories, partial(decide, storage), answers).run(write)


def make_final_pass(job: LabelingJob, storage: JobStorage, answers: AnswerSource) -> None:
    """Make the final pass over a job of the service."""
    for remark in final_pass(job, storage, answers=answers).remarks:
        logger.info("the final pass is made", extra={"job": job.name, "remark": remark})


def into_folder(folder: Path) -> Write:
    """Return what writes the files of a final pass into a folder of the user, which is made if it is missing."""

    def write(name: str, parts: Iterable[bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("wb") as file:
            file.writelines(parts)

    return write


@dataclass(frozen=True, slots=True)
class _Answer:
    job: DecidedJob

    def decisions(self) -> Decisions:
        return Decisions(self.job.main.name, self._label, self._undecided(), self._remarks())

    def _label(self, object_id: str) -> NewLabel | None:
        found = self.job.label(object_id)
        return NewLabel(found.name, found.index, found.figures) if found else None

    def _undecided(self) -> str:
        plan = self.job.main
        if self.job.is_decided:
            return ""
        return f"the job is about {quoted(plan.name, 60)}, which is no single choice ({plan.kind.value})"

    def _remarks(self) -> Sequence[str]:
        return [text for text in (self._by_number(), self._calibration()) if text]

    def _by_number(self) -> str:
        if not self.job.outcome.by_number:
            return ""
        what = f"{len(self.job.workers):,} objects with their classes are too many to compare workers by"
        return f"{what}, so most votes won everywhere; make a job of each part to have them compared"

    def _calibration(self) -> str:
        outcome = self.job.outcome
        if outcome.calibration is None:
            return ""
        return f"confidence calibrated on {outcome.gold_items} gold items, {outcome.gold_right} of them right"
