"""Opening a job's output, for `results`, `report`, `export` and `consolidate`."""

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
from tracemark_cli.local.storage import Storage, storage_of
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
        return user_path(self.folder, uri)


@dataclass(frozen=True, slots=True)
class OpenedJob:
    """The request of a job, the S3 that holds its output, and its folder (None where S3 is not one of this machine)."""

    job: LabelingJob
    storage: Storage
    folder: Path | None

    @property
    def s3(self) -> JobStorage:
        """The job's S3."""
        return JobStorage(self.storage.client)

    @property
    def tree(self) -> OutputTree:
        """Where the job writes."""
        return OutputTree(self.job.output, self.job.name)

    def user_path(self, uri: S3Uri) -> str:
        """Return the path or URI by which the user finds an object."""
        return user_path(self.folder, uri)


@contextmanager
def open_request(job_file: Path, data: Path | None) -> Iterator[OpenedJob]:
    """Read a job file, and open the folder `data` (by default its own), or the S3 of AWS_ENDPOINT_URL_S3.

    Raises:
        ObjectMissing: the file does not exist.
        InvalidDocument, InvalidUri: it is not valid.
    """
    job = LabelingJob.parse(read_file(job_file), str(job_file))
    folder = data or job_file.parent
    with storage_of(folder) as storage:
        yield OpenedJob(job, storage, folder if storage.environment else None)


@contextmanager
def open_job(job_file: Path, data: Path | None, *, final: bool = False) -> Iterator[ReadJob]:
    """Read the output of the job of a job file; with `final`, the manifest of its final pass.

    Raises:
        ObjectMissing: the file does not exist, the job has not started, or no final pass was made.
        InvalidDocument, InvalidUri: the job file or a document of the tree is not valid.
        AccessDenied, StorageUnavailable: S3 denied access, or did not respond.
    """
    with open_request(job_file, data) as opened:
        job = FinishedJob.read(opened.s3, opened.job, _categories(opened.s3, opened.job), final=final)
        yield ReadJob(job, opened.s3, opened.tree, opened.folder)


def user_path(folder: Path | None, uri: S3Uri) -> str:
    """Return the path in a folder, or the URI, by which the user finds an object."""
    return str(folder / uri.bucket / uri.key if folder else uri)


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
