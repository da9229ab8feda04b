"""What the other objects tell of the voters of each object: a jackknife over all votes at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, Truth, Whole, totals
from tracemark_postlabel.consolidation.evidence import NO_RECORD, Evidence, Record
from tracemark_postlabel.consolidation.reliability import AGREEMENT_WORTH, PRIOR_ACCURACY, Records, Reliability
from tracemark_postlabel.consolidation.votes import NO_GOLD, Roll, Votes

_Name = TypeVar("_Name", bound=Hashable)

ENOUGH_ANSWERS = 10.0
"""How many other answers must be known of the worker behind a typical vote before models may overrule numbers."""


@dataclass(frozen=True, eq=False)
class Appraisal:
    """Weights and precisions for each object, from all that is known but the object's own votes.

    `votes` are those to decide, `own` what each vote itself says, `voters` what is known of each vote's worker without
    that, `trust` the reliability by object. `kinds` are the classes' records, objects x classes, and `total` all votes'
    by object, also without the object's own votes; `typical` is, by object, the mean number of answers to other objects
    that the worker behind a vote to other objects gave.
    """

    votes: Votes
    voters: Records
    trust: Reliability
    kinds: Records
    total: Records
    typical: Real

    @cached_property
    def precision(self) -> Real:
        """How good a vote for each class is, relative to a vote for any: objects x classes.

        Agreement is worth `AGREEMENT_WORTH` votes to gold items, however many agree.
        """
        by_others = self.trust.by_row.precision(self.kinds.asked, self.kinds.agreed)
        rate = ((self.total.right + PRIOR_ACCURACY) / (self.total.tested + 1))[:, None]
        by_gold = (self.kinds.right + rate) / (self.kinds.tested + 1) / rate
        summed: Real = by_others * AGREEMENT_WORTH + by_gold * self.kinds.tested
        return summed / (AGREEMENT_WORTH + self.kinds.tested)

    @cached_property
    def weights(self) -> Real:
        """The sum of the weights of each class's votes: objects x classes."""
        single = self.trust.at(self.votes.object).weights(self.voters)
        cells = self.votes.objects * self.votes.classes
        summed = totals(self.votes.object * self.votes.classes + self.votes.label, single, cells)
        return summed.reshape(self.votes.objects, self.votes.classes)

    @cached_property
    def posterior(self) -> Real:
        """How probable each class is under the weights: objects x classes, less what falls to a class not named."""
        top = self.weights.max(axis=1, keepdims=True)
        odds = np.exp(self.weights - top)
        unnamed = (self.trust.classes - self.votes.classes) * np.exp(-top)
        found: Real = odds / (odds.sum(axis=1, keepdims=True) + unnamed)
        return found

    @property
    def belief(self) -> Real:
        """The mean of each class's posterior and of its share of the weight: objects x classes."""
        found: Real = (self.posterior + self.weights / self.weights.sum(axis=1, keepdims=True)) / 2
        return found

    @property
    def known_answers(self) -> Real:
        """The mean number of other answers known of an object's voters."""
        return totals(self.votes.object, self.voters.answers, self.votes.objects) / self.votes.cast

    @property
    def enough(self) -> Truth:
        """For each object, whether the others tell enough for models to overrule numbers."""
        return self.typical >= ENOUGH_ANSWERS


def appraise(roll: Roll, known: Evidence) -> Appraisal:
    """Judge the voters of each object by `known`, which does not hold these votes, and by the other objects."""
    votes, own = roll.votes, _own_records(roll.votes)
    workers = _records(known.workers, roll.workers, _summed(own, votes.worker, votes.workers))
    classes = _records(known.classes, roll.classes, _summed(own, votes.label, votes.classes))
    voters = Records(*(column[votes.worker] for column in _columns(workers))) - own
    total = _total(known, own)
    mine = _summed(own, votes.object, votes.objects)
    others = total - mine
    trust = Reliability.of(others.asked, others.agreed, max(2, votes.classes))
    cells = _summed(own, votes.object * votes.classes + votes.label, votes.objects * votes.classes)
    shape = (votes.objects, votes.classes)
    kinds = classes - Records(*(column.reshape(shape) for column in _columns(cells)))
    return Appraisal(votes, voters, trust, kinds, others, _typical(roll, known, workers, voters, others.answers))


def _own_records(votes: Votes) -> Records:
    others = votes.cast[votes.object] - 1
    alike = votes.counts[votes.object, votes.label] - 1
    gold = votes.gold[votes.object]
    return Records(
        (others > 0).astype(float),
        alike / np.maximum(others, 1),
        (gold != NO_GOLD).astype(float),
        (gold == votes.label).astype(float),
    )


def _typical(roll: Roll, known: Evidence, workers: Records, voters: Records, answers: Real) -> Real:
    votes = roll.votes
    absent = set(known.workers).difference(roll.workers)
    squares = float((workers.answers**2).sum()) + sum(known.workers[worker].answers ** 2 for worker in absent)
    change = voters.answers**2 - workers.answers[votes.worker] ** 2
    squared = squares + totals(votes.object, change, votes.objects)
    return np.where(answers > 0, squared / np.maximum(answers, 1), 0.0)


def _total(known: Evidence, own: Records) -> Records:
    before = known.total
    counts = (before.asked, before.agreed, before.tested, before.right)
    return Records(*(np.array(count + column.sum()) for count, column in zip(counts, _columns(own), strict=True)))


def _summed(own: Records, number: Whole, size: int) -> Records:
    return Records(*(totals(number, column, size) for column in _columns(own)))


def _records(known: Mapping[_Name, Record], names: Sequence[_Name], own: Records) -> Records:
    found = [known.get(name, NO_RECORD) for name in names]
    table = np.array([(each.asked, each.agreed, each.tested, each.right) for each in found], dtype=float)
    return Records(*(before + column for before, column in zip(table.T, _columns(own), strict=True)))


def _columns(records: Records) -> tuple[Real, Real, Real, Real]:
    return records.asked, records.agreed, records.tested, records.right
