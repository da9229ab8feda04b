"""Opening a job's output, for `results`, `report` and `export`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracemark.contract.answer_fields import DEFAULT_ABSTAIN_LABEL
from tracemark.errors import DataError
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.files import TRUE_LABELS, read_file, true_labels
from tracemark_cli.local.storage import storage_of
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.labeling.inputs import label_categories
from tracemark_groundtruth.s3.job_storage import JobStorage


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A job, the S3 that holds it, and its folder (None where S3 is not a folder of this machine)."""

    job: FinishedJob
    storage: JobStorage
    tree: OutputTree
    folder: Path | None

    def user_path(self, uri: S3Uri) -> str:
        """Return the path or URI by which the user finds an object."""
        return str(self.folder / uri.bucket / uri.key if self.folder else uri)


@contextmanager
def open_job(job_file: Path, data: Path | None) -> Iterator[ReadJob]:
    """Read the job of a job file from the folder `data` (by default its own), or from the S3 of AWS_ENDPOINT_URL_S3.

    Raises:
        ObjectMissing: the file does not exist, or the job has not started.
        InvalidDocument, InvalidUri: the job file or a document of the tree is not valid.
        AccessDenied, StorageUnavailable: S3 denied access, or did not respond.
    """
    job_request = LabelingJob.parse(read_file(job_file), str(job_file))
    folder = data or job_file.parent
    with storage_of(folder) as storage:
        s3 = JobStorage(storage.client)
        job = FinishedJob.read(s3, job_request, _categories(s3, job_request))
        yield ReadJob(
            job, s3, OutputTree(job_request.output, job_request.name), folder if storage.environment else None
        )


def known_labels(truth: Path | None, read: ReadJob) -> Mapping[str, str]:
    """Return true labels by object id, from the file `truth` or by default from the one `tracemark samples` writes.

    Raises:
        InvalidDocument: a line of the file is not valid.
    """
    if truth:
        return true_labels(truth)
    default = read.folder / TRUE_LABELS if read.folder else None
    return true_labels(default) if default and default.is_file() else {}


def abstain_label() -> str:
    """Return the label that counts as no vote, from the same variable as the post-labeling function reads."""
    return os.environ.get("ABSTAIN_LABEL") or DEFAULT_ABSTAIN_LABEL


def _categories(storage: JobStorage, job: LabelingJob) -> tuple[str, ...]:
    """Return the job's classes; if their file is missing or not valid, only their order is lost, not the results."""
    try:
        return label_categories(storage, job) or ()
    except DataError:
        return ()
