"""How far a worker's numbers and marks can be trusted, from how close they were to the others' on other objects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.consolidation.reliability import PRIOR_ACCURACY, PRIOR_VOTES, WORKER_PSEUDO_VOTES

_LOWEST, _HIGHEST = 0.55, 0.97

Closeness = Mapping[WorkerId, float]
"""For each worker of one object with at least two, the mean closeness to the others, from 0 to 1."""


@dataclass(slots=True)
class _Sum:
    count: int = 0
    closeness: float = 0.0

    def without(self, closeness: float | None) -> _Sum:
        return self if closeness is None else _Sum(self.count - 1, self.closeness - closeness)


@dataclass(frozen=True, slots=True)
class Trust:
    """Sums of closeness by worker over all objects of a payload.

    The weights of an object's workers never use that object itself (a jackknife), so that an answer cannot speak for
    its own worker. If each of two workers finds the truth with accuracies a and b independently, they are close about
    a b of the time; so the mean accuracy is the root of the mean closeness, and a worker's own its closeness over that
    mean, shrunken towards all workers by the pseudo-votes of choices (see `Reliability`, whose model this is for
    marks). A weight is the log-odds of that accuracy, bounded so that nobody counts for nothing or for all.
    """

    objects: Sequence[Closeness]
    workers: dict[WorkerId, _Sum] = field(default_factory=dict)

    @classmethod
    def of(cls, objects: Sequence[Closeness]) -> Trust:
        """Sum up the closeness of each object's workers."""
        trust = cls(objects)
        for close in objects:
            for worker, closeness in close.items():
                found = trust.workers.setdefault(worker, _Sum())
                found.count += 1
                found.closeness += closeness
        return trust

    def weights(self, place: int, workers: Sequence[WorkerId]) -> list[float]:
        """Return the weight of each of `workers` for the object at `place`."""
        own = self.objects[place]
        count = sum(found.count for found in self.workers.values()) - len(own)
        closeness = math.fsum(found.closeness for found in self.workers.values()) - math.fsum(own.values())
        pooled = (closeness + PRIOR_VOTES * PRIOR_ACCURACY) / (count + PRIOR_VOTES)
        mean = math.sqrt(min(max(pooled, 0.01), 1.0))
        return [_log_odds(self._accuracy(worker, own.get(worker), pooled, mean)) for worker in workers]

    def _accuracy(self, worker: WorkerId, own: float | None, pooled: float, mean: float) -> float:
        record = self.workers.get(worker, _Sum()).without(own)
        close = (record.closeness + WORKER_PSEUDO_VOTES * pooled) / (record.count + WORKER_PSEUDO_VOTES)
        return close / mean


def closeness(pairs: Mapping[tuple[int, int], float], workers: Sequence[WorkerId]) -> Closeness:
    """Return each worker's mean over the pairs it is one of; `pairs` are by places in `workers`."""
    found: dict[int, list[float]] = {}
    for (one, other), close in pairs.items():
        found.setdefault(one, []).append(close)
        found.setdefault(other, []).append(close)
    return {workers[place]: math.fsum(values) / len(values) for place, values in found.items()}


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 of nothing; the order of the values is of no influence."""
    return math.fsum(values) / len(values) if values else 0.0


def _log_odds(accuracy: float) -> float:
    bounded = min(max(accuracy, _LOWEST), _HIGHEST)
    return math.log(bounded / (1 - bounded))
