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
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.votes import Roll, classes_of, enroll
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


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The weighted mean of the vote shares, the weighted belief, hierarchical Dawid-Skene and EBCC.

    The four err in different ways: numbers are blind to workers, weights to classes, one confusion matrix to kinds of
    objects, EBCC needs the most votes. The last two are solved for the ballots to decide and the last `RECENT_OBJECTS`
    before them together. Their beliefs are taken to the power `TEMPER`, since both are too sure, and count
    n / (n + `ANSWERS_PER_CLASS` · K) each for n answers of the worker behind a typical vote and K classes; the others
    count 1. The mean, times the relative precision of votes for a class (see `Weighted`), is the confidence, and the
    class where it is highest the label, under three reserves:

    - where the others tell less than ten answers of the worker behind a typical vote, most votes win, with the
      confidence that `Weighted` has there: the vote share, as far as nothing is known;
    - a class that others outnumber must lead by `LEAD` / n³ for n votes: by 0.15 of three votes, 0.03 of five;
    - where objects have fewer than `FEW_VOTES` votes on average, most votes win, a tie included, unless all three
      models name the same class and each is sure of it: with 0.6 where a model of confusions counts 1, with more
      where it counts less.
    """

    name: str = "ensemble"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        known = known.without(ballot.object_id for ballot in ballots)
        verdicts = [plurality(ballot.object_id, Count.of(ballot, slate), slate) for ballot in ballots]
        voted = [place for place, ballot in enumerate(ballots) if ballot.votes]
        if not voted:
            return verdicts
        roll = enroll([ballots[place] for place in voted], classes_of(ballots, slate, known.classes))
        appraisal = appraise(roll, known)
        weighed, merged = weigh(appraisal), None
        if appraisal.enough.any():
            merged = _merge(roll, appraisal, _modelled([ballots[place] for place in voted], roll, known))
        for place, row in zip(voted, roll.rows, strict=True):
            if merged and appraisal.enough[row]:
                verdicts[place] = merged.verdict(verdicts[place], roll.classes, int(row))
            elif len(ballots[place].votes) > 1:
                verdicts[place] = weighed.verdict(verdicts[place], roll.classes, int(row))
        return verdicts


@dataclass(frozen=True, eq=False)
class _Models:
    """The beliefs of the two models, objects x classes, what each counts, and how many votes objects have."""

    confusion: Real
    ebcc: Real
    weight: float
    votes_per_object: float


@dataclass(frozen=True, eq=False)
class _Merged:
    """Decisions by object; `scores` and `tied` are objects x classes."""

    label: Whole
    scores: Real
    margin: Real
    tied: Truth

    def verdict(self, by_number: Verdict, classes: Sequence[str], row: int) -> Verdict:
        label = int(self.label[row])
        tied = np.flatnonzero(self.tied[row]).tolist()
        return replace(
            by_number,
            label=classes[label],
            confidence=min(1.0, float(self.scores[row, label])),
            margin=float(self.margin[row]),
            method="ensemble",
            undecided=tuple(classes[number] for number in tied) if len(tied) > 1 else (),
        )


def _modelled(ballots: Sequence[Ballot], roll: Roll, known: Evidence) -> _Models:
    """Solve the models for the ballots and those before them; in the rows and classes of `roll`."""
    before = last(known.recent, RECENT_OBJECTS)
    names = (*roll.classes, *sorted({vote.label for each in before for vote in each.votes} - set(roll.classes)))
    joint = enroll([*ballots, *before], names)
    votes, kept = joint.votes.used()
    rows = np.empty(len(ballots), dtype=np.int64)
    rows[roll.rows] = joint.rows[: len(ballots)]

    def spread(beliefs: Real) -> Real:
        found = np.zeros((len(ballots), len(names)))
        found[:, kept] = beliefs[rows]
        return found[:, : len(roll.classes)]

    answers = votes.typical_answers
    weight = answers / (answers + ANSWERS_PER_CLASS * len(roll.classes))
    return _Models(spread(confusion_beliefs(votes)), spread(ebcc_beliefs(votes)), weight, votes.votes_per_object)


def _merge(roll: Roll, appraisal: Appraisal, models: _Models) -> _Merged:
    votes = roll.votes
    modelled = models.weight * (_tempered(models.confusion) + _tempered(models.ebcc))
    scores = appraisal.precision * (votes.shares + appraisal.belief + modelled) / (2 + 2 * models.weight)
    leading = votes.counts == votes.counts.max(axis=1, keepdims=True)
    ranked = rounded(np.where(votes.counts > 0, scores, -1.0))
    ranked = np.where(_is_overruled(ranked, leading, votes.cast)[:, None], ranked, np.where(leading, ranked, -1.0))
    if models.votes_per_object < FEW_VOTES:
        least = AGREED_BELIEF + AGREED_BELIEF_RISE / models.weight
        agreed = _is_agreed((appraisal.posterior, models.confusion, models.ebcc), least)
        ranked = np.where(agreed[:, None], ranked, leading)
    label = ranked.argmax(axis=1)
    return _Merged(label, scores, leads(scores, label), ranked == ranked.max(axis=1, keepdims=True))


def _is_overruled(ranked: Real, leading: Truth, cast: Real) -> Truth:
    """Return for which objects another class may win than the one with the most votes; also for all that are tied."""
    lead = ranked.max(axis=1) - np.where(leading, ranked, -np.inf).max(axis=1)
    found: Truth = (leading.sum(axis=1) > 1) | (lead > LEAD / cast**3)
    return found


def _is_agreed(beliefs: Sequence[Real], least: float) -> Truth:
    labels = np.stack([each.argmax(axis=1) for each in beliefs])
    surest = np.stack([each.max(axis=1) for each in beliefs])
    found: Truth = (labels == labels[0]).all(axis=0) & (surest > least).all(axis=0)
    return found


def _tempered(beliefs: Real) -> Real:
    powers: Real = beliefs**TEMPER
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
