"""Where the answers to a task come from: workers, or a file in their place."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import REQUEST_DEPTH, Json, Node, read_json
from tracemark.errors import quoted

_MAX_SECONDS_SPENT = 1e9
_YEARS = (1970, 9998)
_NAMED = 8
_MOMENT_WORDS = "a moment such as 2021-11-01T17:42:26.177Z, not before 1970"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One data object as workers see it; `task_input` is what the pre-annotation function answered."""

    object_id: str
    task_input: Mapping[str, Json]


class AnswerSource(Protocol):
    """Workers, or something in their place."""

    def answers(self, task: Task, workers: int) -> Sequence[WorkerAnswer]:
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

    def answers(self, task: Task, workers: int) -> Sequence[WorkerAnswer]:
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

    def unused(self, shown: Collection[str], workers: int) -> str:
        """Say which answers a job did not use that showed some objects, each to so many workers; empty for none."""
        strange = [object_id for object_id in self.lines if object_id not in shown]
        further = sum(self._further(self.lines[object_id], workers) for object_id in self.lines if object_id in shown)
        said = []
        if strange:
            named = ", ".join(quoted(object_id, 40) for object_id in strange[:_NAMED])
            more = f" and {len(strange) - _NAMED:,} more" if len(strange) > _NAMED else ""
            said.append(f"those to objects that the job did not show ({named}{more})")
        if further:
            said.append(f"{further:,} of further workers than the {workers} that an object is shown to")
        return " and ".join(said)

    def _further(self, lines: Sequence[tuple[int, bytes]], workers: int) -> int:
        given = [_answer(_line(line, self.source, number)).worker_id for number, line in lines]
        asked = set(list(dict.fromkeys(given))[:workers])
        return sum(worker not in asked for worker in given)


def _line(line: bytes, source: str, number: int) -> Node:
    return read_json(line, f"{source} line {number}", depth=REQUEST_DEPTH)


def _answer(node: Node) -> WorkerAnswer:
    """Read an answer as strictly as a file that was written by hand is read: a wrong time is refused, not ignored."""
    node["answerContent"].mapping()
    for key in ("acceptanceTime", "submissionTime"):
        if (moment := node.get(key)) is not None:
            _check_moment(moment)
    if (spent := node.get("timeSpentInSeconds")) is not None and not 0 <= spent.number() <= _MAX_SECONDS_SPENT:
        spent.refuse("a number of seconds, 0 or more")
    return WorkerAnswer.parse(node)


def _object_id(node: Node) -> str:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        return str(node.value)
    return node.text()


def _check_moment(node: Node) -> None:
    try:
        moment = datetime.fromisoformat(node.text())
    except ValueError:
        node.refuse(_MOMENT_WORDS)
    if not _YEARS[0] <= moment.year <= _YEARS[1]:
        node.refuse(_MOMENT_WORDS)
