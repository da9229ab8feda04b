"""How far a worker's numbers and marks can be trusted, from how close they were to the others' on other objects."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.consolidation.reliability import PRIOR_ACCURACY, PRIOR_VOTES, WORKER_PSEUDO_VOTES

_LOWEST, _HIGHEST = 0.55, 0.97
_STEADIEST = 0.25
_EXACT = 1e-9

Closeness = Mapping[WorkerId, float]
"""For each worker of one object with at least two, the mean closeness to the others, from 0 to 1."""


@dataclass(slots=True)
class _Sum:
    """A sum of values from 0 to 1, and how many they are."""

    count: int = 0
    value: float = 0.0

    def add(self, other: _Sum) -> None:
        self.count += other.count
        self.value += other.value

    def without(self, other: _Sum | None) -> _Sum:
        return _Sum(self.count - other.count, self.value - other.value) if other else self

    def shrunken(self, typical: float) -> float:
        return (self.value + WORKER_PSEUDO_VOTES * typical) / (self.count + WORKER_PSEUDO_VOTES)


class _Records:
    """Sums by worker over all objects of a payload, without those of the object that is asked about (a jackknife)."""

    def __init__(self, objects: Sequence[Mapping[WorkerId, _Sum]]) -> None:
        self.objects = objects
        self.workers: dict[WorkerId, _Sum] = {}
        for found in objects:
            for worker, one in found.items():
                self.workers.setdefault(worker, _Sum()).add(one)
        self.count = sum(one.count for one in self.workers.values())
        self.value = math.fsum(one.value for one in self.workers.values())

    def whole(self, place: int) -> _Sum:
        own = self.objects[place].values()
        return _Sum(self.count - sum(one.count for one in own), self.value - math.fsum(one.value for one in own))

    def of(self, worker: WorkerId, place: int) -> _Sum:
        return self.workers.get(worker, _Sum()).without(self.objects[place].get(worker))


@dataclass(frozen=True, slots=True)
class Trust:
    """The weights of workers' marks and numbers, from how close they were to the others' on other objects.

    The weights of an object's workers never use that object itself (a jackknife), so that an answer cannot speak for
    its own worker. If each of two workers finds the truth with accuracies a and b independently, they are close about
    a b of the time; so the mean accuracy is the root of the mean closeness, and a worker's own its closeness over that
    mean, shrunken towards all workers by the pseudo-votes of choices (see `Reliability`, whose model this is for
    marks). A weight is the log-odds of that accuracy, bounded so that nobody counts for nothing or for all.
    """

    records: _Records

    @classmethod
    def of(cls, objects: Sequence[Closeness]) -> Trust:
        """Sum up the closeness of each object's workers."""
        return cls(_Records([{who: _Sum(1, close) for who, close in found.items()} for found in objects]))

    def weights(self, place: int, workers: Sequence[WorkerId]) -> list[float]:
        """Return the weight of each of `workers` for the object at `place`."""
        whole = self.records.whole(place)
        pooled = (whole.value + PRIOR_VOTES * PRIOR_ACCURACY) / (whole.count + PRIOR_VOTES)
        mean = math.sqrt(min(max(pooled, 0.01), 1.0))
        return [_log_odds(self.records.of(worker, place).shrunken(pooled) / mean) for worker in workers]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """The weights of workers' ends, from how far these lay from the others' on other objects.

    The distance of two workers is what each is off together; so a worker is off by the mean distance to others less
    half of the mean of all, and weighs the inverse square of that (inverse variance; Cochran, Biometrics 10, 1954).
    As for `Trust`, an object says nothing of its own workers, and one of whom little is known is taken for typical.
    """

    records: _Records

    @classmethod
    def of(cls, objects: Sequence[Mapping[WorkerId, Sequence[float]]]) -> Steadiness:
        """Sum up the distances, from 0 to 1, of each object's workers to the marks of others that met theirs."""
        return cls(_Records([{who: _Sum(len(d), math.fsum(d)) for who, d in found.items()} for found in objects]))

    def weights(self, place: int, workers: Sequence[WorkerId]) -> list[float]:
        """Return the weight of each of `workers` for the object at `place`, 1 for a typical one."""
        whole = self.records.whole(place)
        typical = whole.value / whole.count / 2 if whole.count else 0.0
        if typical <= _EXACT:
            return [1.0 for _ in workers]
        off = [self.records.of(worker, place).shrunken(2 * typical) - typical for worker in workers]
        return [(typical / max(each, _STEADIEST * typical)) ** 2 for each in off]


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
