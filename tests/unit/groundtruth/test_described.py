"""What a table shows of a label of any kind."""

from __future__ import annotations

import pytest

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.described import describe
from tracemark.document import Json
from tracemark_groundtruth.job.result import ObjectRow

MARKS = [{"label": "Pore", "start": 1, "end": 2}, {"label": "Crack", "start": 1}, {"label": "Pore", "start": 5}]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Good Weld", "Good Weld"),
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (6, "6"),
        (0.5, "0.5"),
        (["Dent", "Rust"], "Dent, Rust"),
        ([], ""),
        (MARKS, "1 Crack, 2 Pore"),
        ({"boundingBoxes": MARKS, "inputImageProperties": {}}, "1 Crack, 2 Pore"),
        ({"boundingBoxes": []}, "nothing marked"),
        ({"instances": MARKS[:1], "labeledImage": {}}, "1 Pore"),
        ({"labelMappings": {"Pore": {"color": "#000000"}}, "labeledImage": {}}, "1 Pore"),
        ({"odd": 1}, None),
        ([1], None),
    ],
)
def test_a_value_of_any_kind_is_described_in_a_few_words(value: Json, text: str | None) -> None:
    assert describe(value) == text


LABEL = {
    "Weld": "Good Weld",
    "Quality": "sharp",
    "votes": {"Good Weld": 3},
    "confidence": 1.0,
    "main_field": "Weld",
    "fields": {"Weld": {"kind": "single choice"}, "Quality": {"kind": "single choice"}},
}


def test_of_a_label_with_several_fields_the_main_one_is_shown() -> None:
    label = ConsolidatedLabel.of_line({"Job": LABEL}, "Job", ())

    assert label is not None
    assert (label.name, label.classifier, label.confidence, label.votes) == ("Good Weld", "Weld", 1.0, {"Good Weld": 3})
    assert ObjectRow.labeled("0", "Job", {"Job": LABEL}, "").label == "Good Weld"


def test_marks_are_shown_by_their_classes() -> None:
    content = {"Job": {"marks": MARKS, "confidence": 0.5, "main_field": "marks", "fields": {}}}

    assert ObjectRow.labeled("0", "Job", content, "").label == "1 Crack, 2 Pore"
    label = ConsolidatedLabel.of_line(content, "Job", ())
    assert label is not None
    assert label.name == "1 Crack, 2 Pore"
