"""Where a job's output lies: the one place that `results`, `report` and `export` find it by."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracemark.contract.answer_fields import DEFAULT_ABSTAIN_LABEL
from tracemark.errors import DataError
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.files import read_file
from tracemark_cli.local.storage import storage_of
from tracemark_cli.local.truth import TRUE_LABELS, true_labels
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.s3.job_storage import JobStorage


@dataclass(frozen=True, slots=True)
class Found:
    """A job, the S3 that holds it, and its folder (None where S3 is no folder of this machine)."""

    job: FinishedJob
    storage: JobStorage
    tree: OutputTree
    folder: Path | None

    def shown(self, uri: S3Uri) -> str:
        """Return where an object is, in the user's terms."""
        return str(self.folder / uri.bucket / uri.key if self.folder else uri)


@contextmanager
def found_job(job_file: Path, data: Path | None) -> Iterator[Found]:
    """Find the job of a job file in the folder `data` (its own folder by default), or where AWS_ENDPOINT_URL_S3 says.

    Raises:
        ObjectMissing: the file is not there, or the job has not begun.
        InvalidDocument, InvalidUri: the job file or a document of the tree is wrong.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    described = LabelingJob.parse(read_file(job_file), str(job_file))
    folder = data or job_file.parent
    with storage_of(folder) as storage:
        s3 = JobStorage(storage.client)
        job = FinishedJob.read(s3, described, _categories(s3, described))
        yield Found(job, s3, OutputTree(described.output, described.name), folder if storage.environment else None)


def known_labels(truth: Path | None, found: Found) -> Mapping[str, str]:
    """Return true labels by object id: of the file `truth`, by default of the one that `tracemark samples` writes.

    Raises:
        InvalidDocument: a line of the file is wrong.
    """
    if truth:
        return true_labels(truth)
    beside = found.folder / TRUE_LABELS if found.folder else None
    return true_labels(beside) if beside and beside.is_file() else {}


def abstain_label() -> str:
    """Return the label that stands for no vote, as the post-labeling function is told it."""
    return os.environ.get("ABSTAIN_LABEL") or DEFAULT_ABSTAIN_LABEL


def _categories(storage: JobStorage, job: LabelingJob) -> tuple[str, ...]:
    """Return the job's classes; a file that is gone or wrong costs their order, not the results."""
    try:
        return label_categories(storage, job) or ()
    except DataError:
        return ()
