"""What the other objects tell of the voters of each object: a jackknife over all votes at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, Truth, Whole, totals
from tracemark_postlabel.consolidation.evidence import NO_RECORD, Evidence, Record
from tracemark_postlabel.consolidation.reliability import (
    AGREEMENT_WORTH,
    NO_RECORDS,
    PRIOR_ACCURACY,
    Records,
    Reliability,
)
from tracemark_postlabel.consolidation.votes import NO_GOLD, Part, Roll, Votes

_Name = TypeVar("_Name", bound=Hashable)

ENOUGH_ANSWERS = 10.0
"""How many other answers must be known of the worker behind a typical vote before models may overrule numbers."""


@dataclass(frozen=True, eq=False)
class Appraisal:
    """Weights and precisions for each object, from all that is known but the object's own votes.

    `votes` are those to decide, `trust` the reliability by object. `weights` is the sum of the weights of each class's
    votes, objects x classes, and `known_answers` the mean number of other answers known of an object's voters: both by
    what is known of each vote's worker without the vote itself. `kinds` are the classes' records, objects x classes,
    and `total` all votes' by object, also without the object's own votes; `typical` is, by object, the mean number of
    answers to other objects that the worker behind a vote to other objects gave.
    """

    votes: Votes
    weights: Real
    known_answers: Real
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
    def enough(self) -> Truth:
        """For each object, whether the others tell enough for models to overrule numbers."""
        return self.typical >= ENOUGH_ANSWERS


def appraise(roll: Roll, known: Evidence) -> Appraisal:
    """Judge the voters of each object by `known`, which does not hold these votes, and by the other objects."""
    votes, own = roll.votes, _Sums.of(roll.votes)
    workers = _records(known.workers, roll.workers, own.workers)
    classes = _records(known.classes, roll.classes, own.classes)
    others = _total(known, own.all) - own.objects
    trust = Reliability.of(others.asked, others.agreed, max(2, votes.classes))
    shape = (votes.objects, votes.classes)
    kinds = classes - Records(*(column.reshape(shape) for column in _columns(own.cells)))
    voters = _Voters.of(votes, workers, trust)
    typical = _typical(roll, known, workers, voters.change, others.answers)
    weights = voters.weights.reshape(shape)
    return Appraisal(votes, weights, voters.answers / votes.cast, trust, kinds, others, typical)


@dataclass(frozen=True, eq=False)
class _Sums:
    """What all votes say: together, by worker, by class, by object, and by object and class."""

    all: Records
    workers: Records
    classes: Records
    objects: Records
    cells: Records

    @classmethod
    def of(cls, votes: Votes) -> _Sums:
        objects, classes = votes.objects, votes.classes
        found = [NO_RECORDS] * 5
        for part in votes.parts():
            own = _own_records(votes, part)
            cells = part.object * classes + part.label
            of_part = [
                Records(*(np.array(column.sum()) for column in _columns(own))),
                _summed(own, part.worker, votes.workers),
                _summed(own, part.label, classes),
                _summed(own, part.object, objects),
                _summed(own, cells, objects * classes),
            ]
            found = [before + more for before, more in zip(found, of_part, strict=True)]
        return cls(*found)


@dataclass(frozen=True, eq=False)
class _Voters:
    """What is known of each vote's worker without the vote: summed weights by object and class, answers by object.

    `change` is, by object, by how much its own votes make the squares of their workers' answers larger.
    """

    weights: Real
    answers: Real
    change: Real

    @classmethod
    def of(cls, votes: Votes, workers: Records, trust: Reliability) -> _Voters:
        objects, classes = votes.objects, votes.classes
        weights, answers, change = np.zeros(objects * classes), np.zeros(objects), np.zeros(objects)
        for part in votes.parts():
            own = _own_records(votes, part)
            voters = Records(*(column[part.worker] for column in _columns(workers))) - own
            single = trust.at(part.object).weights(voters)
            weights += totals(part.object * classes + part.label, single, objects * classes)
            answers += totals(part.object, voters.answers, objects)
            change += totals(part.object, voters.answers**2 - workers.answers[part.worker] ** 2, objects)
        return cls(weights, answers, change)


def _own_records(votes: Votes, part: Part) -> Records:
    others = votes.cast[part.object] - 1
    alike = votes.counts[part.object, part.label] - 1
    gold = votes.gold[part.object]
    return Records(
        (others > 0).astype(float),
        alike / np.maximum(others, 1),
        (gold != NO_GOLD).astype(float),
        (gold == part.label).astype(float),
    )


def _typical(roll: Roll, known: Evidence, workers: Records, change: Real, answers: Real) -> Real:
    absent = set(known.workers).difference(roll.workers)
    squares = float((workers.answers**2).sum()) + sum(known.workers[worker].answers ** 2 for worker in absent)
    return np.where(answers > 0, (squares + change) / np.maximum(answers, 1), 0.0)


def _total(known: Evidence, own: Records) -> Records:
    before = known.total
    counts = (before.asked, before.agreed, before.tested, before.right)
    return Records(*(np.array(count + column) for count, column in zip(counts, _columns(own), strict=True)))


def _summed(own: Records, number: Whole, size: int) -> Records:
    return Records(*(totals(number, column, size) for column in _columns(own)))


def _records(known: Mapping[_Name, Record], names: Sequence[_Name], own: Records) -> Records:
    found = [known.get(name, NO_RECORD) for name in names]
    table = np.array([(each.asked, each.agreed, each.tested, each.right) for each in found], dtype=float)
    return Records(*(before + column for before, column in zip(table.T, _columns(own), strict=True)))


def _columns(records: Records) -> tuple[Real, Real, Real, Real]:
    return records.asked, records.agreed, records.tested, records.right
