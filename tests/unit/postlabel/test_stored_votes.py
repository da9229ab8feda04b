"""Ballots in files are decided as in memory, however many files they take."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from crowds import crowd
from hypothesis import given, settings
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.stored_votes import BallotFiles
from tracemark_postlabel.consolidation.votes import classes_of, enroll
from tracemark_postlabel.whole_job import FinalPass, decide_job, decide_stored_job

CLASSES = ("a", "b", "c", "d", "never chosen")
SLATE = Slate.listed(CLASSES, "Not sure")
OPEN = Slate.open(("b",), "Not sure")
ROWS = st.lists(st.lists(st.sampled_from((*CLASSES[:4], None)), max_size=6), max_size=30)


def ballots_of(rows: Sequence[Sequence[str | None]], workers: int = 7) -> list[Ballot]:
    """Return a ballot for each row, every sixth with gold, now and then gold that nobody can choose."""

    def choice(number: int, place: int, label: str | None) -> Choice:
        worker = WorkerId(f"w{(number * 3 + place) % workers}")
        return Vote(worker, label) if label else Abstention(worker)

    return [
        Ballot(
            str(number),
            tuple(choice(number, place, label) for place, label in enumerate(row)),
            {0: "a", 6: "no class"}.get(number % 12),
        )
        for number, row in enumerate(rows)
    ]


def stored(ballots: Sequence[Ballot], slate: Slate, part_votes: int) -> FinalPass:
    with TemporaryDirectory() as folder:
        files = BallotFiles(Path(folder), part_votes)
        for ballot in ballots:
            files.add(ballot)
        return decide_stored_job(files, slate)


def assert_same(found: FinalPass, expected: FinalPass) -> None:
    for one, other in zip(found.verdicts, expected.verdicts, strict=True):
        assert replace(one, confidence=other.confidence, margin=other.margin) == other
        assert one.undecided == other.undecided
        assert (one.confidence, one.margin) == pytest.approx((other.confidence, other.margin), abs=1e-7)
    assert (found.gold_items, found.gold_right) == (expected.gold_items, expected.gold_right)


@pytest.mark.parametrize("slate", [SLATE, OPEN], ids=["listed", "open"])
@given(rows=ROWS, part_votes=st.sampled_from([1, 5, 1_000]))
@settings(max_examples=15)
def test_small_files_give_the_verdicts_of_memory(
    slate: Slate, rows: Sequence[Sequence[str | None]], part_votes: int
) -> None:
    ballots = ballots_of(rows)

    assert_same(stored(ballots, slate, part_votes), decide_job(ballots, slate))


def test_a_simulated_crowd_is_decided_alike_with_gold_and_models_at_work() -> None:
    data, dice = crowd("shared bias", 1), random.Random(1)
    slate = Slate.listed(sorted(set(data.truth.values())), "Not sure")
    ballots = [
        Ballot(
            task,
            tuple(Vote(WorkerId(who), label) for who, label in given),
            data.truth[task] if dice.random() < 0.2 else None,
        )
        for task, given in data.answers.items()
    ]

    found, expected = stored(ballots, slate, 997), decide_job(ballots, slate)

    assert any(verdict.method == "ensemble" for verdict in expected.verdicts)
    assert found.calibration is not None
    assert_same(found, expected)


@given(rows=ROWS, part_votes=st.sampled_from([1, 5, 1_000]))
@settings(max_examples=15)
def test_sums_over_files_are_those_in_memory(rows: Sequence[Sequence[str | None]], part_votes: int) -> None:
    ballots = ballots_of([["a"], *rows])
    memory = enroll([ballot for ballot in ballots if ballot.votes], classes_of(ballots, SLATE)).votes
    with TemporaryDirectory() as folder:
        files = BallotFiles(Path(folder), part_votes)
        for ballot in ballots:
            files.add(ballot)
        found = files.roll(SLATE).votes
        pairs, objects = np.random.default_rng(1).random((len(memory.pairs[0]), 3)), np.ones((memory.objects, 2))

        assert (found.counts == memory.counts).all()
        assert (found.gold == memory.gold).all()
        assert [list(each) for each in found.pairs] == [list(each) for each in memory.pairs]
        assert found.by_object.sums(pairs) == pytest.approx(memory.by_object.sums(pairs))
        assert found.by_pair.sums(objects) == pytest.approx(memory.by_pair.sums(objects))
        assert found.typical_answers == pytest.approx(memory.typical_answers)


def test_of_more_classes_than_a_model_can_hold_most_votes_win_in_files_as_in_memory() -> None:
    rows = [[f"own {number}", f"own {number}", f"other {number}"] for number in range(2_000)]
    ballots = [*ballots_of(rows, workers=90), Ballot("nobody's", ())]

    in_files, in_memory = stored(ballots, OPEN, 500), decide_job(ballots, OPEN)

    assert in_files.by_number
    assert in_memory.by_number
    assert_same(in_files, in_memory)
    assert {verdict.method for verdict in in_files.verdicts} == {"majority"}
    assert [verdict.label for verdict in in_files.verdicts[:2_000]] == [row[0] for row in rows]
