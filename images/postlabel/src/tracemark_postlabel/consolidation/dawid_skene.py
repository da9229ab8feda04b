"""Dawid-Skene in full, for large jobs: a confusion matrix for each worker, by expectation and maximisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, leads, normalised, rounded
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.count import Count
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.majority import plurality
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.votes import Votes, enroll, extent_of

MAX_ROUNDS = 50
ENOUGH_CHANGE = 1e-6

# Added to every cell, so that an answer nobody has given yet is unlikely and not impossible.
_PSEUDO_VOTES = 0.01


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """The maximum-likelihood estimate of Dawid and Skene (Applied Statistics 28, 1979), from the vote shares on.

    It sees what a majority in common error hides, given many answers a worker; given few it is worse than a majority,
    so it is no choice for small payloads. Of more classes than a model can hold (see `Extent`) most votes win. What is
    known from earlier payloads is not used.
    """

    name: str = "dawid-skene"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        verdicts = [plurality(ballot.object_id, Count.of(ballot, slate), slate) for ballot in ballots]
        voted = [place for place, ballot in enumerate(ballots) if ballot.votes]
        several = [ballots[place] for place in voted]
        classes = tuple(sorted({vote.label for each in several for vote in each.votes}, key=slate.place))
        if not voted or extent_of(several, classes).is_too_large:
            return verdicts
        roll = enroll(several, classes)
        beliefs = _converged(roll.votes)
        label = rounded(beliefs).argmax(axis=1)
        margin = leads(beliefs, label)
        for place, row in zip(voted, roll.rows, strict=True):
            if len(ballots[place].votes) > 1:
                verdicts[place] = replace(
                    verdicts[place],
                    label=roll.classes[int(label[row])],
                    confidence=float(beliefs[row, label[row]]),
                    margin=float(margin[row]),
                    method=self.name,
                    undecided=alike(beliefs[row], roll.classes),
                )
        return verdicts


def alike(scores: Real, classes: Sequence[str]) -> tuple[str, ...]:
    """Return the classes that share the highest score, if there are several."""
    ranked = rounded(scores)
    best = np.flatnonzero(ranked == ranked.max()).tolist()
    return tuple(classes[number] for number in best) if len(best) > 1 else ()


def _converged(votes: Votes) -> Real:
    """Return how probable each class is: objects x classes; one without a vote of the object is not considered."""
    beliefs = votes.shares
    for _ in range(MAX_ROUNDS):
        before, beliefs = beliefs, _expected(votes, beliefs)
        if np.abs(before - beliefs).max() < ENOUGH_CHANGE:
            break
    return beliefs


def _expected(votes: Votes, beliefs: Real) -> Real:
    cells = votes.by_pair.sums(beliefs)
    rows = votes.pairs_of_worker.sums(cells)
    worker, _ = votes.pairs
    rates = np.log(cells + _PSEUDO_VOTES) - np.log(rows + _PSEUDO_VOTES * votes.classes)[worker]
    prior = np.log(beliefs.sum(axis=0) + _PSEUDO_VOTES)
    return normalised(np.where(votes.counts > 0, votes.by_object.sums(rates) + prior, -np.inf))
