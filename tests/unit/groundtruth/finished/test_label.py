"""Labels read from manifest lines of every style, odd ones included."""

from __future__ import annotations

import pytest

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.document import Json

CLASSES = ("Good Weld", "Burn Through")


def test_a_label_in_our_style_tells_everything() -> None:
    content: dict[str, Json] = {
        "WeldingClassification": "Good Weld",
        "confidence": 0.6667,
        "votes": {"Burn Through": 1, "Good Weld": 2},
        "margin": 0.3333,
        "agreement": 0.3333,
        "method": "weighted",
        "workers": 3,
        "tie": True,
        "problem": "one answer is empty",
        "comments": ["a pore"],
    }

    found = ConsolidatedLabel.of_line({"weld": content}, "weld", CLASSES)

    assert found == ConsolidatedLabel(
        "Good Weld",
        "WeldingClassification",
        0.6667,
        {"Good Weld": 2, "Burn Through": 1},
        0.3333,
        0.3333,
        "weighted",
        True,
        "one answer is empty",
        ("a pore",),
    )


def test_a_label_in_the_built_in_style_is_named_by_its_metadata() -> None:
    line: dict[str, Json] = {
        "weld": 1,
        "weld-metadata": {"class-name": "Burn Through", "confidence": 0.95},
        "weld-figures": {"votes": {"Burn Through": 4}, "method": "majority"},
    }

    found = ConsolidatedLabel.of_line(line, "weld", CLASSES)

    assert found == ConsolidatedLabel("Burn Through", confidence=0.95, votes={"Burn Through": 4}, method="majority")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ({"weld": 1}, "Burn Through"),
        ({"weld": 7}, "7"),
        ({"weld": 0, "weld-metadata": {"class-map": {"0": "Crack"}}}, "Crack"),
        ({"weld": "Good Weld"}, "Good Weld"),
        ({"weld": {"a": "x", "b": "y"}}, "x, y"),
        ({"weld": {"c": "two\nlines"}}, "two lines"),
        ({"weld": {"c": "\ud800"}}, "\\ud800"),
        ({"weld": {"votes": {"a": 1}}}, '{"votes":{"a":1}}'),
    ],
)
def test_a_label_of_any_shape_has_a_name(line: dict[str, Json], name: str) -> None:
    found = ConsolidatedLabel.of_line(line, "weld", CLASSES)

    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("odd", [None, "high", True, float("nan"), float("inf"), 10**400, [1], {"a": "b"}, {"a": -1}])
def test_figures_of_another_kind_count_as_not_told(odd: Json) -> None:
    figures = {key: odd for key in ("confidence", "votes", "margin", "agreement", "comments")}

    found = ConsolidatedLabel.of_line({"weld": {"c": "x", **figures}}, "weld", CLASSES)

    assert found == ConsolidatedLabel("x", "c")


def test_a_line_without_the_attribute_has_no_label() -> None:
    assert ConsolidatedLabel.of_line({"source": "s3://welds/1.json"}, "weld", CLASSES) is None
