"""What one worker answered to one object, as worker responses keep it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument, one_line

_COMMENT_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """`labels` has the chosen class by the name of its classifier, `seconds` is None where the tree does not tell."""

    worker: str
    labels: Mapping[str, str]
    seconds: float | None = None
    comments: tuple[str, ...] = ()

    @classmethod
    def parse(cls, node: Node) -> GivenAnswer:
        """Read one entry of a worker response; an answer that holds no label is one without labels.

        Raises:
            InvalidDocument: it names no worker.
        """
        content = node.value.get("answerContent") if isinstance(node.value, dict) else None
        fields = content if isinstance(content, dict) else {}
        return cls(
            worker=one_line(node["workerId"].text(), 200),
            labels={name: label for name, value in fields.items() if (label := _label(value)) is not None},
            seconds=_spent(node),
            comments=tuple(_comments(fields)),
        )

    def label(self, classifier: str) -> str | None:
        """Return the class chosen under `classifier`; HTML-escaped names are read as what they mean."""
        found = self.labels.get(classifier)
        return None if found is None else html.unescape(found)


def last_of_each_worker(answers: Iterable[GivenAnswer]) -> tuple[GivenAnswer, ...]:
    """Return one answer of each worker, the last one given, in the order of workers' first answers."""
    return tuple({answer.worker: answer for answer in answers}.values())


def _label(value: Json) -> str | None:
    label = value.get("label") if isinstance(value, dict) else None
    return one_line(label) if isinstance(label, str) and label.strip() else None


def _comments(fields: Mapping[str, Json]) -> Iterable[str]:
    texts = (one_line(value, _COMMENT_CHARACTERS).strip() for value in fields.values() if isinstance(value, str))
    return filter(None, texts)


def _spent(node: Node) -> float | None:
    """Real jobs tell the seconds, or both moments, or (older public ones) only when the answer was submitted."""
    try:
        spent = node.get("timeSpentInSeconds")
        if spent:
            return max(0.0, spent.number())
        accepted, submitted = node.get("acceptanceTime"), node.get("submissionTime")
        if not accepted or not submitted:
            return None
        begun, ended = (datetime.fromisoformat(moment.text()) for moment in (accepted, submitted))
        return max(0.0, (ended - begun).total_seconds())
    except (InvalidDocument, ValueError, TypeError):
        return None
