"""One object of a job as one flat record: label, what speaks for it, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from tracemark.errors import InvalidUri
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth import __version__
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.finished.lineage import Archive, Lineage
from tracemark_groundtruth.labeling.preparation import in_order

_THREADS = 8


@dataclass(frozen=True, slots=True)
class Record:
    """What is exported of an object; the lineage tells what its workers saw, `policy` who made the label of votes."""

    job: str
    item: Item
    lineage: Lineage
    exported_by: str = __version__

    @property
    def label(self) -> str:
        """The label; empty where there is none."""
        return self.item.label.name if self.item.label else ""

    @property
    def confidence(self) -> float | None:
        """The confidence of the label, if one is reported."""
        return self.item.label.confidence if self.item.label else None

    @property
    def margin(self) -> float | None:
        """How far the label is ahead of the next one, if it is reported."""
        return self.item.label.margin if self.item.label else None

    @property
    def agreement(self) -> float | None:
        """How far the object's workers agree, if it is reported."""
        return self.item.label.agreement if self.item.label else None

    @property
    def policy(self) -> str:
        """The rule that made the label of the votes; empty where none is reported."""
        return self.item.label.method if self.item.label else ""


def records(job: FinishedJob, archive: Archive) -> Iterator[Record]:
    """Yield the record of each object, in manifest order.

    Raises:
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """

    def record(item: Item) -> Record:
        return Record(job.name, item, archive.lineage(_document(item)))

    with (
        ThreadPoolExecutor(_THREADS) as executor,
        closing(in_order(executor, record, job.items, 4 * _THREADS)) as made,
    ):
        yield from made


def _document(item: Item) -> S3Uri | None:
    try:
        return item.line.uri
    except InvalidUri:
        return None
