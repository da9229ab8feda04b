"""The final pass over a finished job, and what its confidence means."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from crowds import crowd

from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.calibration import LEAST_GOLD_ITEMS, Calibration
from tracemark_postlabel.consolidation.dawid_skene import DawidSkene
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.consolidation.weighted import Weighted
from tracemark_postlabel.whole_job import FOLDS, decide_job

SLATE = Slate.listed([f"class {number}" for number in range(4)], "Not sure")


def job(name: str, gold: float = 0.0) -> tuple[list[Ballot], dict[str, str]]:
    """Return the ballots and true labels of a simulated job, a share of them with gold."""
    data, dice = crowd(name, 1), random.Random(1)
    ballots = [
        Ballot(
            task,
            tuple(Vote(WorkerId(who), label) for who, label in given),
            data.truth[task] if dice.random() < gold else None,
        )
        for task, given in data.answers.items()
    ]
    return ballots, dict(data.truth)


@dataclass
class Witness:
    """A policy that notes which gold it was told, and decides by number."""

    told: list[set[str]]
    name: str = "witness"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        self.told.append({ballot.object_id for ballot in ballots if ballot.gold is not None})
        return Majority().decide(ballots, slate)


def test_without_gold_a_final_pass_is_what_the_policy_says_of_all_answers() -> None:
    ballots, _ = job("shared bias")

    found = decide_job(ballots, SLATE)

    assert found.verdicts == Ensemble().decide(ballots, SLATE)
    assert (found.calibration, found.gold_items) == (None, 0)


def test_a_job_without_objects_has_no_verdicts() -> None:
    assert decide_job([], SLATE).verdicts == []


def test_another_policy_can_decide() -> None:
    ballots, _ = job("easy")

    assert decide_job(ballots, SLATE, Majority()).verdicts == Majority().decide(ballots, SLATE)


def test_no_gold_item_is_decided_by_a_solution_that_knew_it() -> None:
    ballots, _ = job("easy", gold=0.2)
    witness = Witness([])

    decide_job(ballots, SLATE, witness)

    gold = {ballot.object_id for ballot in ballots if ballot.gold}
    assert witness.told[0] == gold
    assert len(witness.told) == 1 + FOLDS
    assert sorted(task for told in witness.told[1:] for task in gold - told) == sorted(gold)


def test_the_order_of_objects_and_of_answers_does_not_matter() -> None:
    ballots, _ = job("right on one class", gold=0.2)
    dice = random.Random(2)
    shuffled = [replace(each, choices=tuple(dice.sample(each.choices, len(each.choices)))) for each in ballots]
    dice.shuffle(shuffled)

    found = {verdict.object_id: verdict for verdict in decide_job(shuffled, SLATE).verdicts}

    assert [found[each.object_id] for each in ballots] == decide_job(ballots, SLATE).verdicts


def test_gold_makes_confidence_say_how_often_labels_are_right() -> None:
    ballots, truth = job("cliques", gold=0.4)
    others = [place for place, ballot in enumerate(ballots) if ballot.gold is None]

    found = decide_job(ballots, SLATE)

    assert found.calibration is not None
    before = Ensemble().decide(ballots, SLATE)
    gaps = [
        abs(sum((v[n].label == truth[v[n].object_id]) - v[n].confidence for n in others)) / len(others)
        for v in (before, found.verdicts)
    ]
    assert gaps[1] < gaps[0]
    assert 0.5 < found.gold_right / found.gold_items < 1


def test_a_few_gold_items_leave_the_confidence_as_it_is() -> None:
    ballots, truth = job("easy")
    few = [replace(each, gold=truth[each.object_id]) if n < 5 else each for n, each in enumerate(ballots)]

    found = decide_job(few, SLATE)

    assert (found.calibration, found.gold_items, found.gold_right) == (None, 5, 5)


@pytest.mark.parametrize("sure", [0.6, 0.9])
def test_calibration_moves_confidence_to_the_share_of_right_labels(sure: float) -> None:
    judged = [(sure, number % 10 < 7) for number in range(400)]

    assert Calibration.fitted(judged).of(sure) == pytest.approx(0.7, abs=0.02)


def test_calibration_keeps_the_order_and_the_bounds() -> None:
    dice = random.Random(1)
    fitted = Calibration.fitted([(sure, dice.random() < sure**3) for sure in (dice.random() for _ in range(300))])

    found = [fitted.of(number / 100) for number in range(101)]

    assert found == sorted(found)
    assert (found[0], found[-1] <= 1) == (0.0, True)


def test_twenty_right_labels_do_not_make_every_label_certain() -> None:
    fitted = Calibration.fitted([(0.6, True)] * LEAST_GOLD_ITEMS)

    assert fitted.of(0.6) < 0.95


def test_confidence_that_says_the_contrary_is_levelled_not_turned_round() -> None:
    fitted = Calibration.fitted([(0.9, False)] * 200 + [(0.1, True)] * 200)

    assert fitted.slope == 0.0


def test_too_little_gold_fits_nothing() -> None:
    assert Calibration.fitted([(0.5, True)] * (LEAST_GOLD_ITEMS - 1)) == Calibration()
    assert Calibration.fitted([(0.0, True)] * 100).of(0.3) == 0.3


@pytest.mark.parametrize("policy", [Ensemble(), Weighted(), DawidSkene()], ids=lambda policy: policy.name)
def test_of_more_classes_than_a_model_can_hold_most_votes_win(policy: Policy) -> None:
    open_slate = Slate.open((), "Not sure")
    ballots = [
        Ballot(
            str(number),
            tuple(
                Vote(WorkerId(f"w{(number + place) % 50}"), f"{label} {number}") for place, label in enumerate("aab")
            ),
        )
        for number in range(2_000)
    ]

    found = decide_job(ballots, open_slate, policy)

    assert found.by_number
    assert found.verdicts == Majority().decide(ballots, open_slate)


def test_a_job_of_few_classes_is_not_decided_by_number() -> None:
    assert not decide_job(job("shared bias")[0], SLATE).by_number


def test_majority_needs_no_excuse_for_counting_votes() -> None:
    ballots = [Ballot(str(number), (Vote(WorkerId("w"), str(number)),)) for number in range(4_000)]

    assert not decide_job(ballots, Slate.open((), "Not sure"), Majority()).by_number
