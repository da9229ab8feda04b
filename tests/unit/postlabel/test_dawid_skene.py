"""Dawid-Skene: what it finds in a known case, and what must not matter to it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.dawid_skene import DawidSkene
from tracemark_postlabel.consolidation.slate import Slate

SLATE = Slate.listed(("a", "b", "c"), "Not sure")
TURNED = {"a": "b", "b": "c", "c": "a"}

tables = st.lists(st.lists(st.sampled_from("abc"), min_size=4, max_size=4), min_size=1, max_size=8)


def ballots(rows: list[list[str]]) -> list[Ballot]:
    """Return a ballot for each row; each column is a worker."""
    return [
        Ballot(str(number), tuple(Vote(WorkerId(f"w{column}"), label) for column, label in enumerate(row)))
        for number, row in enumerate(rows)
    ]


def test_a_worker_who_always_says_the_opposite_is_read_the_other_way_round() -> None:
    # Three agree on all of 20 objects, the fourth says the opposite of them; two answer the last one, and he is one.
    rows = [["a", "a", "a", "b"] if number % 2 else ["b", "b", "b", "a"] for number in range(20)]
    last = Ballot("last", (Vote(WorkerId("w0"), "a"), Vote(WorkerId("w3"), "b")))

    found = DawidSkene().decide([*ballots(rows), last], SLATE)

    assert [verdict.label for verdict in found] == [row[0] for row in rows] + ["a"]
    assert found[-1].confidence > 0.99


def test_one_worker_is_outvoted_by_what_is_known_of_two_who_guess() -> None:
    # w0 and w1 are always right; w2, w3 and w4 say "a" whatever they see.
    rows = [[label, label, "a", "a", "a"] for label in "abababababab"]

    found = DawidSkene().decide(ballots(rows), SLATE)

    assert [verdict.label for verdict in found] == list("abababababab")


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_objects_and_of_choices_does_not_matter(rows: list[list[str]], chance: random.Random) -> None:
    given_ = ballots(rows)
    shuffled = [Ballot(b.object_id, tuple(chance.sample(b.choices, len(b.choices)))) for b in given_]

    found = DawidSkene().decide(chance.sample(shuffled, len(shuffled)), SLATE)

    expected = {verdict.object_id: verdict for verdict in DawidSkene().decide(given_, SLATE)}
    for verdict in found:
        assert verdict.label == expected[verdict.object_id].label
        assert verdict.confidence == pytest.approx(expected[verdict.object_id].confidence, abs=1e-6)


@given(tables)
def test_other_names_for_the_classes_change_names_only(rows: list[list[str]]) -> None:
    turned = Slate.listed(tuple(TURNED[name] for name in SLATE.classes), "Not sure")

    found = DawidSkene().decide(ballots([[TURNED[label] for label in row] for row in rows]), turned)

    for verdict, before in zip(found, DawidSkene().decide(ballots(rows), SLATE), strict=True):
        assert verdict.label == TURNED[before.label]
        assert verdict.confidence == pytest.approx(before.confidence, abs=1e-6)
