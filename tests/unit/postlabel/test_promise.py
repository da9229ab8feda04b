"""Departures from the most votes: what they promise, and which are kept."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_postlabel.consolidation.arrays import Real
from tracemark_postlabel.consolidation.promise import AGREED_TIE, OVERRULING, TIE, Promise

gains = st.lists(st.integers(-50, 90).map(lambda hundredths: hundredths / 100), min_size=1, max_size=12)


def promise(*listed: float) -> Promise:
    return Promise(np.array(listed), np.full(len(listed), 0.5))


def weighed(chosen: list[bool], leading: list[bool], beliefs: list[float], agreed: bool = True) -> Promise:
    return Promise.of(np.array([chosen]), np.array([leading]), np.array([agreed]), np.array([beliefs]))


def test_a_broken_tie_promises_its_lead_over_the_mean_of_the_tied() -> None:
    lead = 0.6 - (0.6 + 0.4) / 2

    agreed = weighed([True, False], [True, True], [0.6, 0.4])
    alone = weighed([True, False], [True, True], [0.6, 0.4], agreed=False)

    assert agreed.gain == pytest.approx([AGREED_TIE * lead])
    assert alone.gain == pytest.approx([TIE * lead])


def test_the_variance_of_a_broken_tie_is_that_of_the_label_being_right_instead_of_half_right() -> None:
    found = weighed([True, False], [True, True], [0.6, 0.4])

    assert found.variance == pytest.approx([0.25 - 0.1**2])


def test_an_overruled_majority_promises_more_than_the_lead_that_beliefs_see() -> None:
    found = weighed([True, False], [False, True], [0.6, 0.4])

    assert found.gain == pytest.approx([OVERRULING * 0.2])


@pytest.mark.parametrize(("chosen", "leading"), [([True, False], [True, False]), ([True, True], [True, True])])
def test_who_follows_the_most_votes_promises_nothing(chosen: list[bool], leading: list[bool]) -> None:
    found = weighed(chosen, leading, [0.9, 0.1])

    assert (found.gain[0], found.variance[0]) == (0, 0)
    assert not found.kept(0.0).any()


def test_one_departure_is_not_kept_where_two_deviations_are_asked_and_many_are() -> None:
    assert not promise(0.4).kept(2.0).any()
    assert promise(*[0.4] * 40).kept(2.0).all()


def test_those_that_promise_least_are_left_out_first() -> None:
    found = promise(*[0.8] * 20, *[0.01] * 20).kept(1.0)

    assert found.tolist() == [True] * 20 + [False] * 20


@given(gains)
def test_without_caution_every_departure_that_promises_anything_is_kept(listed: list[float]) -> None:
    found = promise(*listed).kept(0.0)

    assert found.tolist() == [gain > 0 for gain in listed]


@given(gains, st.floats(0, 4))
def test_no_other_number_of_departures_has_a_higher_bound(listed: list[float], sureness: float) -> None:
    found = promise(*listed).kept(sureness)

    ranked = sorted(listed, reverse=True)
    bounds = [bound(ranked[:count], sureness) for count in range(len(ranked) + 1)]
    assert bound([gain for gain, is_kept in zip(listed, found, strict=True) if is_kept], sureness) == pytest.approx(
        max(bounds), abs=1e-6
    )


def bound(listed: list[float], sureness: float) -> float:
    return sum(listed) - sureness * math.sqrt(0.5 * len(listed))


@given(gains, st.floats(0, 4), st.randoms(use_true_random=False))
def test_the_order_of_objects_decides_nothing(listed: list[float], sureness: float, chance: random.Random) -> None:
    order = list(range(len(listed)))
    chance.shuffle(order)

    found = promise(*(listed[place] for place in order)).kept(sureness)

    assert found.tolist() == promise(*listed).kept(sureness)[order].tolist()


@given(st.integers(2, 6), st.randoms(use_true_random=False))
def test_a_variance_is_never_negative(classes: int, chance: random.Random) -> None:
    beliefs: Real = np.array([[chance.random() + 0.01 for _ in range(classes)] for _ in range(20)])
    beliefs /= beliefs.sum(axis=1, keepdims=True)
    leading = np.array([[chance.random() < 0.5 or place == 0 for place in range(classes)] for _ in range(20)])
    chosen = np.eye(classes, dtype=bool)[[chance.randrange(classes) for _ in range(20)]]

    found = Promise.of(chosen, leading, np.ones(20, dtype=bool), beliefs)

    assert (found.variance >= 0).all()
    assert (found.gain <= 1).all()
