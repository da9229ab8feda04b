"""A job in figures: workers, known labels, progress."""

from __future__ import annotations

import json

import pytest
from support.finished_jobs import item, job

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark_groundtruth.finished.reliability import Judged, Reliability
from tracemark_groundtruth.finished.summary import Summary
from tracemark_groundtruth.finished.worker_row import WorkerRow, worker_rows

ABSTAIN = "Not sure"
GOOD = ConsolidatedLabel("Good Weld", confidence=0.9)


def rows(*items: object, **known: str) -> dict[str, WorkerRow]:
    return {row.worker: row for row in worker_rows(items, known, ABSTAIN)}  # type: ignore[arg-type]


def test_a_worker_is_compared_only_where_others_voted_too() -> None:
    found = rows(
        item(0, {"a": "Good Weld", "b": "Burn Through", "c": "Good Weld"}, GOOD),
        item(1, {"a": "Good Weld"}, GOOD),
        item(2, {"a": "Good Weld", "b": "Not sure"}, GOOD),
    )

    assert [(found[who].answers, found[who].abstained, found[who].consensus) for who in "ab"] == [
        (3, 0, 1.0),
        (2, 1, 0.0),
    ]


def test_a_tie_says_nothing_of_those_who_made_it() -> None:
    found = rows(
        item(0, {"a": "Burn Through", "b": "Good Weld"}, ConsolidatedLabel("Burn Through", confidence=0.5)),
        item(1, {"a": "Good Weld", "b": "Good Weld"}, GOOD),
    )

    assert [(row.answers, row.consensus) for row in found.values()] == [(2, 1.0), (2, 1.0)]


def test_gold_and_true_labels_score_votes_not_abstentions() -> None:
    items = [
        item(0, {"a": "Good Weld", "b": "Not sure"}, GOOD, gold="Burn Through"),
        item(1, {"a": "Good Weld", "b": "Burn Through"}, GOOD),
    ]

    found = {row.worker: row for row in Summary.of(job(items), {"1": "Good Weld"}, ABSTAIN).workers}

    assert [(row.known, row.right) for row in found.values()] == [(2, 0.5), (1, 0.0)]


def test_a_speeder_is_much_faster_than_the_others_for_several_answers() -> None:
    items = [item(index, {"a": "x", "b": "x"}, GOOD, seconds=12.0) for index in range(6)]
    items += [item(index, {"fast": "x"}, GOOD, seconds=2.0) for index in range(6, 11)]
    items += [item(index, {"new": "x"}, GOOD, seconds=2.0) for index in range(11, 13)]

    assert {row.worker for row in rows(*items).values() if row.is_speeder} == {"fast"}


def test_reliability_of_labels_whose_truth_is_known() -> None:
    judged = [Judged(0.9, True), Judged(0.95, False), Judged(0.2, False), Judged(None, True)]

    found = Reliability.of(judged)

    assert found is not None
    assert (found.known, found.accuracy) == (4, 0.5)
    assert found.brier == pytest.approx((0.1**2 + 0.95**2 + 0.2**2) / 3)
    assert [(each.labels, each.right) for each in found.bins] == [(1, 0.0), (2, 0.5)]
    assert found.calibration_error == pytest.approx((1 * 0.2 + 2 * abs(0.925 - 0.5)) / 3)


def test_without_known_labels_there_is_no_reliability() -> None:
    assert Summary.of(job([item(0, {"a": "x"}, GOOD)]), {}, ABSTAIN).reliability is None


def test_classes_without_a_label_are_counted_as_none() -> None:
    found = Summary.of(job([item(0, {"a": "Good Weld"}, GOOD), item(1, {}, None)]), {}, ABSTAIN)

    assert found.labels == {"Good Weld": 1, "Burn Through": 0, "Not sure": 0}
    assert found.progress.to_json() == {
        "finished": True,
        "objects": 2,
        "labeled": 1,
        "failed": 1,
        "left_out": 0,
        "waiting": 0,
        "answers": 1,
        "ties": 0,
        "problems": 1,
    }


def test_the_figures_of_a_job_that_has_no_answers_are_json() -> None:
    found = json.dumps(Summary.of(job([]), {}, ABSTAIN).to_json(), allow_nan=False)

    assert json.loads(found)["agreement"]["krippendorff_alpha"] is None
