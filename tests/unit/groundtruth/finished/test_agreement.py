"""Measures of agreement: hand-worked values, the reference implementation, and the real job."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import krippendorff
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracemark_groundtruth.finished.agreement import (
    ConfusedPair,
    alpha_interval,
    confused_pairs,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)

OBJECTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=12)


def reference(objects: list[list[str]]) -> float:
    """Return alpha as the `krippendorff` package computes it."""
    domain = sorted({label for labels in objects for label in labels})
    counts = [[Counter(labels)[name] for name in domain] for labels in objects]
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


@given(OBJECTS)
def test_alpha_is_that_of_the_reference_implementation(objects: list[list[str]]) -> None:
    paired = [labels for labels in objects if len(labels) > 1]
    assume(len({label for labels in paired for label in labels}) > 1)

    assert krippendorff_alpha(objects) == pytest.approx(reference(paired), abs=1e-12)


@given(OBJECTS, st.randoms(use_true_random=False))
def test_no_measure_depends_on_the_order_of_objects_or_answers(objects: list[list[str]], dice: random.Random) -> None:
    shuffled = [dice.sample(labels, len(labels)) for labels in dice.sample(objects, len(objects))]

    measures = (percent_agreement, fleiss_kappa, krippendorff_alpha)
    for measure in measures:
        assert measure(shuffled) == pytest.approx(measure(objects))
    assert confused_pairs(shuffled) == confused_pairs(objects)


def test_kappa_is_that_of_fleiss_own_arithmetic() -> None:
    # Two of three pairs of one object disagree: observed (1 + 1 + 1/3) / 3; chance (5/9)² + (4/9)².
    objects = [["a", "a", "a"], ["b", "b", "b"], ["a", "a", "b"]]

    observed, chance = (1 + 1 + 1 / 3) / 3, (5 / 9) ** 2 + (4 / 9) ** 2
    assert fleiss_kappa(objects) == pytest.approx((observed - chance) / (1 - chance))
    assert percent_agreement(objects) == pytest.approx(observed)


@pytest.mark.parametrize("objects", [[], [["a"]], [["a"], ["b"]]])
def test_where_nobody_answered_together_there_is_no_agreement(objects: list[list[str]]) -> None:
    found = [percent_agreement(objects), fleiss_kappa(objects), krippendorff_alpha(objects), alpha_interval(objects)]

    assert found == [None] * 4


def test_one_class_everywhere_agrees_fully_and_has_no_kappa() -> None:
    objects = [["a", "a"], ["a", "a", "a"]]

    assert (percent_agreement(objects), fleiss_kappa(objects), krippendorff_alpha(objects)) == (1.0, None, None)


def test_the_interval_holds_the_value_and_is_the_same_each_time() -> None:
    objects = [["a", "a"], ["b", "b"], ["a", "b"], ["c", "c"]] * 10

    first, again = alpha_interval(objects), alpha_interval(objects[::-1])

    assert first == again
    assert first is not None
    assert first.low < first.value < first.high


def test_pairs_count_objects_not_votes() -> None:
    objects = [["b", "a", "a", "b"], ["a", "b"], ["c", "a"], ["c"]]

    assert confused_pairs(objects) == [ConfusedPair("a", "b", 2), ConfusedPair("a", "c", 1)]


def test_alpha_of_the_real_job_is_the_published_one(reference_data: Path) -> None:
    files = reference_data.glob("ground-truth-job/worker-response/*/*/*.json")
    responses = [json.loads(file.read_text(encoding="utf-8"))["answers"] for file in files]
    objects = [[answer["answerContent"]["crowd-image-classifier"]["label"] for answer in given] for given in responses]

    found = alpha_interval(objects)

    assert found is not None
    assert round(found.value, 3) == 0.821
    assert found.value == pytest.approx(reference(objects))
    assert 0.77 < found.low < found.value < found.high < 0.87
