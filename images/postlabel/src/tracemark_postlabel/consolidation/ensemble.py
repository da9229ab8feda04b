"""The default policy: the mean of four beliefs where enough is known of the workers, else most votes win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark_postlabel.consolidation.appraisal import Appraisal, appraise
from tracemark_postlabel.consolidation.arrays import Real, Truth, Whole, leads, rounded
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.confusion import confusion_beliefs
from tracemark_postlabel.consolidation.count import Count
from tracemark_postlabel.consolidation.ebcc import ebcc_beliefs
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, RECENT_OBJECTS, Evidence, last
from tracemark_postlabel.consolidation.majority import plurality
from tracemark_postlabel.consolidation.promise import Promise
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.votes import Roll, Votes, classes_of, enroll, extent_of
from tracemark_postlabel.consolidation.weighted import weigh

TEMPER = 0.6
"""The exponent that takes back some of the certainty of models that are fitted by their likelihood."""

ANSWERS_PER_CLASS = 20.0
"""With so many answers of a typical worker for each class, a model of confusions counts half of what it can."""

FEW_VOTES = 2.5
"""Objects of fewer votes than this cannot tell one confusion matrix from another: every model must agree."""

AGREED_BELIEF, AGREED_BELIEF_RISE = 0.55, 0.05
"""How sure each model must be where all must agree: by the second, over what a model of confusions counts, more."""

LEAD = 4.0
"""Of n votes, a class must be before the one with the most votes by this over n³ to take the label from it."""

SURENESS, SURENESS_VOTES = 4.0, 3.0
"""How many standard deviations departures from the most votes must promise: the first where models count nothing and
objects have no more votes than the second, less by the square of the votes and in proportion to what models count."""

FEW_OBJECTS, FEW_OBJECTS_SURENESS = 100, 1.0
"""Of fewer objects than the first, departures must promise at least the second."""


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The weighted mean of the vote shares, the weighted belief, hierarchical Dawid-Skene and EBCC.

    The four err in different ways: numbers are blind to workers, weights to classes, one confusion matrix to kinds of
    objects, EBCC needs the most votes. The last two are solved for the ballots to decide and the last `RECENT_OBJECTS`
    before them together. Their beliefs are taken to the power `TEMPER`, since both are too sure, and count
    n / (n + `ANSWERS_PER_CLASS` · K) each for n answers of the worker behind a typical vote and K classes; the others
    count 1. The mean, times the relative precision of votes for a class (see `Weighted`), is the confidence, and the
    class where it is highest the label, under four reserves:

    - of more classes than a model can hold (see `Extent`), as where each object has its own, most votes win;
    - where the others tell less than ten answers of the worker behind a typical vote, most votes win, with the
      confidence that `Weighted` has there: the vote share, as far as nothing is known;
    - a class that others outnumber must lead by `LEAD` / n³ for n votes: by 0.15 of three votes, 0.03 of five;
    - where objects have fewer than `FEW_VOTES` votes on average, most votes win, a tie included, unless all three
      models name the same class and each is sure of it: with 0.6 where a model of confusions counts 1, with more
      where it counts less;
    - what all departures from the most votes gain together, on these objects and the last ones before, must be more
      than luck can take (see `Promise` and `_sureness`): those that promise least go first, and a tie stays one.
    """

    name: str = "ensemble"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        known = known.without(ballot.object_id for ballot in ballots)
        verdicts = [plurality(ballot.object_id, Count.of(ballot, slate), slate) for ballot in ballots]
        voted = [place for place, ballot in enumerate(ballots) if ballot.votes]
        classes = classes_of(ballots, slate, known.classes)
        if not voted or extent_of((*ballots, *known.recent), classes).is_too_large:
            return verdicts
        roll = enroll([ballots[place] for place in voted], classes)
        appraisal = appraise(roll, known)
        weighed, merged = weigh(appraisal), None
        if appraisal.enough.any():
            merged = _merged([ballots[place] for place in voted], roll.classes, known)
        for number, (place, row) in enumerate(zip(voted, roll.rows, strict=True)):
            if merged and appraisal.enough[row]:
                verdicts[place] = merged.verdict(verdicts[place], number)
            elif len(ballots[place].votes) > 1:
                verdicts[place] = weighed.verdict(verdicts[place], roll.classes, int(row))
        return verdicts

    def decide_roll(self, roll: Roll, by_number: Sequence[Verdict]) -> list[Verdict]:
        """Decide votes that may lie in files; `by_number` are the verdicts of most votes, one for each object."""
        appraisal = appraise(roll, NO_EVIDENCE)
        weighed, verdicts = weigh(appraisal), list(by_number)
        merged = _merged_roll(roll, appraisal) if appraisal.enough.any() else None
        for row, verdict in enumerate(by_number):
            if merged and appraisal.enough[row]:
                verdicts[row] = merged.verdict(verdict, row)
            elif roll.votes.cast[row] > 1:
                verdicts[row] = weighed.verdict(verdict, roll.classes, row)
        return verdicts


