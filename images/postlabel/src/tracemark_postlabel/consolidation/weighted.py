"""Votes weighted by what is known of their workers from other objects, else by number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark_postlabel.consolidation.appraisal import ENOUGH_ANSWERS, Appraisal, appraise
from tracemark_postlabel.consolidation.arrays import Real, Truth, Whole, leads, rounded
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.count import Count
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.majority import plurality
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.votes import classes_of, enroll, extent_of


@dataclass(frozen=True, slots=True)
class Weighted:
    """Shrunken one-coin weights that never use an object's own votes to judge its voters (a jackknife).

    The label is the class with the largest sum of its votes' weights; classes that share the most votes are told apart
    by the precision of votes for them as well. Where the other objects tell less than `ENOUGH_ANSWERS`
    answers of the worker behind a typical vote, most votes win. Nothing of this depends on the object's own votes, so
    a further vote for a class never lowers its rank.

    Of more classes than a model can hold (see `Extent`) most votes win.

    The confidence is (p + s) / 2 · r, where p is the posterior of the label under these weights, s its share of the
    weight, r the relative precision of votes for it. p alone is too sure, because items that are hard for one worker
    are hard for all; s alone is not sure enough where many agree. With n other answers a voter, it counts for
    n / (n + `ENOUGH_ANSWERS`), the plain share of the votes for the rest; a single vote has confidence 0.
    """

    name: str = "weighted"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        known = known.without(ballot.object_id for ballot in ballots)
        verdicts = [plurality(ballot.object_id, Count.of(ballot, slate), slate) for ballot in ballots]
        voted = [place for place, ballot in enumerate(ballots) if ballot.votes]
        classes = classes_of(ballots, slate, known.classes)
        if not voted or extent_of(ballots, classes).is_too_large:
            return verdicts
        roll = enroll([ballots[place] for place in voted], classes)
        weighed = weigh(appraise(roll, known))
        for place, row in zip(voted, roll.rows, strict=True):
            if len(ballots[place].votes) > 1:
                verdicts[place] = weighed.verdict(verdicts[place], roll.classes, int(row))
        return verdicts


@dataclass(frozen=True, eq=False)
class Weighed:
    """Decisions by object; `scores` is objects x classes."""

    label: Whole
    scores: Real
    confidence: Real
    margin: Real
    enough: Truth

    def verdict(self, by_number: Verdict, classes: Sequence[str], row: int) -> Verdict:
        """Return the verdict on the object `row`, which has several votes."""
        confidence, margin = float(self.confidence[row]), float(self.margin[row])
        if not self.enough[row]:
            return replace(by_number, confidence=confidence, method="majority")
        label = classes[int(self.label[row])]
        alike = np.flatnonzero(self.scores[row] == self.scores[row].max()).tolist()
        undecided = tuple(classes[number] for number in alike) if len(alike) > 1 else ()
        return replace(
            by_number, label=label, confidence=confidence, margin=margin, method="weighted", undecided=undecided
        )


def weigh(appraisal: Appraisal) -> Weighed:
    """Decide each object by the weights, or by number where they are not known well enough."""
    votes = appraisal.votes
    scores = np.where(votes.counts > 0, appraisal.weights, -np.inf)
    leading = votes.counts == votes.counts.max(axis=1, keepdims=True)
    tied = leading & (leading.sum(axis=1, keepdims=True) > 1)
    by_precision = appraisal.trust.by_row.log_odds(appraisal.precision)
    scores = rounded(np.where(tied, scores + by_precision, scores))
    label = np.where(appraisal.enough, scores.argmax(axis=1), leading.argmax(axis=1))
    at = np.arange(votes.objects), label
    sure = np.minimum(1.0, appraisal.belief[at] * appraisal.precision[at])
    evidence = appraisal.known_answers / (appraisal.known_answers + ENOUGH_ANSWERS)
    confidence = evidence * sure + (1 - evidence) * votes.shares[at]
    return Weighed(label, scores, confidence, leads(appraisal.weights, label), appraisal.enough)
