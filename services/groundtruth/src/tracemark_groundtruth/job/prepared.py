"""What became of a data object before it is consolidated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