@dataclass(frozen=True, eq=False)
class _Merged:
    """Decisions by object, numbered by `rows` for each ballot; `scores` and `best` are objects x classes."""

    rows: Whole
    classes: Sequence[str]
    label: Whole
    scores: Real
    margin: Real
    best: Truth

    def verdict(self, by_number: Verdict, ballot: int) -> Verdict:
        row = int(self.rows[ballot])
        label = int(self.label[row])
        tied = np.flatnonzero(self.best[row]).tolist()
        return replace(
            by_number,
            label=self.classes[label],
            confidence=min(1.0, float(self.scores[row, label])),
            margin=float(self.margin[row]),
            method="ensemble",
            undecided=tuple(self.classes[number] for number in tied) if len(tied) > 1 else (),
        )


@dataclass(frozen=True, eq=False)
class _Beliefs:
    """What is believed of each object, objects x classes: the weighted belief and its posterior, and the two models'.

    `weight` is what each of the models counts; `scores` are the confidences.
    """

    weighted: Real
    posterior: Real
    confusion: Real
    ebcc: Real
    weight: float
    scores: Real

    @classmethod
    def of(cls, votes: Votes, appraisal: Appraisal) -> _Beliefs:
        kept_votes, kept = votes.used()

        def spread(beliefs: Real) -> Real:
            found = np.zeros((votes.objects, votes.classes))
            found[:, kept] = beliefs
            return found

        answers = votes.typical_answers
        weight = answers / (answers + ANSWERS_PER_CLASS * votes.classes)
        confusion, ebcc = spread(confusion_beliefs(kept_votes)), spread(ebcc_beliefs(kept_votes))
        summed = votes.shares + appraisal.belief + weight * (_tempered(confusion) + _tempered(ebcc))
        scores = appraisal.precision * summed / (2 + 2 * weight)
        return cls(appraisal.belief, appraisal.posterior, confusion, ebcc, weight, scores)

    def is_agreed(self, least: float) -> Truth:
        """Return for which objects all models choose the same class and are surer of it than `least`."""
        models = (self.posterior, self.confusion, self.ebcc)
        labels = np.stack([each.argmax(axis=1) for each in models])
        surest = np.stack([each.max(axis=1) for each in models])
        found: Truth = (labels == labels[0]).all(axis=0) & (surest > least).all(axis=0)
        return found

    @property
    def mean(self) -> Real:
        """The mean of what the models believe and of the scores, as distributions."""
        models = (self.weighted + _tempered(self.confusion) + _tempered(self.ebcc)) / 3
        found: Real = (
            models / models.sum(axis=1, keepdims=True) + self.scores / self.scores.sum(axis=1, keepdims=True)
        ) / 2
        return found


def _merged(ballots: Sequence[Ballot], classes: Sequence[str], known: Evidence) -> _Merged:
    """Decide the ballots together with those before them."""
    before = last(known.recent, RECENT_OBJECTS)
    names = (*classes, *sorted({vote.label for each in before for vote in each.votes} - set(classes)))
    joint = enroll([*ballots, *before], names)
    merged = _merged_roll(joint, appraise(joint, known.less(before)))
    return replace(merged, rows=joint.rows[: len(ballots)])


def _merged_roll(joint: Roll, appraisal: Appraisal) -> _Merged:
    """Decide all objects of a roll, by their numbers."""
    votes = joint.votes
    beliefs = _Beliefs.of(votes, appraisal)
    leading = votes.counts == votes.counts.max(axis=1, keepdims=True)
    ranked = _ranked(votes, beliefs, leading)
    best = ranked == ranked.max(axis=1, keepdims=True)
    alike = beliefs.is_agreed(0.0) & best[np.arange(votes.objects), beliefs.ebcc.argmax(axis=1)]
    promise = Promise.of(best, np.where(appraisal.enough[:, None], leading, best), alike, beliefs.mean)
    kept = promise.kept(_sureness(votes, beliefs.weight))
    best = np.where(kept[:, None], best, leading)
    label = best.argmax(axis=1)
    rows = np.arange(votes.objects)
    return _Merged(rows, joint.classes, label, beliefs.scores, leads(beliefs.scores, label), best)


def _ranked(votes: Votes, beliefs: _Beliefs, leading: Truth) -> Real:
    """Return the scores of the classes that may win, lower values for all others: objects x classes."""
    ranked = rounded(np.where(votes.counts > 0, beliefs.scores, -1.0))
    ranked = np.where(_is_overruled(ranked, leading, votes.cast)[:, None], ranked, np.where(leading, ranked, -1.0))
    if votes.votes_per_object >= FEW_VOTES:
        return ranked
    agreed = beliefs.is_agreed(AGREED_BELIEF + AGREED_BELIEF_RISE / beliefs.weight)
    found: Real = np.where(agreed[:, None], ranked, leading)
    return found


def _sureness(votes: Votes, weight: float) -> float:
    """Return how many standard deviations departures from the most votes must promise together."""
    few_votes = min(1.0, SURENESS_VOTES / votes.votes_per_object) ** 2
    least = FEW_OBJECTS_SURENESS if votes.objects < FEW_OBJECTS else 0.0
    return max(least, SURENESS * (1 - weight) * few_votes)


def _is_overruled(ranked: Real, leading: Truth, cast: Real) -> Truth:
    """Return for which objects another class may win than the one with the most votes; also for all that are tied."""
    lead = ranked.max(axis=1) - np.where(leading, ranked, -np.inf).max(axis=1)
    found: Truth = (leading.sum(axis=1) > 1) | (lead > LEAD / cast**3)
    return found


def _tempered(beliefs: Real) -> Real:
    powers: Real = beliefs**TEMPER
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
