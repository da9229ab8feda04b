"""The marks of a verdict, each with what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark.contract.field_label import FieldLabel
from tracemark.contract.figures import number_of
from tracemark.document import Json
from tracemark.marks.kind import LISTS, MARKS, Kind
from tracemark.marks.labels import marks_in
from tracemark.marks.mark import Mark
from tracemark.marks.reading import read_marks

_SIZE = "inputImageProperties"


@dataclass(frozen=True, slots=True)
class Standing:
    """How sure a mark is: its confidence, how many workers made it, and whether it is tied; None where not told."""

    confidence: float | None = None
    votes: int | None = None
    is_tied: bool = False

    @classmethod
    def of(cls, mark: Mapping[str, Json]) -> Standing:
        """Read what is written beside a mark."""
        votes = number_of(mark.get("votes"))
        return cls(number_of(mark.get("confidence")), None if votes is None else int(votes), mark.get("tie") is True)

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"confidence", "votes", "tie"}`."""
        return {"confidence": self.confidence, "votes": self.votes, "tie": self.is_tied}


def standing_marks(verdict: FieldLabel) -> tuple[Sequence[tuple[Mark, Standing]], Sequence[str]]:
    """Return the marks of a verdict in its order, and why others are none: another function than ours wrote them."""
    found: list[tuple[Mark, Standing]] = []
    problems: list[str] = []
    size = verdict.value.get(_SIZE) if isinstance(verdict.value, dict) else None
    for written in marks_in(verdict.value, verdict.kind) if verdict.kind in MARKS else ():
        listed: Json = [written]
        read = read_marks(
            verdict.kind, listed if verdict.kind is Kind.SPANS else {LISTS[verdict.kind]: listed, _SIZE: size}
        )
        found += [(mark, Standing.of(written)) for mark in read.marks]
        problems += [problem.partition(": ")[2] for problem in read.problems]
    return found, problems
