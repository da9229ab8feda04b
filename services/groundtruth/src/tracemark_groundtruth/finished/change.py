"""What the final pass made of one object, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.document import Json

SAME_LABEL = "all answers of the job give the same label"


class Fate(StrEnum):
    """What became of an object's label."""

    CHANGED = "changed"
    CONFIRMED = "confirmed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Change:
    """One object: its label before and after, empty where it has none, and the reason for what became of it.

    `KEPT` are objects that were not decided again; a confidence is None where none is told.
    """

    object_id: str
    source: str
    fate: Fate
    before: str
    after: str
    confidence_before: float | None
    confidence_after: float | None
    votes: Mapping[str, int]
    reason: str

    @classmethod
    def kept(cls, object_id: str, source: str, label: ConsolidatedLabel | None, reason: str) -> Change:
        """Return an object that was not decided again."""
        name, confidence = (label.name, label.confidence) if label else ("", None)
        votes = label.votes if label else {}
        return cls(object_id, source, Fate.KEPT, name, name, confidence, confidence, votes, reason)

    @classmethod
    def between(cls, object_id: str, source: str, before: ConsolidatedLabel, after: ConsolidatedLabel) -> Change:
        """Return an object that was decided again; `after` has the votes by which it was."""
        is_same = before.name == after.name
        return cls(
            object_id,
            source,
            Fate.CONFIRMED if is_same else Fate.CHANGED,
            before.name,
            after.name,
            before.confidence,
            after.confidence,
            after.votes,
            SAME_LABEL if is_same else _why(before, after),
        )

    def to_json(self) -> Json:
        """Return the object as a line of the file of changes."""
        return {
            "datasetObjectId": self.object_id,
            "source": self.source,
            "outcome": self.fate.value,
            "before": self.before or None,
            "after": self.after or None,
            "confidence_before": self.confidence_before,
            "confidence_after": self.confidence_after,
            "votes": dict(self.votes),
            "reason": self.reason,
        }


def _why(before: ConsolidatedLabel, after: ConsolidatedLabel) -> str:
    if before.votes and before.votes != after.votes:
        return f"{_by_votes(after)}; other votes counted before: {_listed(before.votes)}"
    return _by_votes(after)


def _by_votes(after: ConsolidatedLabel) -> str:
    most, own = max(after.votes.values(), default=0), after.votes.get(after.name, 0)
    if not most:
        return "no worker named a class"
    if own < most:
        return f"outvoted {own} to {most}, but all answers of the job speak for the workers who gave it"
    if sum(count == most for count in after.votes.values()) > 1:
        return f"a tie of {most} each, decided by what all answers of the job tell of the workers"
    return f"has the most votes, {own} of {sum(after.votes.values())}, and all answers of the job do not outweigh them"


def _listed(votes: Mapping[str, int]) -> str:
    return ", ".join(f"{label} {count}" for label, count in votes.items())
