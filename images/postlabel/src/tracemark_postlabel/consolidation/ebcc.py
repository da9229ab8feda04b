"""Enhanced Bayesian classifier combination: workers err together where objects of a class are of several kinds."""

from __future__ import annotations

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, normalised
from tracemark_postlabel.consolidation.votes import Votes

SUBTYPES = 3
MAX_ROUNDS = 100
"""40 are too few on some sets."""

ENOUGH_CHANGE = 1e-3
SEED = 1

# Pairs of worker and class at once: what is computed of them stays in the processor's cache.
_ROWS = 512

# The priors of the paper: votes to each cell of a worker's matrix, on its diagonal and beside it; objects for each
# class; and, for each class, objects shared by its kinds.
_RIGHT, _WRONG = 4.0, 1.0
_CLASS = 1.0
_KINDS = 0.1


def ebcc_beliefs(votes: Votes) -> Real:
    """Return how probable each class is, objects x classes, under the model of Li, Rubinstein and Cohn (ICML 2019).

    Every class is a mixture of `SUBTYPES` kinds of objects, and every worker has a row of rates for each kind:
    what a kind makes likely, all workers get wrong together. Mean-field variational Bayes, from the vote shares on; the
    kinds start from random shares, the same for every class, so that the order of classes is nothing to it. Gold items
    teach with their gold label; what is returned for them follows from their votes.
    """
    kinds = np.random.Generator(np.random.PCG64(SEED)).standard_exponential((votes.objects, 1, SUBTYPES))
    kinds /= kinds.sum(axis=2, keepdims=True)
    beliefs, joint = votes.shares, votes.shares[:, :, None] * kinds
    for _ in range(MAX_ROUNDS):
        joint = _expected(votes, _taught(votes, joint))
        before, beliefs = beliefs, joint.sum(axis=2)
        if np.abs(before - beliefs).max() < ENOUGH_CHANGE:
            break
    return beliefs


def _expected(votes: Votes, joint: Real) -> Real:
    """Return how probable each kind of each class is: objects x classes x kinds."""
    columns = votes.classes * SUBTYPES
    cells = votes.by_pair.sums(joint.reshape(votes.objects, columns))
    rows = _digamma(votes.pairs_of_worker.sums(cells) + _RIGHT + _WRONG * (votes.classes - 1))
    worker, label = votes.pairs
    prior = np.repeat(np.where(np.eye(votes.classes, dtype=bool), _RIGHT, _WRONG), SUBTYPES, axis=1)
    for first in range(0, len(cells), _ROWS):
        part = slice(first, first + _ROWS)
        cells[part] = _digamma(cells[part] + prior[label[part]]) - rows[worker[part]]
    return normalised(votes.by_object.sums(cells) + _class_logs(joint).ravel()).reshape(joint.shape)


def _class_logs(joint: Real) -> Real:
    """Return the expected logarithm of the share of each kind of each class: classes x kinds."""
    kinds = joint.sum(axis=0)
    classes = kinds.sum(axis=1) + _CLASS
    within = kinds + _KINDS / SUBTYPES
    of_classes = _digamma(classes) - _digamma(classes.sum(keepdims=True))
    return _digamma(within) - _digamma(within.sum(axis=1, keepdims=True)) + of_classes[:, None]


def _taught(votes: Votes, joint: Real) -> Real:
    known = np.flatnonzero(votes.gold >= 0)
    if not len(known):
        return joint
    sure = joint.copy()
    kinds = joint[known, votes.gold[known]] + np.finfo(float).tiny
    sure[known] = 0.0
    sure[known, votes.gold[known]] = kinds / kinds.sum(axis=1, keepdims=True)
    return sure


def _digamma(values: Real) -> Real:
    """Return the logarithmic derivative of the gamma function, to 0.004 for values of at least 1.

    One step of the recurrence, then the first terms of the expansion (Abramowitz and Stegun 6.3.5, 6.3.18) inside the
    logarithm: as fast as can be, and no rate is known better.
    """
    above = values + 1.0
    above += (1 / 24) / above - 0.5
    return np.log(above, out=above) - 1 / values
