"""Why a label changed in the final pass, in words that its votes bear out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark_groundtruth.finished.change import SAME_LABEL, Change, Fate


def change(before: ConsolidatedLabel, after: ConsolidatedLabel) -> Change:
    return Change.between("0", "s3://welds/0.json", before, after)


@pytest.mark.parametrize(
    ("after", "votes", "reason"),
    [
        ("Bad", {"Good": 2, "Bad": 1}, "outvoted 1 to 2, but all answers of the job speak for the workers who gave it"),
        ("Bad", {"Bad": 1, "Good": 1}, "a tie of 1 each, decided by what all answers of the job tell of the workers"),
        ("Bad", {"Bad": 3, "Good": 1}, "has the most votes, 3 of 4, and all answers of the job do not outweigh them"),
        ("Not sure", {}, "no worker named a class"),
    ],
)
def test_the_reason_is_told_by_the_votes(after: str, votes: Mapping[str, int], reason: str) -> None:
    found = change(ConsolidatedLabel("Good", confidence=0.6), ConsolidatedLabel(after, confidence=0.7, votes=votes))

    assert (found.fate, found.reason) == (Fate.CHANGED, reason)
    assert (found.before, found.after, found.confidence_before, found.confidence_after) == ("Good", after, 0.6, 0.7)


def test_other_votes_than_before_are_named() -> None:
    before = ConsolidatedLabel("Good", votes={"Good": 2})

    found = change(before, ConsolidatedLabel("Bad", votes={"Bad": 3, "Good": 2}))

    assert found.reason.endswith("; other votes counted before: Good 2")


def test_the_same_label_is_confirmed() -> None:
    found = change(ConsolidatedLabel("Good", confidence=0.6), ConsolidatedLabel("Good", confidence=0.9))

    assert (found.fate, found.reason) == (Fate.CONFIRMED, SAME_LABEL)


def test_an_object_that_is_kept_without_a_label_says_null() -> None:
    line = Change.kept("3", "s3://welds/3.json", None, "it has no label: no worker answered this object").to_json()

    assert (line["outcome"], line["before"], line["after"], line["confidence_after"]) == ("kept", None, None, None)
    assert line["reason"] == "it has no label: no worker answered this object"
