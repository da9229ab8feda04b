"""Which marks of several workers mean the same thing, and what they say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tracemark.marks.matching import Matrix, matched
from tracemark.marks.overlap import Shape, same_labels, similarities
from tracemark.marks.raster import Region

SAME_MARK = 0.25
"""The least overlap of two workers' marks of one thing: experts differ more in ends than in what they see."""

OTHER_CLASS = 0.5
"""The least overlap where the classes differ: then one of two workers is wrong about the class, not about the place."""

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Voice:
    """One worker's marks of one object, the weight of that worker, and the weight of where these marks end."""

    marks: tuple[Shape, ...]
    weight: float
    steadiness: float = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """The marks that are taken for one: at most one from each worker, with the workers' weights, in canonical order."""

    marks: tuple[Shape, ...]
    weights: tuple[float, ...]
    steadiness: tuple[float, ...]

    @property
    def weight(self) -> float:
        """The weight of all workers who made it."""
        return math.fsum(self.weights)

    def by_label(self) -> dict[str, float]:
        """Return the weight for each class, in the order of names."""
        labels = sorted({mark.label for mark in self.marks})
        return {
            label: math.fsum(w for mark, w in zip(self.marks, self.weights, strict=True) if mark.label == label)
            for label in labels
        }

    def votes(self) -> dict[str, int]:
        """Return the number of workers for each class, in the order of names."""
        return {label: sum(mark.label == label for mark in self.marks) for label in self.by_label()}


def clustered(voices: Sequence[Voice], reach: float) -> list[Cluster]:
    """Return the clusters of all workers' marks, whatever the order of workers.

    Each two workers' marks are matched one to one with the largest sum of similarities; matched pairs are joined, the
    most similar first, unless that would bring two marks of one worker together.
    """
    ordered = sorted(voices, key=lambda voice: (tuple(map(sort_key, voice.marks)), voice.weight, voice.steadiness))
    links = []
    for one, other in combinations(range(len(ordered)), 2):
        near = likeness(ordered[one].marks, ordered[other].marks, reach)
        links += [(-round(float(near[i, j]), _DIGITS), (one, i), (other, j)) for i, j in matched(near, SAME_MARK)]
    joined = {(w, m): {(w, m)} for w, voice in enumerate(ordered) for m in range(len(voice.marks))}
    for _, first, second in sorted(links):
        group, added = joined[first], joined[second]
        if group is not added and not {w for w, _ in group} & {w for w, _ in added}:
            group |= added
            for member in added:
                joined[member] = group
    groups = sorted({id(group): sorted(group) for group in joined.values()}.values())
    return [
        Cluster(
            tuple(ordered[w].marks[m] for w, m in group),
            tuple(ordered[w].weight for w, _ in group),
            tuple(ordered[w].steadiness for w, _ in group),
        )
        for group in groups
    ]


def likeness(ones: Sequence[Shape], others: Sequence[Shape], reach: float) -> Matrix:
    """Return the similarities of places, lowered where classes differ and 0 where they then are too small."""
    near = similarities(ones, others, reach)
    return np.where(same_labels(ones, others), near, np.where(near >= OTHER_CLASS, near / 2, 0.0))


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two workers' marks of one object: their number, and the overlaps of those that meet one to one in one class."""

    marks: int
    overlaps: tuple[float, ...]

    @classmethod
    def of(cls, ones: Sequence[Shape], others: Sequence[Shape], reach: float) -> Meeting:
        """Match the marks of two workers."""
        near = np.where(same_labels(ones, others), similarities(ones, others, reach), 0.0)
        overlaps = sorted(float(near[row, column]) for row, column in matched(near, SAME_MARK))
        return cls(len(ones) + len(others), tuple(overlaps))

    @property
    def closeness(self) -> float:
        """2 Σ overlap / (a + b), 1 where neither marked anything (Dice's coefficient for marks)."""
        return 2 * math.fsum(self.overlaps) / self.marks if self.marks else 1.0


def sort_key(mark: Shape) -> tuple[object, ...]:
    """Return a key by which marks of one kind are sorted by what they are."""
    if isinstance(mark, Region):
        return (mark.label, *mark.bounds, mark.area, mark.cells.tobytes())
    return (mark,)
