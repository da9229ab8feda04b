"""Dawid-Skene in full, for large jobs: a confusion matrix for each worker, by expectation and maximisation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.count import Count, lead
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.majority import plurality
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict

MAX_ROUNDS = 50
ENOUGH_CHANGE = 1e-6

# Added to every cell, so that an answer nobody has given yet is unlikely and not impossible.
_PSEUDO_VOTES = 0.01
_DIGITS = 9

Beliefs = list[dict[str, float]]
"""For each ballot, how probable each class is that it gives a vote; classes without a vote are not considered."""
Cells = dict[tuple[object, str, str], float]
"""Votes by worker, true class and class voted for."""


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """The maximum-likelihood estimate of Dawid and Skene (Applied Statistics 28, 1979), from the vote shares on.

    It sees what a majority in common error hides, given many answers a worker; given few it is worse than a majority,
    so it is no choice for small payloads. What is known from earlier payloads is not used.
    """

    name: str = "dawid-skene"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        counts = [Count.of(ballot, slate) for ballot in ballots]
        return [
            _verdict(ballot, count, belief, slate)
            for ballot, count, belief in zip(ballots, counts, _converged(ballots, counts), strict=True)
        ]


def _converged(ballots: Sequence[Ballot], counts: Sequence[Count]) -> Beliefs:
    beliefs = [{label: count.share(label) for label in count.votes} for count in counts]
    for _ in range(MAX_ROUNDS):
        before, beliefs = beliefs, _expected(ballots, beliefs)
        if _change(before, beliefs) < ENOUGH_CHANGE:
            break
    return beliefs


def _expected(ballots: Sequence[Ballot], beliefs: Beliefs) -> Beliefs:
    cells, rows, prior = _maximised(ballots, beliefs)
    whole, classes = math.fsum(prior.values()), len(prior)
    found: Beliefs = []
    for ballot, belief in zip(ballots, beliefs, strict=True):
        logs = {
            true: math.log((prior[true] + _PSEUDO_VOTES) / whole)
            + math.fsum(
                math.log(
                    (cells.get((vote.worker, true, vote.label), 0.0) + _PSEUDO_VOTES)
                    / (rows.get((vote.worker, true), 0.0) + _PSEUDO_VOTES * classes)
                )
                for vote in ballot.votes
            )
            for true in belief
        }
        found.append(_normalised(logs))
    return found


def _maximised(
    ballots: Sequence[Ballot], beliefs: Beliefs
) -> tuple[Cells, dict[tuple[object, str], float], dict[str, float]]:
    """Return the votes by cell, their sums by worker and true class, and the sum of beliefs by class."""
    cells: Cells = {}
    rows: dict[tuple[object, str], float] = {}
    prior: dict[str, float] = {}
    for ballot, belief in zip(ballots, beliefs, strict=True):
        for true, share in belief.items():
            prior[true] = prior.get(true, 0.0) + share
            for vote in ballot.votes:
                cell, row = (vote.worker, true, vote.label), (vote.worker, true)
                cells[cell] = cells.get(cell, 0.0) + share
                rows[row] = rows.get(row, 0.0) + share
    return cells, rows, prior


def _normalised(logs: Mapping[str, float]) -> dict[str, float]:
    top = max(logs.values(), default=0.0)
    odds = {label: math.exp(value - top) for label, value in logs.items()}
    whole = math.fsum(odds.values())
    return {label: value / whole for label, value in odds.items()}


def _change(before: Beliefs, after: Beliefs) -> float:
    return max(
        (abs(old[label] - new[label]) for old, new in zip(before, after, strict=True) for label in old), default=0
    )


def _verdict(ballot: Ballot, count: Count, belief: Mapping[str, float], slate: Slate) -> Verdict:
    by_number = plurality(ballot.object_id, count, slate)
    if count.cast < 2:
        return by_number
    label = max(belief, key=lambda name: round(belief[name], _DIGITS))
    return replace(by_number, label=label, confidence=belief[label], margin=lead(belief, label), method="dawid-skene")
