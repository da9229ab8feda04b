"""How far workers' marks agree: mean overlap and F1 between pairs of workers, by class and by worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from tracemark.document import Json
from tracemark.marks.mark import Frame, Mark
from tracemark.marks.matching import matched
from tracemark.marks.overlap import Shape, reach_of, same_labels, similarities

SAME_PLACE = 0.5
"""From this overlap on, two marks are the same: the usual bound of detection (PASCAL VOC, Everingham et al. 2010)."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Sums over pairs of workers: marks that meet one of the other's, all marks, and the overlap of those that meet."""

    met: int = 0
    marks: int = 0
    overlap: float = 0.0
    pairs: int = 0

    def __add__(self, other: Matches) -> Matches:
        return Matches(
            self.met + other.met,
            self.marks + other.marks,
            self.overlap + other.overlap,
            self.pairs + other.pairs,
        )

    @property
    def f1(self) -> float | None:
        """The F1 of one worker's marks taken as truth for the other's: 2 m / (a + b); None without marks."""
        return self.met / self.marks if self.marks else None

    @property
    def mean_overlap(self) -> float | None:
        """The mean intersection over union (or nearness) of the marks that meet; None where none do."""
        return self.overlap / self.pairs if self.pairs else None

    def to_json(self) -> Json:
        """Return `{"f1", "mean_iou", "marks"}`."""
        return {"f1": self.f1, "mean_iou": self.mean_overlap, "marks": self.marks}


@dataclass(frozen=True, slots=True)
class OverlapAgreement:
    """The matches of all pairs, of those of each class, and of those that each worker is one of."""

    whole: Matches = Matches()
    by_class: Mapping[str, Matches] = field(default_factory=dict)
    by_worker: Mapping[str, Matches] = field(default_factory=dict)

    def __add__(self, other: OverlapAgreement) -> OverlapAgreement:
        return OverlapAgreement(
            self.whole + other.whole,
            _sums(self.by_class, other.by_class),
            _sums(self.by_worker, other.by_worker),
        )

    def to_json(self) -> Json:
        """Return the figures as an object."""
        return {
            **self.whole.to_json(),
            "by_class": {name: found.to_json() for name, found in self.by_class.items()},
            "by_worker": {name: found.to_json() for name, found in self.by_worker.items()},
        }


def overlap_agreement(
    objects: Iterable[Mapping[str, Sequence[Shape]]], frame: Frame | None = None, least: float = SAME_PLACE
) -> OverlapAgreement:
    """Return how far workers' marks agree; `objects` holds, for each object, the marks of each worker by name.

    Marks meet one to one, with the largest sum of overlaps, where their labels are the same and they overlap by
    `least`. A worker who marked nothing answered with an empty list. `frame` is the size of the pictures, by which the
    nearness of points is measured; without it, by the stretch that the object's marks cover.
    """
    whole = Matches()
    classes: dict[str, Matches] = {}
    workers: dict[str, Matches] = {}
    for marks_of in objects:
        reach = reach_of([mark for marks in marks_of.values() for mark in marks if isinstance(mark, Mark)], frame)
        for one, other in combinations(sorted(marks_of), 2):
            for label, found in matches_by_class(marks_of[one], marks_of[other], reach, least).items():
                whole += found
                classes[label] = classes.get(label, Matches()) + found
                for worker in (one, other):
                    workers[worker] = workers.get(worker, Matches()) + found
    return OverlapAgreement(whole, dict(sorted(classes.items())), dict(sorted(workers.items())))


def _sums(ones: Mapping[str, Matches], others: Mapping[str, Matches]) -> Mapping[str, Matches]:
    return {name: ones.get(name, Matches()) + others.get(name, Matches()) for name in sorted({*ones, *others})}


def matches_by_class(
    ones: Sequence[Shape], others: Sequence[Shape], reach: float = 0.0, least: float = SAME_PLACE
) -> Mapping[str, Matches]:
    """Return the matches of two workers' marks of one object, by label."""
    near = np.where(same_labels(ones, others), similarities(ones, others, reach), 0.0)
    found = {label: Matches() for label in sorted({mark.label for mark in (*ones, *others)})}
    for mark in (*ones, *others):
        found[mark.label] += Matches(marks=1)
    for row, column in matched(near, least):
        found[ones[row].label] += Matches(met=2, overlap=float(near[row, column]), pairs=1)
    return found
