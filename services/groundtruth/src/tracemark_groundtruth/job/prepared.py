"""What became of a data object before it is consolidated."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracemark.contract.manifest import DataObject
from tracemark.contract.worker_answer import WorkerAnswer


@dataclass(frozen=True, slots=True)
class Answered:
    """An object with at least one answer."""

    line: DataObject
    answers: Sequence[WorkerAnswer]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An object that was shown to workers and that nobody answered."""

    line: DataObject


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An object that no worker is shown; `reason` is empty when the function gave none."""

    line: DataObject
    reason: str


Prepared = Answered | Unanswered | LeftOut


class AnswerSource(Protocol):
    """Gives the answers to the objects of one job."""

    def answered(self, lines: Iterable[DataObject]) -> Generator[Answered]:
        """Yield those of some objects that have answers, in their order, each with the last answer of each worker.

        Raises:
            TracemarkError: the answers cannot be read.
        """

    @property
    def strays(self) -> Sequence[str]:
        """The ids that have answers and were none of the lines, once `answered` is through."""
