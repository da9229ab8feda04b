"""The final pass: all objects of a finished job decided once more, from all of its answers at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real
from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.calibration import LEAST_GOLD_ITEMS, Calibration
from tracemark_postlabel.consolidation.count import Count
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.majority import Majority, plurality
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.stored_votes import BallotFiles, Head
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.votes import classes_of, extent_of

Solve = Callable[[Collection[int]], list[Verdict]]
"""Decides all ballots without the gold of those at some places."""

FOLDS = 5
FEWER_FOLDS = 2
MANY_VOTES = 200_000
"""From so many votes on gold is left out in `FEWER_FOLDS` parts: each part is a solution of the whole job."""


@dataclass(frozen=True, slots=True)
class FinalPass:
    """One verdict for each ballot, in their order; `calibration` is that of objects without gold, None without enough.

    `gold_items` counts the gold items that got a label from their answers, `gold_right` those of them that got theirs.
    `by_number`: there were more classes than a model can hold, so most votes won everywhere.
    """

    verdicts: Sequence[Verdict]
    calibration: Calibration | None = None
    gold_items: int = 0
    gold_right: int = 0
    by_number: bool = False


def decide_job(ballots: Sequence[Ballot], slate: Slate, policy: Policy | None = None) -> FinalPass:
    """Decide all objects of a job from all answers; `policy` is the ensemble unless told otherwise.

    What was decided in payloads does not enter, so that a final pass says the same however the job was cut. Gold items
    (`Ballot.gold`) teach the models of the workers and calibrate the confidence. Both out of fold: what is said of a
    gold item comes from a solution that was not told its gold label, and is calibrated on the gold items of other
    folds; labels of other objects know all gold. The order of ballots and of choices decides nothing.
    """
    rule = policy or Ensemble()

    def solve(hidden: Collection[int]) -> list[Verdict]:
        asked = [replace(ballot, gold=None) if place in hidden else ballot for place, ballot in enumerate(ballots)]
        return rule.decide(asked, slate)

    heads = [Head(ballot.object_id, ballot.gold, len(ballot.choices), len(ballot.votes)) for ballot in ballots]
    extent = extent_of(ballots, classes_of(ballots, slate))
    return replace(_decided(heads, solve), by_number=extent.is_too_large and not isinstance(rule, Majority))


def decide_stored_job(ballots: BallotFiles, slate: Slate) -> FinalPass:
    """Decide as `decide_job` does, by the ensemble, ballots that do not fit into memory.

    Sums over all votes are made file by file, in another order than in memory: they differ in their last bits.
    """

    def solve(hidden: Collection[int]) -> list[Verdict]:
        by_number = [_without_vote(head, slate) for head in ballots.heads]
        voted = [place for place, head in enumerate(ballots.heads) if head.votes]
        if not voted:
            return by_number
        roll = ballots.roll(slate, hidden)
        voted.sort(key=lambda place: int(roll.rows[place]))
        most = [
            plurality(ballots.heads[place].object_id, _count(counts, roll.classes), slate)
            for place, counts in zip(voted, roll.votes.counts, strict=True)
        ]
        for place, verdict in zip(voted, Ensemble().decide_roll(roll, most), strict=True):
            by_number[place] = verdict
        return by_number

    if not ballots.extent(slate).is_too_large:
        return _decided(ballots.heads, solve)
    most = [
        plurality(head.object_id, count, slate)
        for head, count in zip(ballots.heads, ballots.counts(slate), strict=True)
    ]
    return replace(_decided(ballots.heads, lambda _: list(most)), by_number=True)


def _without_vote(head: Head, slate: Slate) -> Verdict:
    return plurality(head.object_id, Count({}), slate)


def _count(counts: Real, classes: Sequence[str]) -> Count:
    return Count({classes[number]: int(counts[number]) for number in np.flatnonzero(counts).tolist()})


def _decided(heads: Sequence[Head], solve: Solve) -> FinalPass:
    verdicts = solve(())
    folds = _folds(heads)
    if not folds:
        return FinalPass(verdicts)
    for places in folds:
        unseen = solve(set(places))
        for place in places:
            verdicts[place] = unseen[place]
    judged = {
        place: (verdicts[place].confidence, verdicts[place].label == heads[place].gold)
        for places in folds
        for place in places
        if heads[place].votes
    }
    return FinalPass(
        _calibrated(verdicts, folds, judged),
        Calibration.fitted(list(judged.values())) if len(judged) >= LEAST_GOLD_ITEMS else None,
        len(judged),
        sum(is_right for _, is_right in judged.values()),
    )


def _folds(heads: Sequence[Head]) -> list[list[int]]:
    """Return the places of the gold items in parts that depend on their ids alone; none without gold."""
    gold = sorted(
        (place for place, head in enumerate(heads) if head.gold is not None),
        key=lambda place: hashlib.sha256(heads[place].object_id.encode("utf-8", "surrogatepass")).digest(),
    )
    many = sum(head.choices for head in heads) > MANY_VOTES
    count = FEWER_FOLDS if many else FOLDS
    return [part for part in (gold[first::count] for first in range(count)) if part]


def _calibrated(
    verdicts: Sequence[Verdict], folds: Sequence[Sequence[int]], judged: Mapping[int, tuple[float, bool]]
) -> list[Verdict]:
    for_others = Calibration.fitted(list(judged.values()))
    fold_of = {place: number for number, places in enumerate(folds) for place in places}
    of_fold = [
        Calibration.fitted([pair for place, pair in judged.items() if fold_of[place] != number])
        for number in range(len(folds))
    ]
    return [
        replace(
            verdict, confidence=(of_fold[fold_of[place]] if place in fold_of else for_others).of(verdict.confidence)
        )
        for place, verdict in enumerate(verdicts)
    ]
