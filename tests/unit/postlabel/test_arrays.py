"""Sums over groups, and the arithmetic that the models share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.arrays import Groups, leads, normalised
from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.confusion import confusion_beliefs
from tracemark_postlabel.consolidation.ebcc import _digamma, ebcc_beliefs
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.votes import NO_GOLD, OTHER_GOLD, classes_of, enroll

SLATE = Slate.listed(("a", "b", "c"), "Not sure")


def voted(rows: list[str], gold: str | None = None) -> list[Ballot]:
    return [
        Ballot(f"{number:03}", tuple(Vote(WorkerId(f"w{place}"), label) for place, label in enumerate(row)), gold)
        for number, row in enumerate(rows)
    ]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=40), st.integers(0, 1_000))
def test_the_sum_of_a_group_is_that_of_its_rows_whatever_its_size(sizes: list[int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    group = dice.permutation(np.repeat(np.arange(len(sizes)), sizes))
    index, table = dice.integers(0, 7, len(group)), dice.random((7, 3))

    found = Groups.of(group, index).sums(table)

    expected = [table[index[group == number]].sum(axis=0) for number in range(len(sizes))]
    assert found == pytest.approx(np.array(expected))


def test_rows_of_logarithms_become_distributions_however_small_they_are() -> None:
    found = normalised(np.array([[-2_000.0, -2_000.0 + math.log(3)], [0.0, -np.inf]]))

    assert found == pytest.approx(np.array([[0.25, 0.75], [1.0, 0.0]]))


def test_the_lead_is_over_the_next_class() -> None:
    found = leads(np.array([[3.0, 1.0, 0.0], [1.0, 3.0, 0.0]]), np.array([0, 0]))

    assert found == pytest.approx(np.array([0.5, -0.5]))


@pytest.mark.parametrize("value", [1.0, 1.5, 2.0, 5.0, 100.0])
def test_the_digamma_function_is_near_enough(value: float) -> None:
    exact = sum(-1 / (value + step) for step in range(50)) + math.log(value + 50) - 1 / (2 * (value + 50))

    assert float(_digamma(np.array([value]))[0]) == pytest.approx(exact, abs=0.004)


def test_votes_are_numbered_by_object_and_worker_whatever_their_order() -> None:
    ballots = voted(["ab", "cca"])

    there = enroll(ballots, SLATE.classes)
    back = enroll(ballots[::-1], SLATE.classes)

    assert there.votes.label.tolist() == back.votes.label.tolist() == [0, 1, 2, 2, 0]
    assert (there.rows.tolist(), back.rows.tolist()) == ([0, 1], [1, 0])
    assert there.votes.shares[1].tolist() == pytest.approx([1 / 3, 0, 2 / 3])


def test_gold_is_a_class_or_known_to_be_none() -> None:
    ballots = [*voted(["ab"]), *voted(["ab"], "b"), *voted(["ab"], "zinc")]

    found = enroll(ballots, SLATE.classes)

    assert found.votes.gold.tolist() == [NO_GOLD, 1, OTHER_GOLD]


def test_classes_without_a_vote_are_left_out_of_the_models() -> None:
    votes, kept = enroll(voted(["ac", "cc"], "b"), SLATE.classes).votes.used()

    assert kept.tolist() == [0, 2]
    assert (votes.label.tolist(), votes.gold.tolist()) == ([0, 1, 1, 1], [OTHER_GOLD, OTHER_GOLD])


def test_an_open_slate_tells_apart_what_was_voted_for_and_a_listed_one_what_is_listed() -> None:
    ballots = [Ballot("0", (Vote(WorkerId("w"), "zinc"),))]

    assert classes_of(ballots, SLATE) == ("a", "b", "c", "zinc")
    assert classes_of(ballots, Slate.open(("a",), "Not sure"), ["b"]) == ("b", "zinc")


@pytest.mark.parametrize("beliefs", [confusion_beliefs, ebcc_beliefs])
def test_a_model_reads_one_who_always_says_the_opposite_the_other_way_round(beliefs: object) -> None:
    rows = ["aaab", "bbba"] * 15
    last = Ballot("last", (Vote(WorkerId("w0"), "a"), Vote(WorkerId("w3"), "b")))

    found = beliefs(enroll([*voted(rows), last], ("a", "b")).votes)  # type: ignore[operator]

    assert found[-1][0] > 0.9
    assert found.sum(axis=1) == pytest.approx(np.ones(31))


@pytest.mark.parametrize("beliefs", [confusion_beliefs, ebcc_beliefs])
def test_gold_teaches_a_model_whom_to_believe(beliefs: object) -> None:
    taught = beliefs(enroll(voted(["abb"] * 40, "a"), ("a", "b")).votes)  # type: ignore[operator]
    untaught = beliefs(enroll(voted(["abb"] * 40), ("a", "b")).votes)  # type: ignore[operator]

    assert (taught[0][0] > 0.9, untaught[0][0] < 0.1) == (True, True)
