"""Painted masks: a class for each pixel, by workers' weights or by STAPLE."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind
from tracemark.marks.mark import Frame
from tracemark.marks.mask import MAX_CLASSES, Mask
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.marks import reason, usual
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet, sentence, unusable
from tracemark_postlabel.fields.weights import Trust, closeness, mean

_TIE = 1 - 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The different ways in which workers painted a pixel: `patterns[p, w]` is worker w's class, 0 for none.

    `counts[p]` pixels have pattern p, `places` holds the pattern of each pixel. Thousands of pixels share a few
    patterns, so that all that is computed is computed once for each.
    """

    labels: tuple[str, ...]
    patterns: NDArray[np.int64]
    counts: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, masks: Sequence[Mask]) -> Votes:
        """Count the patterns of masks of one size."""
        labels = tuple(sorted({name for mask in masks for name in mask.labels}))
        size = len(labels) + 1
        places = np.zeros(masks[0].pixels.shape, np.int64)
        patterns = np.zeros((1, 0), np.int64)
        for mask in masks:
            code = places * size + mask.of(labels)
            used = np.flatnonzero(np.bincount(code.ravel(), minlength=len(patterns) * size))
            new_places = np.zeros(len(patterns) * size, np.int64)
            new_places[used] = np.arange(len(used))
            places = new_places[code]
            patterns = np.column_stack([patterns[used // size], used % size])
        return cls(labels, patterns, np.bincount(places.ravel(), minlength=len(patterns)), places)

    def overlap(self, one: int, other: int) -> float:
        """Return the pixels that two workers gave the same class, over those that either painted (Jaccard 1901)."""
        a, b = self.patterns[:, one], self.patterns[:, other]
        either = int(self.counts[(a > 0) | (b > 0)].sum())
        return int(self.counts[(a == b) & (a > 0)].sum()) / either if either else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _Painted:
    workers: tuple[WorkerId, ...]
    votes: Votes | None
    problem: str

    def pairs(self) -> dict[tuple[int, int], float]:
        found = combinations(range(len(self.workers)), 2)
        return {(one, other): self.votes.overlap(one, other) for one, other in found} if self.votes else {}


@dataclass(frozen=True, slots=True)
class Masks:
    """The class with most of the workers' weight at each pixel; of several, that which is painted on more pixels.

    Weights come from the overlap with others on other objects (see `Trust`). Confidence is the mean share of the weight
    over the pixels that anybody painted, agreement the mean overlap of pairs.
    """

    plan: FieldPlan

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        read = [self._read(sheet) for sheet in sheets]
        pairs = [painted.pairs() for painted in read]
        trust = Trust.of([closeness(found, painted.workers) for found, painted in zip(pairs, read, strict=True)])
        return [
            _verdict(painted, trust.weights(place, painted.workers), mean(list(pairs[place].values())))
            for place, painted in enumerate(read)
        ]

    def _read(self, sheet: Sheet) -> _Painted:
        found: list[tuple[WorkerId, Mask]] = []
        reasons = []
        for slip in sheet.slips:
            try:
                found.append((slip.worker, Mask.parse(slip.value)))
            except InvalidDocument as error:
                reasons.append(reason(error, self.plan.kind))
        size = usual([_size(mask) for _, mask in found])
        kept = sorted(
            ((worker, mask) for worker, mask in found if _size(mask) == size),
            key=lambda each: (each[1].labels, each[1].pixels.tobytes(), each[0].name),
        )
        reasons += ["of another picture size"] * (len(found) - len(kept))
        known = [self._known(mask) for _, mask in kept]
        is_cut = any(mask is not own for mask, (_, own) in zip(known, kept, strict=True))
        too_many = len({name for mask in known for name in mask.labels}) > MAX_CLASSES
        said = [
            unusable(reasons, len(sheet.slips)),
            "classes left out: unknown category" if is_cut else "",
            f"more than {MAX_CLASSES} classes" if too_many else "",
        ]
        votes = Votes.of(known) if known and not too_many else None
        return _Painted(tuple(worker for worker, _ in kept), votes, sentence(said))

    def _known(self, mask: Mask) -> Mask:
        if self.plan.slate.is_open or all(name in self.plan.slate for name in mask.labels):
            return mask
        kept = tuple(name for name in mask.labels if name in self.plan.slate)
        places = np.array([0, *(kept.index(name) + 1 if name in kept else 0 for name in mask.labels)], dtype=np.uint8)
        return Mask(kept, places[mask.pixels])


def most_painted(votes: Votes, weights: Sequence[float]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the class of each pattern, and its share of the weight."""
    size = len(votes.labels) + 1
    support = np.zeros((len(votes.patterns), size))
    for worker, weight in enumerate(weights):
        support[np.arange(len(support)), votes.patterns[:, worker]] += weight
    painted = support.T @ votes.counts
    # Painted goes before unpainted, as a mark that half of the workers made stands.
    painted[0] = -1
    leads = support >= support.max(axis=1, keepdims=True) * _TIE
    classes = np.where(leads, painted, -np.inf).argmax(axis=1)
    return classes, support[np.arange(len(support)), classes] / math.fsum(weights)


def _verdict(painted: _Painted, weights: Sequence[float], agreement: float) -> FieldVerdict:
    votes = painted.votes
    if votes is None:
        return FieldVerdict(Kind.MASK, None, 0, method="overlap", problem=painted.problem)
    classes, shares = most_painted(votes, weights)
    touched = votes.patterns.any(axis=1)
    pixels = int(votes.counts[touched].sum())
    sure = float((votes.counts * shares)[touched].sum()) / pixels if pixels else 1.0
    areas = {name: int(votes.counts[classes == place].sum()) for place, name in enumerate(votes.labels, start=1)}
    return FieldVerdict(
        Kind.MASK,
        Mask(votes.labels, classes.astype(np.uint8)[votes.places]).to_json(),
        len(painted.workers),
        confidence=sure if len(painted.workers) > 1 else 0.0,
        agreement=agreement,
        method="overlap",
        details={"pixels": {name: area for name, area in areas.items() if area}},
        problem=painted.problem,
    )


def _size(mask: Mask) -> Frame:
    height, width = mask.pixels.shape
    return Frame(width, height)
