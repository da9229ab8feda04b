"""The answers of a finished job as its output tree holds them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

from tracemark.contract.manifest import DataObject
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.prepared import Answered
from tracemark_groundtruth.labeling.preparation import in_order

_THREADS = 8


@dataclass(slots=True)
class TreeAnswers:
    """The worker responses in the job's output tree: one document for each answer, so several are read at a time.

    `answered` raises `InvalidDocument` for a worker response that is wrong, and names it; `AccessDenied` and
    `StorageUnavailable` where S3 refused, or did not answer.
    """

    reader: TreeReader
    strays: Sequence[str] = field(default=(), init=False)

    def answered(self, lines: Iterable[DataObject]) -> Generator[Answered]:
        """See `AnswerSource.answered`."""
        responses = dict(self.reader.responses())
        found = ((line, responses.pop(line.id)) for line in lines if line.id in responses)

        def read(each: tuple[DataObject, Sequence[S3Uri]]) -> Answered:
            line, uris = each
            return Answered(line, self.reader.worker_answers(uris))

        with (
            ThreadPoolExecutor(_THREADS) as executor,
            closing(in_order(executor, read, found, 4 * _THREADS)) as answered,
        ):
            yield from answered
        self.strays = list(responses)
