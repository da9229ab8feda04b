"""How far workers agree in one field, measured as fits its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import fsum
from typing import TypeVar

from tracemark.agreement.alpha import (
    alpha_by_class,
    distance_alpha,
    interval_alpha,
    nominal_alpha,
    unit_of,
    unitized_alpha,
)
from tracemark.agreement.overlap import OverlapAgreement, overlap_agreement
from tracemark.document import Json
from tracemark.marks.mark import Frame, Mark, Span

T = TypeVar("T", bound=Hashable)

Given = Mapping[str, T]
"""What each worker gave one object."""

Marked = tuple[Frame | None, Mapping[str, Sequence[Mark]]]
"""The size of an object's picture, and what each worker marked on it."""


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """The measures of one field; None or empty where nothing can be compared, or the measure is none of its kind.

    `distance` names what Krippendorff's `alpha` counts as disagreement. `pairs` is the mean agreement of pairs of
    workers, from 0 to 1; `by_worker` that of the pairs a worker is one of. `by_class` has the alpha of each class
    against all others. `overlap` compares marks.
    """

    objects: int = 0
    distance: str = ""
    alpha: float | None = None
    by_class: Mapping[str, float | None] = field(default_factory=dict)
    pairs: float | None = None
    by_worker: Mapping[str, float] = field(default_factory=dict)
    overlap: OverlapAgreement | None = None

    def to_json(self) -> dict[str, Json]:
        """Return the measures as an object."""
        return {
            "objects": self.objects,
            "distance": self.distance,
            "krippendorff_alpha": self.alpha,
            "alpha_by_class": dict(self.by_class),
            "pairs": self.pairs,
            "pairs_by_worker": dict(self.by_worker),
            "overlap": self.overlap.to_json() if self.overlap else None,
        }


def agreement_of_labels(objects: Sequence[Given[str]]) -> FieldAgreement:
    """Return the agreement of single choices and toggles: two labels are equal, or they are not."""
    units = Counter(unit_of(given.values()) for given in objects)
    return FieldAgreement(
        compared(objects),
        "nominal",
        nominal_alpha(units),
        alpha_by_class(units),
        *_pairs(objects, _are_equal),
    )


def agreement_of_texts(objects: Sequence[Given[str]]) -> FieldAgreement:
    """Return the agreement of typed texts, as for labels; a text is no class."""
    alpha = nominal_alpha(Counter(unit_of(given.values()) for given in objects))
    return FieldAgreement(compared(objects), "nominal", alpha, {}, *_pairs(objects, _are_equal))


def agreement_of_sets(objects: Sequence[Given[frozenset[str]]]) -> FieldAgreement:
    """Return the agreement of several choices, by the Jaccard index of what was chosen."""
    classes = sorted({label for given in objects for labels in given.values() for label in labels})
    return FieldAgreement(
        compared(objects),
        "Jaccard",
        distance_alpha([list(given.values()) for given in objects], lambda one, other: 1 - jaccard(one, other)),
        {name: _nominal([str(name in labels) for labels in given.values()] for given in objects) for name in classes},
        *_pairs(objects, jaccard),
    )


def agreement_of_numbers(objects: Sequence[Given[float]]) -> FieldAgreement:
    """Return the agreement of numbers; pairs by 1 - |a - b| / (|a| + |b|), as consolidation measures them."""
    alpha = interval_alpha([list(given.values()) for given in objects])
    return FieldAgreement(compared(objects), "interval", alpha, {}, *_pairs(objects, closeness))


def agreement_of_marks(objects: Sequence[Marked]) -> FieldAgreement:
    """Return the agreement of spans, entities, boxes, polygons, lines and keypoints; alpha of spans and entities."""
    by_size: dict[Frame | None, list[Mapping[str, Sequence[Mark]]]] = {}
    for frame, marks in objects:
        by_size.setdefault(frame, []).append(marks)
    overlap = sum((overlap_agreement(marks, frame) for frame, marks in by_size.items()), OverlapAgreement())
    spans = [[_spans(marks) for marks in given.values()] for _, given in objects]
    classes = sorted({span.label for given in spans for marks in given for span in marks})
    return FieldAgreement(
        compared([given for _, given in objects]),
        "unitized" if classes else "",
        unitized_alpha(spans),
        {name: unitized_alpha([[_of_class(name, marks) for marks in given] for given in spans]) for name in classes},
        overlap=overlap,
    )


def compared(objects: Iterable[Mapping[str, object]]) -> int:
    """Return how many objects have the values of two workers or more."""
    return sum(len(given) > 1 for given in objects)


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of all chosen classes that both chose; 1 where neither chose any."""
    return len(one & other) / len(one | other) if one | other else 1.0


def closeness(one: float, other: float) -> float:
    """Return how close two numbers are, from 0 to 1: no unit changes it (Canberra distance)."""
    whole = abs(one) + abs(other)
    return 1 - abs(one - other) / whole if whole else 1.0


def _nominal(objects: Iterable[Iterable[str]]) -> float | None:
    return nominal_alpha(Counter(unit_of(labels) for labels in objects))


def _are_equal(one: str, other: str) -> float:
    return float(one == other)


def _pairs(objects: Iterable[Given[T]], alike: Callable[[T, T], float]) -> tuple[float | None, Mapping[str, float]]:
    found: list[float] = []
    workers: dict[str, list[float]] = {}
    for given in objects:
        for one, other in combinations(sorted(given), 2):
            found.append(alike(given[one], given[other]))
            for worker in (one, other):
                workers.setdefault(worker, []).append(found[-1])
    by_worker = {worker: fsum(each) / len(each) for worker, each in sorted(workers.items())}
    return (fsum(found) / len(found) if found else None), by_worker


def _spans(marks: Sequence[Mark]) -> list[Span]:
    return [mark for mark in marks if isinstance(mark, Span)]


def _of_class(name: str, spans: Sequence[Span]) -> list[Span]:
    return [span for span in spans if span.label == name]
