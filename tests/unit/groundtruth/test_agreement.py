"""Measures of agreement, against known values and the reference implementation."""

from __future__ import annotations

import krippendorff
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tracemark_groundtruth.finished.agreement import (
    bootstrapped_alpha,
    confused_pairs,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)

objects = st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), min_size=2, max_size=12)


@settings(deadline=None)
@given(objects)
def test_alpha_is_that_of_the_reference(labels: list[list[str]]) -> None:
    found = krippendorff_alpha(labels)
    assume(found is not None)
    counts = [[each.count(name) for name in "abc"] for each in labels]

    expected = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")

    assert found == pytest.approx(expected)


def test_kappa_is_that_of_fleiss_example_of_full_agreement() -> None:
    assert fleiss_kappa([["a", "a"], ["b", "b"]]) == 1.0


def test_pairs_that_agree_are_counted_object_by_object() -> None:
    assert percent_agreement([["a", "a", "b"], ["a"], ["b", "b"]]) == pytest.approx((1 / 3 + 1) / 2)


def test_without_two_labels_anywhere_there_is_nothing_to_compare() -> None:
    assert (percent_agreement([["a"]]), fleiss_kappa([["a"]]), bootstrapped_alpha([["a"]])) == (None, None, None)


def test_the_interval_holds_the_value_and_is_the_same_again() -> None:
    labels = [["a", "a", "b"], ["b", "b", "b"], ["a", "a", "a"], ["c", "a", "c"]] * 10

    found = bootstrapped_alpha(labels, rounds=200)

    assert found == bootstrapped_alpha(labels, rounds=200)
    assert found is not None
    assert found.low <= found.value <= found.high


def test_classes_that_are_mixed_up_most_stand_first() -> None:
    assert confused_pairs([["b", "a"], ["a", "b", "b"], ["a", "c"]]) == [("a", "b", 2), ("a", "c", 1)]
