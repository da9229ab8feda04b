"""One object of a finished job: its line, its label, and the answers it got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracemark.document import Json, Node
from tracemark.errors import DataError
from tracemark.manifest import DataObject
from tracemark_groundtruth.result import FIGURES, ObjectRow, Outcome, figures_of

_FIGURES = (*FIGURES, "class-map")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One worker's answer; `label` is None where it names none, `seconds` where the tree does not tell."""

    worker_id: str
    label: str | None
    seconds: float | None = None
    comments: tuple[str, ...] = ()

    @classmethod
    def parse(cls, node: Node) -> GivenAnswer:
        """Read one entry of a worker response.

        Raises:
            InvalidDocument: there is no worker.
        """
        content = node.get("answerContent")
        values = list(content.value.values()) if content and isinstance(content.value, dict) else []
        labels = [value["label"] for value in values if isinstance(value, dict) and isinstance(value.get("label"), str)]
        comments = tuple(value for value in values if isinstance(value, str) and value.strip())
        return cls(node["workerId"].text(), labels[0] if labels else None, _seconds(node), comments)


@dataclass(frozen=True, slots=True)
class FinishedItem:
    """An output manifest line, read; `label` is None where the object has none, `confidence` where nothing tells it."""

    line: DataObject
    label: str | None
    confidence: float | None
    votes: Mapping[str, int]
    problem: str
    is_tied: bool
    figures: Mapping[str, Json]
    answers: tuple[GivenAnswer, ...] = ()
    gold: str | None = None

    @classmethod
    def of(cls, line: DataObject, attribute: str, answers: tuple[GivenAnswer, ...]) -> FinishedItem:
        """Read what a line says under `attribute`, in our style or as built-in jobs write it."""
        figures = figures_of(attribute, line.attributes) if attribute in line.attributes else {}
        row = _row(line, attribute)
        gold = line.attributes.get("gold")
        return cls(
            line=line,
            label=row.label or None,
            confidence=row.confidence,
            votes=row.votes or _votes(answers),
            problem=str(figures.get("problem") or ("" if row.outcome is Outcome.LABELED else row.problem)),
            is_tied=figures.get("tie") is True,
            figures={key: figures[key] for key in _FIGURES if key in figures},
            answers=answers,
            gold=gold if isinstance(gold, str) else None,
        )

    @property
    def comments(self) -> tuple[str, ...]:
        """What workers typed, in the order of their answers, each text once."""
        return tuple(dict.fromkeys(comment for answer in self.answers for comment in answer.comments))

    @property
    def source(self) -> str:
        """What the line says under `source` or `source-ref`."""
        return self.line.source


def _row(line: DataObject, attribute: str) -> ObjectRow:
    if attribute in line.attributes:
        return ObjectRow.labeled(line.id, attribute, line.attributes, "")
    metadata = line.attributes.get(f"{attribute}-metadata")
    reason = metadata.get("failure-reason") if isinstance(metadata, dict) else None
    if reason:
        return ObjectRow(line.id, Outcome.FAILED, problem=str(reason))
    return ObjectRow(line.id, Outcome.LEFT_OUT, problem="no label")


def _votes(answers: tuple[GivenAnswer, ...]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for answer in answers:
        if answer.label is not None:
            counts[answer.label] = counts.get(answer.label, 0) + 1
    return counts


def _seconds(node: Node) -> float | None:
    try:
        spent = node.get("timeSpentInSeconds")
        if spent:
            return spent.number()
        begun, ended = (datetime.fromisoformat(node[key].text()) for key in ("acceptanceTime", "submissionTime"))
        return max(0.0, (ended - begun).total_seconds())
    except (DataError, ValueError, TypeError):
        return None
