"""Confusion matrices of workers, each shrunken towards all workers' and these towards a single accuracy."""

from __future__ import annotations

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, normalised
from tracemark_postlabel.consolidation.reliability import PRIOR_ACCURACY, PRIOR_VOTES
from tracemark_postlabel.consolidation.votes import Votes

WORKER_ROW_VOTES = 5.0
"""The weight of the pooled matrix against each row of a worker's own, in votes."""

POOLED_ROW_VOTES = 20.0
"""The weight of a single accuracy for all against each row of the pooled matrix, in votes."""

MAX_ROUNDS = 50
ENOUGH_CHANGE = 1e-4

_CLASS_PRIOR_OBJECTS = 1.0


def confusion_beliefs(votes: Votes) -> Real:
    """Return how probable each class is, objects x classes, under a hierarchical model of Dawid and Skene's kind.

    As in theirs (Applied Statistics 28, 1979) each worker has a matrix of rates, true class by class voted for; each of
    its rows has a Dirichlet prior around the row of all workers together, and that one around a row in which every
    class is met with the same accuracy and every error is as likely (compare Paun et al., TACL 6, 2018, "hierarchical
    Dawid and Skene"). Estimated by expectation and maximisation from the vote shares on. Gold items teach with their
    gold label; what is returned for them follows from their votes.
    """
    beliefs = votes.shares
    for _ in range(MAX_ROUNDS):
        before, beliefs = beliefs, _expected(votes, taught(votes, beliefs))
        if np.abs(before - beliefs).max() < ENOUGH_CHANGE:
            break
    return beliefs


def taught(votes: Votes, beliefs: Real) -> Real:
    """Return the beliefs with certainty where gold is known."""
    known = np.flatnonzero(votes.gold >= 0)
    if not len(known):
        return beliefs
    sure = beliefs.copy()
    sure[known] = 0.0
    sure[known, votes.gold[known]] = 1.0
    return sure


def _expected(votes: Votes, beliefs: Real) -> Real:
    cells = votes.by_pair.sums(beliefs)  # pairs of worker and class voted for x true classes
    rows = votes.pairs_of_worker.sums(cells)
    worker, label = votes.pairs
    pooled = _pooled(votes, cells)
    rates = (cells + WORKER_ROW_VOTES * pooled[label]) / (rows + WORKER_ROW_VOTES)[worker]
    prior = np.log(beliefs.sum(axis=0) + _CLASS_PRIOR_OBJECTS)
    return normalised(votes.by_object.sums(np.log(rates)) + prior)


def _pooled(votes: Votes, cells: Real) -> Real:
    """Return the rates of all workers together: classes voted for x true classes."""
    summed = votes.summed_by_class(cells)
    accuracy = (np.trace(summed) + PRIOR_ACCURACY * PRIOR_VOTES) / (summed.sum() + PRIOR_VOTES)
    alike = np.full(summed.shape, (1 - accuracy) / max(votes.classes - 1, 1))
    np.fill_diagonal(alike, accuracy)
    found: Real = (summed + POOLED_ROW_VOTES * alike) / (summed.sum(axis=0) + POOLED_ROW_VOTES)
    return found
