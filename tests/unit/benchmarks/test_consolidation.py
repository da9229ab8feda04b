"""The consolidation benchmark on any set of answers."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from answer_sets import csv_set
from consolidation import auroc, calibration_error, ours

from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.consolidation.weighted import Weighted


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Answers of three workers to twelve tasks, the third of whom is always wrong; their truth lies beside them."""
    said = [(task, worker, "x" if worker == "carl" else "ab"[task % 2]) for task in range(12) for worker in WORKERS]
    lines = ["task,worker,label", *(f"t{task},{worker},{label}" for task, worker, label in said)]
    (tmp_path / "my-answers.csv").write_text("\n".join(lines), encoding="utf-8")
    truth = ["task,label", *(f"t{task},{'ab'[task % 2]}" for task in range(12))]
    (tmp_path / "my-truth.csv").write_text("\n".join(truth), encoding="utf-8")
    return tmp_path / "my-answers.csv"


WORKERS = ("anna", "ben", "carl")


def test_rows_have_every_number_of_answers_and_every_batch(answers: Path) -> None:
    rows = ours(csv_set(answers, None), Weighted())

    assert {(row.answers, row.batch, row.memory) for row in rows} == {
        (count, batch, memory)
        for count in (1, 2, 3)
        for batch in (5, 10, 50, "all")
        for memory in ((False, True) if batch != "all" else (False,))
    }
    assert {row.accuracy for row in rows if row.answers == 3} == {1.0}
    assert list(asdict(rows[0])) == [
        "data",
        "method",
        "answers",
        "batch",
        "memory",
        "accuracy",
        "brier",
        "auroc",
        "ece",
        "seconds",
    ]


def test_only_the_first_answers_are_used(answers: Path) -> None:
    carl_first = answers.read_text(encoding="utf-8").splitlines()
    carl_first[1:] = sorted(carl_first[1:], key=lambda line: "carl" not in line)
    answers.write_text("\n".join(carl_first), encoding="utf-8")

    rows = ours(csv_set(answers, None), Majority())

    assert {row.accuracy for row in rows if row.answers == 1} == {0.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "must name task,worker,label, and names nothing"),
        ("task,label\nt0,a", "no column worker"),
        ("task,worker,label", "no line below the first"),
        ("task,worker,label\nt0,anna", "line 2: no label"),
        ("task,worker,label\nother,anna,a", "none of its tasks is in"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_in_one_line(answers: Path, text: str, said: str) -> None:
    answers.write_text(text, encoding="utf-8")

    with pytest.raises(SystemExit, match=re.escape(said)) as refused:
        csv_set(answers, None)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["there is none.csv", "latin.csv"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "latin.csv").write_bytes("task,worker,label\nt,w,é".encode("latin-1"))

    with pytest.raises(SystemExit, match=rf"{name}: cannot be read"):
        csv_set(tmp_path / name, None)


def test_a_set_without_truth_says_where_it_was_looked_for(answers: Path) -> None:
    answers.with_name("my-truth.csv").unlink()

    with pytest.raises(SystemExit, match=r"tried my-truth\.csv, .* --truth"):
        csv_set(answers, None)


def test_confidence_that_ranks_all_right_labels_first_has_an_auroc_of_one() -> None:
    assert auroc([(True, 0.9), (True, 0.8), (False, 0.7)]) == 1.0
    assert auroc([(True, 0.5), (False, 0.5)]) == 0.5
    assert auroc([(True, 0.5)]) is None


def test_calibration_error_is_the_mean_distance_of_confidence_from_being_right() -> None:
    assert calibration_error([(True, 0.75), (False, 0.75)]) == pytest.approx(0.25)
