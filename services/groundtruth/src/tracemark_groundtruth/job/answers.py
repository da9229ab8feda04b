"""What workers answer: one answer, and the sources that answers come from."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from tracemark.document import Json, Node, read_json
from tracemark_groundtruth.job.output_tree import answer_time, in_utc

_DEFAULT_SECONDS_SPENT = 30.0
_MAX_SECONDS_SPENT = 1e9
_YEARS = (1970, 9998)
_MOMENT_WORDS = "a moment such as 2021-11-01T17:42:26.177Z, not before 1970"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One data object as workers see it; `task_input` is what the pre-annotation function answered."""

    object_id: str
    task_input: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """One worker's answer to one object; times that are None are set when the answer is collected.

    `subject` is the worker's UUID; None stands for one made from the worker id.
    """

    worker_id: str
    content: Mapping[str, Json]
    accepted_at: datetime | None = None
    submitted_at: datetime | None = None
    seconds_spent: float | None = None
    identity_provider: str = "AnswersFile"
    subject: str | None = None

    def to_json(self, collected_at: datetime) -> dict[str, Json]:
        """Return the answer as it stands in a worker response."""
        spent = self._spent()
        submitted = in_utc(self.submitted_at or self._after_acceptance(spent) or collected_at)
        accepted = in_utc(self.accepted_at or submitted - timedelta(seconds=spent))
        return {
            "answerContent": dict(self.content),
            "workerId": self.worker_id,
            "acceptanceTime": answer_time(accepted),
            "submissionTime": answer_time(submitted),
            "timeSpentInSeconds": round(spent, 3),
            "workerMetadata": {
                "identityData": {
                    "identityProviderType": self.identity_provider,
                    "issuer": "urn:tracemark:groundtruth",
                    "sub": self.subject or _subject(self.worker_id),
                }
            },
        }

    def _spent(self) -> float:
        if self.seconds_spent is not None:
            return self.seconds_spent
        if self.accepted_at and self.submitted_at:
            return max(0.0, (in_utc(self.submitted_at) - in_utc(self.accepted_at)).total_seconds())
        return _DEFAULT_SECONDS_SPENT

    def _after_acceptance(self, spent: float) -> datetime | None:
        return self.accepted_at + timedelta(seconds=spent) if self.accepted_at else None


class AnswerSource(Protocol):
    """Workers, or something in their place."""

    def answers(self, task: Task, workers: int) -> Sequence[Answer]:
        """Return the answers of at most `workers` different workers to a task; safe to call from several threads."""


@dataclass(frozen=True, slots=True)
class AnswersFile:
    """Answers given beforehand, kept as the lines they were written in, by data object."""

    source: str
    lines: Mapping[str, Sequence[tuple[int, bytes]]]

    @classmethod
    def parse(cls, data: bytes, source: str) -> AnswersFile:
        """Read JSON Lines of `{"datasetObjectId", "workerId", "answerContent": {...}}`.

        `acceptanceTime` and `submissionTime` (ISO 8601, UTC unless they say otherwise) and `timeSpentInSeconds` are
        optional; empty lines are skipped.

        Raises:
            InvalidDocument: a line is wrong; the error names it.
        """
        lines: dict[str, list[tuple[int, bytes]]] = {}
        for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
            if line.strip():
                node = _line(line, source, number)
                _answer(node)
                lines.setdefault(_object_id(node["datasetObjectId"]), []).append((number, line))
        return cls(source, lines)

    def answers(self, task: Task, workers: int) -> Sequence[Answer]:
        """Return the answers in file order; a worker beyond the first `workers` is left out, and the log says so."""
        given = [_answer(_line(line, self.source, number)) for number, line in self.lines.get(task.object_id, ())]
        asked = set(list(dict.fromkeys(answer.worker_id for answer in given))[:workers])
        used = [answer for answer in given if answer.worker_id in asked]
        if len(used) < len(given):
            logger.warning(
                "answers of further workers are not used",
                extra={"object_id": task.object_id, "unused": len(given) - len(used), "workers_per_object": workers},
            )
        return used


def _subject(worker_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:tracemark:worker:{worker_id}"))


def _line(line: bytes, source: str, number: int) -> Node:
    return read_json(line, f"{source} line {number}")


def _answer(node: Node) -> Answer:
    spent = node.get("timeSpentInSeconds")
    return Answer(
        worker_id=node["workerId"].text(),
        content=node["answerContent"].mapping(),
        accepted_at=_moment(node.get("acceptanceTime")),
        submitted_at=_moment(node.get("submissionTime")),
        seconds_spent=_seconds(spent) if spent else None,
    )


def _object_id(node: Node) -> str:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return str(node.value)
    return node.text()


def _seconds(node: Node) -> float:
    seconds = node.number()
    return seconds if 0 <= seconds <= _MAX_SECONDS_SPENT else node.refuse("a number of seconds, 0 or more")


def _moment(node: Node | None) -> datetime | None:
    if node is None:
        return None
    try:
        moment = datetime.fromisoformat(node.text())
    except ValueError:
        return node.refuse(_MOMENT_WORDS)
    return moment if _YEARS[0] <= moment.year <= _YEARS[1] else node.refuse(_MOMENT_WORDS)
