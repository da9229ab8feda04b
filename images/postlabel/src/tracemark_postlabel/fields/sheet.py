"""What the workers gave in one field of one object, and what is decided from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from tracemark.document import Json
from tracemark.errors import one_line
from tracemark.marks.kind import Kind
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.consolidation.slate import Slate

T = TypeVar("T")

PROBLEM_CHARACTERS = 500
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Slip(Generic[T]):
    """One worker's value."""

    worker: WorkerId
    value: T


@dataclass(frozen=True, slots=True)
class Sheet:
    """The values that an object got in one field as they were sent, at most one from each worker."""

    object_id: str
    slips: tuple[Slip[Json], ...]


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """A field of the page: its name, its kind, and the classes that can be chosen in it."""

    name: str
    kind: Kind
    slate: Slate


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What was decided for one field of one object; `value` has the shape of its kind.

    `confidence` is from 0 to 1, 0 with fewer than two workers; `agreement` is how far workers agree in pairs, from 0
    to 1, 0 without a pair. `details` are the figures that only this kind has, `problem` is empty when nothing was.
    """

    kind: Kind
    value: Json
    workers: int
    confidence: float = 0.0
    agreement: float = 0.0
    method: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)
    problem: str = ""

    def figures(self) -> dict[str, Json]:
        """Return all that is said of the value."""
        figures = {
            **self.details,
            "confidence": rounded(self.confidence),
            "agreement": rounded(self.agreement),
            "method": self.method,
            "workers": self.workers,
        }
        return {**figures, "problem": self.problem} if self.problem else figures


class FieldPolicy(Protocol):
    """A rule of decision for the fields of one kind."""

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """Return one verdict for each sheet, in the same order.

        A policy sees all objects of a payload, for some learn of a worker from one about another. The order of sheets
        and of slips decides nothing, and what cannot be read in one slip costs no more than that.
        """


def rounded(share: float) -> float:
    """Return a share as it is written."""
    return round(share, _DIGITS)


def unusable(reasons: Sequence[str], answers: int) -> str:
    """Return one sentence about the answers that could not be used; empty when all could."""
    if not reasons:
        return ""
    counts = Counter(reasons)
    if len(counts) == 1:
        listed = reasons[0]
    else:
        listed = ", ".join(f"{reason} ({counts[reason]})" for reason in sorted(counts, key=lambda r: (-counts[r], r)))
    return f"{len(reasons)} of {answers} answers could not be used: {listed}"


def sentence(parts: Sequence[str]) -> str:
    """Return what was wrong as one line of bounded length."""
    return one_line("; ".join(filter(None, parts)), PROBLEM_CHARACTERS)
