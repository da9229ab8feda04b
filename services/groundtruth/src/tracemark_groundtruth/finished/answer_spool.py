"""All answers of a finished job in a temporary file: fetched once, and then read as often as needed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import IO

from tracemark.contract.postannotation import AnnotatedObject, annotated_object_json
from tracemark.document import json_bytes, read_json
from tracemark_groundtruth.job.prepared import Answered


@dataclass(frozen=True, slots=True)
class AnswerSpool:
    """The entries of one payload for the whole job, a line each, in `file`; one object at a time is in memory."""

    file: IO[bytes]

    def fill(self, answered: Generator[Answered]) -> None:
        """Write the objects, in their order."""
        with closing(answered):
            self.file.writelines(_lines(answered))

    def objects(self) -> Iterator[AnnotatedObject]:
        """Yield the objects from the first; who begins anew ends what was begun before."""
        self.file.seek(0)
        for number, line in enumerate(self.file, start=1):
            yield AnnotatedObject.parse(read_json(line, f"answers of the job, entry {number}"))


def _lines(answered: Iterable[Answered]) -> Iterator[bytes]:
    for each in answered:
        yield json_bytes(annotated_object_json(each.line, each.answers)) + b"\n"
