"""The rules that our consolidation of marks is compared with."""

from __future__ import annotations

import numpy as np
import pytest
from consolidation_marks import OURS, SEEDS, interval, mark_score, row_of
from mark_experts import Expert, span
from mark_rules import fused, majority, majority_mask, staple

from tracemark.marks.kind import Kind
from tracemark.marks.mark import Box, Span


def test_boxes_of_most_experts_are_fused_to_their_mean() -> None:
    given = [[Box("Pore", 0, 0, 10, 10)], [Box("Pore", 2, 0, 10, 10)], [Box("Crack", 0, 0, 10, 10)]]

    assert fused([given]) == majority([given]) == [[Box("Pore", 1, 0, 10, 10)]]


def test_staple_follows_the_experts_who_agree_and_a_majority_their_number() -> None:
    true = np.zeros((8, 8), np.uint8)
    true[2:6, 2:6] = 1
    other = np.zeros((8, 8), np.uint8)
    other[0, 0] = 1

    for rule in (staple, majority_mask):
        assert (rule([[true, true, other]])[0] == true).all()


def test_a_perfect_answer_has_an_f1_of_one_and_no_error() -> None:
    truth = [[Span("Pore", 0, 10), Span("Crack", 20, 30)]]

    score = mark_score(truth, truth)

    assert (score.f1, set(score.errors.values())) == (1.0, {0.0})
    assert mark_score(truth, [[Span("Crack", 0, 10)]]).f1 == 0


def test_an_expert_without_faults_marks_the_truth() -> None:
    dice = np.random.default_rng(1)
    truth = [span(dice) for _ in range(5)]

    assert Expert(0, 0, 0, 0, 0).spans(truth, dice) == truth


def test_a_row_tells_how_far_ours_is_ahead() -> None:
    scores = [{"majority": (0.5, 3.0), OURS: (0.75, 2.0)} for _ in SEEDS]

    row = row_of(Kind.BOXES, 3, "majority", scores)

    assert (row.f1_ahead, row.error_ahead, row.f1_ahead_interval) == (0.25, 1.0, 0.0)
    assert interval([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx((3.0, 1.963), abs=1e-3)
