"""All answers of a finished job in a temporary file: read from S3 once, and then as often as needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from tracemark.contract.manifest import DataObject
from tracemark.contract.postannotation import AnnotatedObject, annotated_object_json
from tracemark.document import json_bytes, read_json
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.labeling.preparation import in_order

_THREADS = 8


@dataclass(frozen=True, slots=True)
class AnswerSpool:
    """The entries of one payload for the whole job, a line each, in `file`; one object at a time is in memory."""

    file: IO[bytes]

    def fill(self, reader: TreeReader, lines: Iterable[DataObject]) -> list[str]:
        """Write the objects that have worker responses, in the order of `lines`; return the ids that no line has.

        Raises:
            InvalidDocument: a worker response is wrong; the error names it.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        responses = dict(reader.responses())
        answered = ((line, responses.pop(line.id)) for line in lines if line.id in responses)

        def entry(found: tuple[DataObject, Sequence[S3Uri]]) -> bytes:
            line, uris = found
            return json_bytes(annotated_object_json(line, reader.worker_answers(uris))) + b"\n"

        with (
            ThreadPoolExecutor(_THREADS) as executor,
            closing(in_order(executor, entry, answered, 4 * _THREADS)) as entries,
        ):
            self.file.writelines(entries)
        return list(responses)

    def objects(self) -> Iterator[AnnotatedObject]:
        """Yield the objects from the first; who begins anew ends what was begun before."""
        self.file.seek(0)
        for number, line in enumerate(self.file, start=1):
            yield AnnotatedObject.parse(read_json(line, f"answers of the job, entry {number}"))
