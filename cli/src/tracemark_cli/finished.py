"""Where a finished job is: the one function that `results`, `report` and `export` find it with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracemark_cli.files import read_file
from tracemark_cli.storage import storage_of
from tracemark_groundtruth.bucket import JobStorage
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.job import LabelingJob
from tracemark_groundtruth.output_tree import OutputTree


@dataclass(frozen=True, slots=True)
class Found:
    """A finished job and the S3 that holds it; `folder` is the folder of buckets, None where S3 is no folder."""

    job: FinishedJob
    storage: JobStorage
    folder: Path | None


@contextmanager
def finished_job(job_file: Path, data: Path | None) -> Iterator[Found]:
    """Read the job of a job file from the folder `data`, by default the file's own, or from AWS_ENDPOINT_URL_S3.

    Raises:
        ObjectMissing: the file is not there, or the job has no output manifest.
        InvalidDocument, InvalidUri: the job file or the tree is wrong.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    described = LabelingJob.parse(read_file(job_file), str(job_file))
    folder = data or job_file.parent
    with storage_of(folder) as storage:
        s3 = JobStorage(storage.client)
        tree = OutputTree(described.output, described.name)
        job = FinishedJob.read(s3, tree, described.label_attribute_name)
        yield Found(job, s3, folder if storage.environment else None)
