"""How far a worker's or a class's votes can be trusted, estimated from their agreement with other votes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tracemark_postlabel.consolidation.evidence import Record

PRIOR_ACCURACY = 0.7
"""A worker's accuracy before anything is known; AWS's MDS consolidation starts from the same figure."""

PRIOR_VOTES = 10.0
"""The weight of this figure against the votes of all workers together, in votes."""

WORKER_PSEUDO_VOTES = 20.0
"""The weight of all workers' pooled record against a worker's own, in votes."""

AGREEMENT_WORTH = 20.0
"""How many gold items agreement with other workers is worth at most: errors that workers share look like agreement."""

CLASS_PSEUDO_VOTES = 20.0
"""The weight of the pooled record against that of a class, in votes."""

_LOWEST_ADVANTAGE = 0.05
_HIGHEST_ACCURACY = 0.97


@dataclass(frozen=True, slots=True)
class Reliability:
    """Accuracies among `classes` classes, from the records of other objects than the one to decide.

    If workers err independently and in no preferred direction, a vote of accuracy a agrees with one of accuracy b with
    the probability a b + (1 - a)(1 - b) / (K - 1), for K classes. `pooled` is the mean agreement; the mean accuracy
    solves this with a = b, a worker's own with b the mean. (The model is one-coin Dawid-Skene; solving for moments
    in place of likelihood needs one pass and cannot run away.)
    """

    classes: int
    pooled: float

    @classmethod
    def of(cls, total: Record, classes: int) -> Reliability:
        """Estimate from all workers' records; `classes` is at least 2."""
        return cls(classes, (total.agreed + PRIOR_VOTES * PRIOR_ACCURACY) / (total.asked + PRIOR_VOTES))

    @property
    def mean(self) -> float:
        """The mean accuracy of a vote: the larger root of K a² - 2 a + 1 = g (K - 1), g the pooled agreement."""
        k = self.classes
        root = math.sqrt(max(0.0, 1 - k * (1 - self.pooled * (k - 1))))
        return min(max((1 + root) / k, 1 / k + 0.02), 0.98)

    def weight(self, record: Record) -> float:
        """Return the log-likelihood ratio of a worker's vote, at least a little above 0: log(a (K - 1) / (1 - a))."""
        accuracy = self._accuracy(record)
        return math.log(accuracy * (self.classes - 1) / (1 - accuracy))

    def precision(self, record: Record) -> float:
        """Return how good a vote for a class is, relative to a vote for any: about 1.

        Two independent votes for a class of precision p agree about p² of the time, so the ratio of precisions is
        the square root of the ratio of agreements.
        """
        agreed = record.agreed + CLASS_PSEUDO_VOTES * self.pooled
        return math.sqrt(agreed / (record.asked + CLASS_PSEUDO_VOTES) / self.pooled)

    def log_odds(self, precision: float) -> float:
        """Return the log-odds of a vote for a class of relative `precision`, less those of a vote for any."""
        accuracy = min(max(precision * self.mean, 0.05), _HIGHEST_ACCURACY)
        return math.log(accuracy / (1 - accuracy)) - math.log(self.mean / (1 - self.mean))

    def _accuracy(self, record: Record) -> float:
        votes = record.asked + WORKER_PSEUDO_VOTES
        agreement = (record.agreed + WORKER_PSEUDO_VOTES * self.pooled) / votes
        chance = (1 - self.mean) / (self.classes - 1)
        by_others = self._within_bounds((agreement - chance) / (self.mean - chance))
        worth = min(votes, AGREEMENT_WORTH)
        return self._within_bounds((by_others * worth + record.right) / (worth + record.tested))

    def _within_bounds(self, accuracy: float) -> float:
        guessing = 1 / self.classes
        return min(max(accuracy, guessing + _LOWEST_ADVANTAGE * (1 - guessing)), _HIGHEST_ACCURACY)
