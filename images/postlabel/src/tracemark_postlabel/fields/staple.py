"""What is most likely painted at a pixel, by the rates at which workers paint, miss and take one class for another."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.errors import InvalidDocument
from tracemark.marks.mask import Indices, Mask
from tracemark.marks.png import bands
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.fields.connected import components

Whole = NDArray[np.int64]
Logs = NDArray[np.float64]
Counts = NDArray[np.float64]
"""Pixels of one worker: painted rightly, missed, painted in another class; painted where nothing is, and left so."""

TYPICAL: Counts = np.array([0.7, 0.2, 0.1, 0.3, 0.7])
"""The rates before anything is known: of what is something, and of what is nothing, where anybody painted."""

PSEUDO_OBJECTS = 3.0
"""The weight of all workers' rates against a worker's own, in pictures; and of the typical rates against theirs."""

PAINT_WORTH = 2.75
"""How often the rate of inventions is too high where something is: most of what one worker alone painted lies beside a
thing that others saw as well. Chosen on simulated experts."""

MOST_PATTERNS = 1 << 24
"""The ways in which workers can have painted a pixel, as far as numpy counts them in memory."""

MOST_PIECES = 2_000_000

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
        """Count the patterns of masks of one size.

        Raises:
            InvalidDocument: there are too many.
        """
        labels = tuple(sorted({name for mask in masks for name in mask.labels}))
        size = len(labels) + 1
        height, width = masks[0].pixels.shape
        places = np.zeros((height, width), np.uint32)
        patterns, counts = np.zeros((1, 0), np.int64), np.array([height * width])
        for mask in masks:
            if len(patterns) * size > MOST_PATTERNS:
                raise InvalidDocument(f"painted in more than {MOST_PATTERNS // size:,} different ways")
            given = mask.of(labels)
            counted = np.zeros(len(patterns) * size, np.int64)
            for rows in bands(height, width):
                counted += np.bincount((places[rows] * np.int64(size) + given[rows]).ravel(), minlength=len(counted))
            used = np.flatnonzero(counted)
            new_places = np.zeros(len(counted), np.uint32)
            new_places[used] = np.arange(len(used))
            for rows in bands(height, width):
                places[rows] = new_places[places[rows] * np.int64(size) + given[rows]]
            patterns, counts = np.column_stack([patterns[used // size], used % size]), counted[used]
        return cls(labels, patterns, counts, zlib.compress(places.data, 1), (height, width))

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


@dataclass(frozen=True, slots=True, eq=False)
class _Evidence:
    """What each worker's paint says for a class against nothing, as log-likelihood ratios: arrays of workers.

    `right`: painted in the class; `missed`: not painted; `confused`: painted in another class.
    """

    right: Logs
    missed: Logs
    confused: Logs

    @classmethod
    def of(cls, rates: Sequence[Rates], classes: int) -> _Evidence:
        invented = np.log([rate.invented / PAINT_WORTH for rate in rates])
        confused = np.log([rate.confused / max(1, classes - 1) for rate in rates])
        return cls(
            np.log([rate.right for rate in rates]) - invented,
            np.log([rate.missed / rate.left for rate in rates]),
            # Who sees another class there says nothing against that something is there.
            np.maximum(0.0, confused - invented),
        )


def most_likely(votes: Votes, rates: Sequence[Rates]) -> Indices:
    """Return the most likely class of each pixel, 0 for none; of several, what more pixels are painted with.

    STAPLE (Warfield, Zou and Wells, IEEE Transactions on Medical Imaging 23, 2004) estimates the rates by expectation
    and maximisation from one picture, where it drifts: two who miss the same look right. Here they come from the other
    pictures, one step from the majority, and only where anybody painted (Rohlfing, Russakoff and Maurer, same journal,
    2004), without a prior for nothing, for misses are more frequent than inventions.

    A worker misses or makes up whole things. So what any worker painted in a class is taken apart into connected
    components: each stands if those who painted the class in it outweigh the others and two of them overlap, and where
    it ends is asked only of who painted something in it. An answer that agrees with the result is part of what was
    painted before: it changes no component, speaks for those that stand, and in each pixel for what was decided there.

    Raises:
        InvalidDocument: too much was painted that does not hang together.
    """
    places = votes.places()
    evidence = _Evidence.of(rates, len(votes.labels))
    best, classes = np.zeros(votes.size), np.zeros(votes.size, np.uint8)
    for place in _most_painted_first(votes):
        cells = (votes.patterns == place).any(axis=1)[places]
        component = components(cells)
        pairs = _pairs(component, places, len(votes.patterns))
        worth = _scores(place, pairs, votes.patterns, evidence)
        for rows in bands(*votes.size):
            here = cells[rows]
            code = component[rows][here] * np.int64(len(votes.patterns)) + places[rows][here]
            scores, before, was = worth[np.searchsorted(pairs, code)], best[rows][here], classes[rows][here]
            wins = scores > np.where(was > 0, before + _TIE, -_TIE)
            best[rows][here] = np.where(wins, scores, before)
            classes[rows][here] = np.where(wins, place, was)
    return classes


def _pairs(component: NDArray[np.int32], places: NDArray[np.uint32], patterns: int) -> Whole:
    """Return the components and the patterns that meet in them, as one number each, in rising order."""
    found = np.empty(0, np.int64)
    for rows in bands(*component.shape):
        here = component[rows] >= 0
        found = np.union1d(found, component[rows][here] * np.int64(patterns) + places[rows][here])
        if len(found) > MOST_PIECES:
            raise InvalidDocument(f"painted in more than {MOST_PIECES:,} pieces")
    return found


def _most_painted_first(votes: Votes) -> list[int]:
    workers = votes.patterns.shape[1]
    pixels = np.bincount(votes.patterns.ravel(), np.repeat(votes.counts, workers), len(votes.labels) + 1)
    return [place for place in np.argsort(-pixels, kind="stable").tolist() if place and pixels[place]]


def _scores(place: int, pairs: Whole, patterns: Whole, evidence: _Evidence) -> Logs:
    """Return how much likelier a class is than nothing, for each pair of a component and a pattern in it."""
    component, given = pairs // len(patterns), patterns[pairs % len(patterns)]
    starts = np.searchsorted(component, np.arange(component[-1] + 1))
    painted = np.logical_or.reduceat(given == place, starts)
    saw = np.logical_or.reduceat(given > 0, starts)
    # Specks of several workers that only touch are no thing that they saw together.
    overlap = np.maximum.reduceat((given == place).sum(axis=1), starts) >= np.minimum(2, painted.sum(axis=1))
    stands = overlap & (np.where(painted, evidence.right, evidence.missed).sum(axis=1) > -_TIE)
    said = np.where(given == place, evidence.right, np.where(given > 0, evidence.confused, evidence.missed))
    scores = np.where(saw[component], said, 0.0).sum(axis=1)
    found: Logs = np.where(stands[component], scores, -np.inf)
    return found


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
