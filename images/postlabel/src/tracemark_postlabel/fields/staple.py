"""What is most likely painted at a pixel, by the rates at which workers paint, miss and take one class for another."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.mask import Mask
from tracemark_postlabel.consolidation.ballot import WorkerId

Counts = NDArray[np.float64]
"""Pixels of one worker: painted rightly, missed, painted in another class; painted where nothing is, and left so."""

TYPICAL: Counts = np.array([0.7, 0.2, 0.1, 0.3, 0.7])
"""The rates before anything is known: of what is something, and of what is nothing, where anybody painted."""

PSEUDO_OBJECTS = 3.0
"""The weight of all workers' rates against a worker's own, in pictures; and of the typical rates against theirs."""

_TIE = 1e-9
_LEAST = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The different ways in which workers painted a pixel: `patterns[p, w]` is worker w's class, 0 for none.

    `counts[p]` pixels have pattern p; `packed` holds the pattern of each pixel, compressed, for a payload has many
    pictures. Thousands of pixels share a few patterns, so that all is computed once for each pattern.
    """

    labels: tuple[str, ...]
    patterns: NDArray[np.int64]
    counts: NDArray[np.int64]
    packed: bytes
    size: tuple[int, int]

    @classmethod
    def of(cls, masks: Sequence[Mask]) -> Votes:
        """Count the patterns of masks of one size."""
        labels = tuple(sorted({name for mask in masks for name in mask.labels}))
        size = len(labels) + 1
        height, width = masks[0].pixels.shape
        places = np.zeros((height, width), np.int64)
        patterns = np.zeros((1, 0), np.int64)
        for mask in masks:
            code = places * size + mask.of(labels)
            used = np.flatnonzero(np.bincount(code.ravel(), minlength=len(patterns) * size))
            new_places = np.zeros(len(patterns) * size, np.int64)
            new_places[used] = np.arange(len(used))
            places = new_places[code]
            patterns = np.column_stack([patterns[used // size], used % size])
        counts = np.bincount(places.ravel(), minlength=len(patterns))
        return cls(labels, patterns, counts, zlib.compress(places.astype(np.uint32).tobytes(), 1), (height, width))

    def places(self) -> NDArray[np.uint32]:
        """Return the pattern of each pixel."""
        return np.frombuffer(zlib.decompress(self.packed), np.uint32).reshape(self.size)

    @property
    def touched(self) -> NDArray[np.int64]:
        """The pixels of each pattern, 0 for that of pixels that nobody painted."""
        return np.where(self.patterns.any(axis=1), self.counts, 0)

    def overlap(self, one: int, other: int) -> float:
        """Return the pixels that two workers gave the same class, over those that either painted (Jaccard 1901)."""
        a, b = self.patterns[:, one], self.patterns[:, other]
        either = int(self.counts[(a > 0) | (b > 0)].sum())
        return int(self.counts[(a == b) & (a > 0)].sum()) / either if either else 1.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How a worker paints where anybody painted: see `Counts`, the first three and the last two each of sum 1."""

    right: float
    missed: float
    confused: float
    invented: float
    left: float

    @classmethod
    def of(cls, counts: Counts) -> Rates:
        """Return the rates of counts, none of them 0; right more often than not."""
        something, nothing = counts[:3] / counts[:3].sum(), counts[3:] / counts[3:].sum()
        right, missed, confused = np.clip(something, _LEAST, 1.0).tolist()
        invented, left = np.clip(nothing, _LEAST, 1.0).tolist()
        return cls(max(right, missed, confused, invented), missed, confused, invented, max(left, missed))


@dataclass(frozen=True, slots=True)
class PaintRecords:
    """The counts of each object's workers against the majority, pixel by pixel, of a whole payload."""

    objects: Sequence[dict[WorkerId, Counts]]
    workers: dict[WorkerId, Counts]
    whole: Counts

    @classmethod
    def of(cls, objects: Sequence[tuple[Sequence[WorkerId], Votes | None]]) -> PaintRecords:
        """Count; a picture of one worker says nothing."""
        found = [_counted(workers, votes) if votes and len(workers) > 1 else {} for workers, votes in objects]
        sums: dict[WorkerId, Counts] = {}
        whole = np.zeros(5)
        for counts in found:
            for worker, each in counts.items():
                sums[worker] = sums.get(worker, np.zeros(5)) + each
                whole = whole + each
        return cls(found, sums, whole)

    def rates(self, place: int, workers: Sequence[WorkerId]) -> list[Rates]:
        """Return each worker's rates by all objects but that at `place`, shrunken towards those of all workers."""
        own = self.objects[place]
        whole = self.whole - sum(own.values(), np.zeros(5))
        # What nobody painted counts no pixels: then the typical rates stand.
        size = max(1.0, float(whole.sum()) / max(1, sum(map(len, self.objects)) - len(own)))
        pooled = _shrunken(whole, TYPICAL, PSEUDO_OBJECTS * size)
        return [
            Rates.of(_shrunken(self.workers.get(who, np.zeros(5)) - own.get(who, 0.0), pooled, PSEUDO_OBJECTS * size))
            for who in workers
        ]


def most_likely(votes: Votes, rates: Sequence[Rates]) -> NDArray[np.int64]:
    """Return the class of each pattern with the largest likelihood; of several, what more pixels are painted with.

    STAPLE (Warfield, Zou and Wells, IEEE Transactions on Medical Imaging 23, 2004) estimates the rates by expectation
    and maximisation from one picture, where it drifts: two who miss the same look right. Here they come from the other
    pictures, one step from the majority, and only where anybody painted (Rohlfing, Russakoff and Maurer, same journal,
    2004), without a prior for nothing, for misses are more frequent than inventions.
    """
    size = len(votes.labels) + 1
    logs = np.zeros((len(votes.patterns), size))
    for worker, rate in enumerate(rates):
        given = votes.patterns[:, worker]
        logs[:, 0] += np.log(np.where(given == 0, rate.left, rate.invented / max(1, size - 1)))
        for place in range(1, size):
            other = np.log(rate.confused / max(1, size - 2))
            logs[:, place] += np.where(
                given == place, np.log(rate.right), np.where(given == 0, np.log(rate.missed), other)
            )
    painted = np.bincount(votes.patterns.ravel(), weights=np.repeat(votes.counts, len(rates)), minlength=size)
    painted[0] = -1  # painted goes before unpainted
    leads = logs >= logs.max(axis=1, keepdims=True) - _TIE
    classes = np.where(leads, painted, -np.inf).argmax(axis=1)
    return np.where(votes.patterns.any(axis=1), classes, 0)


def _counted(workers: Sequence[WorkerId], votes: Votes) -> dict[WorkerId, Counts]:
    size = len(votes.labels) + 1
    support = np.array([(votes.patterns == place).sum(axis=1) for place in range(size)]).T
    leads = support == support.max(axis=1, keepdims=True)
    belief = leads / leads.sum(axis=1, keepdims=True) * votes.touched[:, None]
    something = belief[:, 1:].sum(axis=1)
    found = {}
    for worker, given in zip(workers, votes.patterns.T, strict=True):
        is_painted = given > 0
        right = belief[np.arange(len(given)), given][is_painted].sum()
        missed = something[~is_painted].sum()
        invented = belief[is_painted, 0].sum()
        counts = [right, missed, something.sum() - right - missed, invented, belief[:, 0].sum() - invented]
        found[worker] = np.array(counts, dtype=float)
    return found


def _shrunken(counts: Counts, towards: Counts, weight: float) -> Counts:
    """Return counts and pseudo-counts as rates: the first three of sum 1, and the last two."""
    rates = np.concatenate([towards[:3] / towards[:3].sum(), towards[3:] / towards[3:].sum()])
    found = counts + weight * rates
    return np.concatenate([found[:3] / found[:3].sum(), found[3:] / found[3:].sum()])
