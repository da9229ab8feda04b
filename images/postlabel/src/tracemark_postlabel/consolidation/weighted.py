"""The default policy: votes weighted by what is known of their workers from other objects, else by number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.count import Count, lead
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence, Record, vote_records
from tracemark_postlabel.consolidation.majority import plurality
from tracemark_postlabel.consolidation.reliability import Reliability
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict

ENOUGH_ANSWERS = 10.0
"""How many other answers must be known of the worker behind a typical vote before weights may overrule numbers."""

# Sums in another order differ in their last bits; classes that are as close as this are as good as each other.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Weighted:
    """Shrunken one-coin weights that never use an object's own votes to judge its voters (a jackknife).

    The label is the class with the largest sum of its votes' weights; classes that share the most votes are told apart
    by the precision of votes for them as well. Where the other objects tell less than `ENOUGH_ANSWERS`
    answers of the worker behind a typical vote, most votes win. Nothing of this depends on the object's own votes, so
    a further vote for a class never lowers its rank.

    The confidence is (p + s) / 2 · r, where p is the posterior of the label under these weights, s its share of the
    weight, r the relative precision of votes for it. p alone is too sure, because items that are hard for one worker
    are hard for all; s alone is not sure enough where many agree. With n other answers a voter, it counts for
    n / (n + `ENOUGH_ANSWERS`), the plain share of the votes for the rest; a single vote has confidence 0.
    """

    name: str = "weighted"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`."""
        evidence = known + Evidence.of(ballots)
        voted = chain.from_iterable((vote.label for vote in ballot.votes) for ballot in ballots)
        classes = max(2, len({*slate.classes, *voted}) if not slate.is_open else len({*voted, *evidence.classes}))
        room = _Room(slate, evidence, evidence.total, _squares(evidence), classes)
        return [room.verdict(ballot) for ballot in ballots]


@dataclass(frozen=True, slots=True)
class _Room:
    """All that is known where ballots are decided; `evidence` holds what their own votes say as well.

    `squares` is the sum of the squares of the workers' numbers of answers.
    """

    slate: Slate
    evidence: Evidence
    total: Record
    squares: int
    classes: int

    def verdict(self, ballot: Ballot) -> Verdict:
        count = Count.of(ballot, self.slate)
        by_number = plurality(ballot.object_id, count, self.slate)
        if count.cast < 2:
            return by_number
        return self._weighed(ballot, count, by_number)

    def _weighed(self, ballot: Ballot, count: Count, by_number: Verdict) -> Verdict:
        own = vote_records(ballot)
        total, by_class = self.total, {label: self.evidence.classes[label] for label in count.votes}
        for (_, label), record in own:
            total, by_class[label] = total - record, by_class[label] - record
        workers = [self.evidence.workers[worker] - record for (worker, _), record in own]
        trust = Reliability.of(total, self.classes)
        precision = {label: trust.precision(record) for label, record in by_class.items()}
        weights = _weights(ballot.votes, workers, trust, count)
        enough = self._typical_answers(own, total) >= ENOUGH_ANSWERS
        label = _winner(weights, precision, trust, count) if enough else by_number.label
        sure = min(1.0, _confidence(weights, label, self.classes) * precision[label])
        known = sum(record.answers for record in workers) / len(workers)
        evidence = known / (known + ENOUGH_ANSWERS)
        return replace(
            by_number,
            label=label,
            confidence=evidence * sure + (1 - evidence) * count.share(label),
            margin=lead(weights if enough else count.votes, label),
            method="weighted" if enough else "majority",
        )

    def _typical_answers(self, own: Sequence[tuple[tuple[WorkerId, str], Record]], total: Record) -> float:
        """Return the mean, over all votes to other objects, of the number of answers that their workers gave there."""
        squares = self.squares
        for (worker, _), record in own:
            answers = self.evidence.workers[worker].answers
            squares += (answers - record.answers) ** 2 - answers**2
        return squares / total.answers if total.answers else 0.0


def _squares(evidence: Evidence) -> int:
    return sum(record.answers**2 for record in evidence.workers.values())


def _weights(votes: Sequence[Vote], records: Sequence[Record], trust: Reliability, count: Count) -> Mapping[str, float]:
    weights: dict[str, list[float]] = {label: [] for label in count.votes}
    for vote, record in zip(votes, records, strict=True):
        weights[vote.label].append(trust.weight(record))
    return {label: math.fsum(found) for label, found in weights.items()}


def _winner(weights: Mapping[str, float], precision: Mapping[str, float], trust: Reliability, count: Count) -> str:
    scores = dict(weights)
    if count.is_tied:
        scores |= {label: weights[label] + trust.log_odds(precision[label]) for label in count.leaders}
    best = max(round(score, _DIGITS) for score in scores.values())
    return next(label for label, score in scores.items() if round(score, _DIGITS) == best)


def _confidence(weights: Mapping[str, float], label: str, classes: int) -> float:
    """Return the mean of a label's posterior and of its share of the weight."""
    top = max(weights.values())
    odds = {name: math.exp(weight - top) for name, weight in weights.items()}
    whole = math.fsum(odds.values()) + (classes - len(odds)) * math.exp(-top)
    return (odds[label] / whole + weights[label] / math.fsum(weights.values())) / 2
