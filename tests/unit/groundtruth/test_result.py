"""A labeled object summed up in one row of a table."""

from __future__ import annotations

import pytest

from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.result import JobResult, ObjectRow, Outcome

VERDICT = {"WeldingClassification": "Good Weld", "votes": {"Good Weld": 2, "Contamination": 1}, "confidence": 0.6667}


def row(content: dict[str, Json], unwritten: str = "") -> ObjectRow:
    return ObjectRow.labeled("0", "weld", content, unwritten)


@pytest.mark.parametrize(
    ("label", "summary"),
    [
        ("Good Weld", "Good Weld"),
        ({"WeldingClassification": "Good Weld"}, "Good Weld"),
        (VERDICT, "Good Weld"),
        ({"a": "x", "b": "y"}, "x, y"),
        ({"votes": {"a": 1}}, '{"votes":{"a":1}}'),
        (3, "3"),
        ([1, "ü"], '[1,"ü"]'),
        ({}, "{}"),
        ("two\nlines", "two lines"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_label_of_any_shape_has_a_short_text(label: Json, summary: str) -> None:
    assert row({"weld": label}).label == summary


@pytest.mark.parametrize("content", [{"weld": VERDICT}, {**VERDICT, "weld": "Good Weld"}])
def test_figures_may_stand_inside_the_label_or_beside_it(content: dict[str, Json]) -> None:
    found = row(content)

    assert (found.confidence, found.votes) == (0.6667, {"Good Weld": 2, "Contamination": 1})


@pytest.mark.parametrize("odd", [None, "high", True, float("nan"), [1]])
def test_figures_of_another_kind_are_left_out(odd: Json) -> None:
    found = row({"weld": {"c": "x", "votes": odd, "confidence": odd}})

    assert (found.confidence, found.votes) == (None, {})


def test_everything_odd_is_told_in_one_line() -> None:
    found = row({"weld": {"c": "x", "tie": True, "problem": "one\nanswer is empty"}}, "the line has its own 'note'")

    assert found.problem == "one answer is empty; tie; the line has its own 'note'"


def test_the_counts_add_up_to_the_total() -> None:
    rows = [ObjectRow(str(index), outcome) for index, outcome in enumerate([*Outcome, Outcome.FAILED])]

    result = JobResult("job", S3Uri("welds", "m"), rows, 1)

    assert (result.total, result.labeled, result.failed, result.left_out, result.stopped) == (5, 1, 2, 1, 1)
