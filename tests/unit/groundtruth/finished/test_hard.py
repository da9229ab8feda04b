"""Which objects deserve a second look, and what their next round is told."""

from __future__ import annotations

import json

import pytest
from support.finished_jobs import item, job

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import read_manifest
from tracemark.contract.previous_rounds import EarlierRound, earlier_rounds
from tracemark.document import Json
from tracemark_groundtruth.finished.hard import doubtful, hardest_first, next_round

SURE = item(0, {"a": "Good Weld", "b": "Good Weld"}, ConsolidatedLabel("Good Weld", confidence=1.0))
UNSURE = item(
    1, {"a": "Good Weld", "b": "Good Weld", "c": "Burn Through"}, ConsolidatedLabel("Good Weld", confidence=0.6)
)
TIED = item(2, {"a": "Good Weld", "b": "Burn Through"}, ConsolidatedLabel("Good Weld", confidence=0.6))
FAILED = item(3, {}, None)
ODD = item(4, {"a": "Good Weld"}, ConsolidatedLabel("Good Weld", confidence=1.0, problem="one answer is empty"))
JOB = job([SURE, UNSURE, TIED, FAILED, ODD])


def test_the_hardest_come_first() -> None:
    assert hardest_first(JOB) == [FAILED, TIED, UNSURE, ODD, SURE]


def test_equal_confidences_are_told_apart_by_the_votes() -> None:
    split = item(1, {"a": "x", "b": "x", "c": "y"}, ConsolidatedLabel("x", confidence=0.95))
    whole = item(0, {"a": "x", "b": "x", "c": "x"}, ConsolidatedLabel("x", confidence=0.95))

    assert hardest_first(job([whole, split])) == [split, whole]


@pytest.mark.parametrize(("below", "expected"), [(0.7, [FAILED, TIED, UNSURE, ODD]), (0.0, [FAILED, TIED, ODD])])
def test_ties_problems_and_failures_are_doubtful_whatever_the_confidence(below: float, expected: list[object]) -> None:
    assert doubtful(JOB, below) == expected


def test_a_line_of_the_next_round_tells_the_earlier_votes_and_comments() -> None:
    label = ConsolidatedLabel(
        "Good Weld", "c", 0.5, {"Good Weld": 1, "Burn Through": 1}, is_tied=True, comments=("a pore",)
    )
    written: dict[str, Json] = {"weld": {"c": "Good Weld"}, "weld-metadata": {"type": "x"}, "note": "kept"}
    hard = item(7, {}, label, **written)

    line = json.loads(next_round(job([hard]), [hard]))

    assert line == {
        "source": "s3://welds/dataset/7.json",
        "note": "kept",
        "earlier": [
            {
                "job": "WeldingLabelJob1",
                "label": "Good Weld",
                "confidence": 0.5,
                "votes": [{"label": "Good Weld", "count": 1}, {"label": "Burn Through", "count": 1}],
                "remark": "tie",
                "comments": ["a pore"],
            }
        ],
    }


def test_a_further_round_is_added_to_those_before() -> None:
    before = [EarlierRound("round-1", "Burn Through").to_json()]
    hard = item(0, {"a": "Good Weld"}, ConsolidatedLabel("Good Weld", confidence=0.0), earlier=before)

    rounds = earlier_rounds(json.loads(next_round(job([hard]), [hard])))

    assert [(each.job, each.label) for each in rounds] == [
        ("round-1", "Burn Through"),
        ("WeldingLabelJob1", "Good Weld"),
    ]


def test_comments_that_do_not_fit_into_a_manifest_line_are_left_out() -> None:
    comments = tuple(f"{number} {'ü' * 1_900}" for number in range(9))
    hard = item(0, {"a": "x"}, ConsolidatedLabel("x", confidence=0.0, comments=comments))

    (line,) = read_manifest(next_round(job([hard]), [hard]).decode())

    (found,) = earlier_rounds(line.attributes)
    assert found.comments == comments[:1]
