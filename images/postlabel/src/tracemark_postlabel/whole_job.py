"""The final pass: all objects of a finished job decided once more, from all of its answers at once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.calibration import LEAST_GOLD_ITEMS, Calibration
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict

FOLDS = 5
FEWER_FOLDS = 2
MANY_VOTES = 200_000
"""From so many votes on gold is left out in `FEWER_FOLDS` parts: each part is a solution of the whole job."""


@dataclass(frozen=True, slots=True)
class FinalPass:
    """One verdict for each ballot, in their order; `calibration` is that of objects without gold, None without enough.

    `gold_items` counts the gold items that got a label from their answers, `gold_right` those of them that got theirs.
    """

    verdicts: Sequence[Verdict]
    calibration: Calibration | None = None
    gold_items: int = 0
    gold_right: int = 0


def decide_job(ballots: Sequence[Ballot], slate: Slate, policy: Policy | None = None) -> FinalPass:
    """Decide all objects of a job from all answers; `policy` is the ensemble unless told otherwise.

    What was decided in payloads does not enter, so that a final pass says the same however the job was cut. Gold items
    (`Ballot.gold`) teach the models of the workers and calibrate the confidence. Both out of fold: what is said of a
    gold item comes from a solution that was not told its gold label, and is calibrated on the gold items of other
    folds; labels of other objects know all gold. The order of ballots and of choices decides nothing.
    """
    rule = policy or Ensemble()
    verdicts = rule.decide(ballots, slate)
    folds = _folds(ballots)
    if not folds:
        return FinalPass(verdicts)
    for places in folds:
        _decide_unseen(ballots, slate, rule, places, verdicts)
    judged = {
        place: (verdicts[place].confidence, verdicts[place].label == ballots[place].gold)
        for places in folds
        for place in places
        if ballots[place].votes
    }
    return FinalPass(
        _calibrated(verdicts, folds, judged),
        Calibration.fitted(list(judged.values())) if len(judged) >= LEAST_GOLD_ITEMS else None,
        len(judged),
        sum(is_right for _, is_right in judged.values()),
    )


def _folds(ballots: Sequence[Ballot]) -> list[list[int]]:
    """Return the places of the gold items in parts that depend on their ids alone; none without gold."""
    gold = sorted(
        (place for place, ballot in enumerate(ballots) if ballot.gold is not None),
        key=lambda place: hashlib.sha256(ballots[place].object_id.encode("utf-8", "surrogatepass")).digest(),
    )
    many = sum(len(ballot.choices) for ballot in ballots) > MANY_VOTES
    count = FEWER_FOLDS if many else FOLDS
    return [part for part in (gold[first::count] for first in range(count)) if part]


def _decide_unseen(
    ballots: Sequence[Ballot], slate: Slate, policy: Policy, places: Sequence[int], verdicts: list[Verdict]
) -> None:
    unseen = set(places)
    asked = [replace(ballot, gold=None) if place in unseen else ballot for place, ballot in enumerate(ballots)]
    found = policy.decide(asked, slate)
    for place in places:
        verdicts[place] = found[place]


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
