"""How far a worker's or a class's votes can be trusted, estimated from their agreement with other votes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, Whole

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


@dataclass(frozen=True, eq=False)
class Records:
    """The counts of `evidence.Record` as arrays of one shape: of workers, of classes, or of votes."""

    asked: Real
    agreed: Real
    tested: Real
    right: Real

    @property
    def answers(self) -> Real:
        """The numbers of observations."""
        return self.asked + self.tested

    def __add__(self, other: Records) -> Records:
        return Records(
            self.asked + other.asked, self.agreed + other.agreed, self.tested + other.tested, self.right + other.right
        )

    def __sub__(self, other: Records) -> Records:
        return Records(
            self.asked - other.asked, self.agreed - other.agreed, self.tested - other.tested, self.right - other.right
        )


NO_RECORDS = Records(np.array(0.0), np.array(0.0), np.array(0.0), np.array(0.0))
"""Nothing, in every shape."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """Accuracies among `classes` classes, from the records of other objects than the one to decide.

    If workers err independently and in no preferred direction, a vote of accuracy a agrees with one of accuracy b with
    the probability a b + (1 - a)(1 - b) / (K - 1), for K classes. `pooled` is the mean agreement, for each of the cases
    asked about; the mean accuracy solves this with a = b, a worker's own with b the mean. (The model is one-coin
    Dawid-Skene; solving for moments in place of likelihood needs one pass and cannot run away.)
    """

    classes: int
    pooled: Real

    @classmethod
    def of(cls, asked: Real, agreed: Real, classes: int) -> Reliability:
        """Estimate from all workers' records, for each case; `classes` is at least 2."""
        return cls(classes, (agreed + PRIOR_VOTES * PRIOR_ACCURACY) / (asked + PRIOR_VOTES))

    def at(self, cases: Whole) -> Reliability:
        """Return this for the numbered cases."""
        return Reliability(self.classes, self.pooled[cases])

    @property
    def by_row(self) -> Reliability:
        """The same cases, each for a row of a table."""
        return Reliability(self.classes, self.pooled[:, None])

    @property
    def mean(self) -> Real:
        """The mean accuracy of a vote: the larger root of K a² - 2 a + 1 = g (K - 1), g the pooled agreement."""
        k = self.classes
        root = np.sqrt(np.maximum(0.0, 1 - k * (1 - self.pooled * (k - 1))))
        return np.clip((1 + root) / k, 1 / k + 0.02, 0.98)

    def weights(self, records: Records) -> Real:
        """Return the log-likelihood ratio of each vote, at least a little above 0: log(a (K - 1) / (1 - a))."""
        accuracy = self._accuracy(records)
        return np.log(accuracy * (self.classes - 1) / (1 - accuracy))

    def precision(self, asked: Real, agreed: Real) -> Real:
        """Return how good a vote for a class is, relative to a vote for any: about 1.

        Two independent votes for a class of precision p agree about p² of the time, so the ratio of precisions is
        the square root of the ratio of agreements.
        """
        found = (agreed + CLASS_PSEUDO_VOTES * self.pooled) / (asked + CLASS_PSEUDO_VOTES)
        return np.sqrt(found / self.pooled)

    def log_odds(self, precision: Real) -> Real:
        """Return the log-odds of a vote for a class of relative `precision`, less those of a vote for any."""
        mean = self.mean
        accuracy = np.clip(precision * mean, 0.05, _HIGHEST_ACCURACY)
        return np.log(accuracy / (1 - accuracy)) - np.log(mean / (1 - mean))

    def _accuracy(self, records: Records) -> Real:
        votes = records.asked + WORKER_PSEUDO_VOTES
        agreement = (records.agreed + WORKER_PSEUDO_VOTES * self.pooled) / votes
        mean = self.mean
        chance = (1 - mean) / (self.classes - 1)
        by_others = self._within_bounds((agreement - chance) / (mean - chance))
        worth = np.minimum(votes, AGREEMENT_WORTH)
        return self._within_bounds((by_others * worth + records.right) / (worth + records.tested))

    def _within_bounds(self, accuracy: Real) -> Real:
        guessing = 1 / self.classes
        return np.clip(accuracy, guessing + _LOWEST_ADVANTAGE * (1 - guessing), _HIGHEST_ACCURACY)
