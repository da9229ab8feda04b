"""What a job is given besides its description: the manifest, the label categories, room for its output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, Categories
from tracemark.contract.manifest import MAX_LINES, MAX_MANIFEST_BYTES, DataObject
from tracemark.errors import InvalidDocument, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import OutputExists
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.s3.job_storage import JobStorage


@contextmanager
def manifest_file(storage: JobStorage, job: LabelingJob) -> Iterator[IO[bytes]]:
    """Yield the manifest of a job as a file.

    Raises:
        InvalidDocument: it is a streaming job without one.
        ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: S3 does not give it.
    """
    if job.manifest is None:
        raise InvalidDocument(
            "the job has no manifest: it is a streaming job, whose objects come while it runs in the service",
            place=f"job {quoted(job.name)}",
            expected="InputConfig.DataSource.S3DataSource.ManifestS3Uri",
            remedy="name a manifest, or run the job in the service: tracemark serve",
        )
    with download_manifest(storage, job.manifest) as file:
        yield file


def download_manifest(storage: JobStorage, uri: S3Uri) -> AbstractContextManager[IO[bytes]]:
    """Return a manifest as a file that goes when the block ends; see `JobStorage.download`."""
    return storage.download(uri, MAX_MANIFEST_BYTES)


def manifest_lines(file: IO[bytes], source: str, *, is_input: bool = True) -> Iterator[DataObject]:
    """Yield the data objects of a manifest from its start, in order; one at a time is in memory.

    The limits of sizes hold for input manifests alone, see `read_manifest`.

    Raises:
        InvalidDocument: for the first line that is wrong, for more than 1,000,000 lines, and for none.
    """
    file.seek(0)
    index = -1
    for index, line in enumerate(file):
        if index == MAX_LINES:
            raise InvalidDocument(
                f"the manifest has more than {MAX_LINES:,} lines", place=source, remedy="split it into several jobs"
            )
        yield DataObject.parse(_decode(line, source, index), index, source, is_input=is_input)
    if index < 0:
        raise InvalidDocument(
            "the manifest has no lines", place=source, expected="at least one", remedy="add data objects"
        )


def label_categories(storage: JobStorage, job: LabelingJob) -> tuple[str, ...] | None:
    """Return the categories of a job in order, or None when it names no category file.

    Raises:
        InvalidDocument: the file is wrong.
        ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: S3 does not give the file.
    """
    if job.label_categories is None:
        return None
    data = storage.read(job.label_categories, MAX_CATEGORY_FILE_BYTES)
    return Categories.parse_file(data, str(job.label_categories)).names


def ensure_empty(storage: JobStorage, tree: OutputTree, *, overwrite: bool) -> None:
    """Ensure that the job's output path is empty; with `overwrite`, delete what is there.

    Raises:
        OutputExists: something lies there, and `overwrite` is False.
        ObjectMissing, AccessDenied, StorageUnavailable: S3 cannot say, or cannot delete.
    """
    if not storage.holds_any(tree.root):
        return
    if not overwrite:
        raise OutputExists(
            "an earlier run of a job of this name has written here",
            place=str(tree.root),
            expected="an output path without this job",
            remedy="choose another LabelingJobName or S3OutputPath, or run again with overwrite",
        )
    storage.delete_all(tree.root)


def _decode(line: bytes, source: str, index: int) -> str:
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8-sig" if index == 0 else "utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument(
            f"byte {error.start} is not UTF-8",
            place=f"{source} line {index + 1}",
            expected="JSON Lines in UTF-8",
            remedy="save the manifest as UTF-8",
        ) from error
