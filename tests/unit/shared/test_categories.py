"""Label categories: distinct names in an order that matters."""

from __future__ import annotations

import json

import pytest

from tracemark.contract.categories import WELDING_CATEGORIES, Categories
from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument

SOURCE = "s3://bucket/labels.json"


def test_the_order_of_the_names_is_kept() -> None:
    found = Categories.parse(Node(["b", "a", "c"], SOURCE))

    assert found.names == ("b", "a", "c")


def test_a_name_is_a_member_and_another_case_is_not() -> None:
    categories = Categories(("Good Weld",))

    assert ("Good Weld" in categories, "good weld" in categories) == (True, False)


def test_the_welding_job_has_the_seed_s_seven() -> None:
    assert WELDING_CATEGORIES.names == (
        "Good Weld",
        "Burn Through",
        "Contamination",
        "Lack of Fusion",
        "Lack of Shielding Gas",
        "High Travel Speed",
        "Not sure",
    )


def test_ground_truth_s_category_file_is_read() -> None:
    file = {"document-version": "2018-11-28", "labels": [{"label": "good"}, {"label": "bad"}]}

    found = Categories.parse_file(json.dumps(file).encode(), SOURCE)

    assert found == Categories(("good", "bad"))


@pytest.mark.parametrize(
    ("names", "cause"),
    [
        ([], "expected 1 to 1,000 category names"),
        ([str(number) for number in range(1_001)], "expected 1 to 1,000 category names"),
        (["a", "x" * 201], "expected names of at most 200 characters"),
        (["a", "b", "a"], "category 'a' is listed twice"),
        (["a", ""], "expected a string that is not empty"),
        (["a", None], "expected a string"),
        ({"a": 1}, "expected a list"),
    ],
)
def test_a_wrong_list_is_refused_with_its_document_and_cause(names: Json, cause: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        Categories.parse(Node(names, SOURCE, "labels"))

    assert str(refusal.value).startswith(f"{SOURCE}: ")
    assert cause in str(refusal.value)


def test_names_at_both_bounds_are_read() -> None:
    names = [f"{number:0200}" for number in range(1_000)]

    assert len(Categories.parse(Node(names, SOURCE)).names) == 1_000


@pytest.mark.parametrize(
    ("file", "key"),
    [({}, "labels"), ({"labels": ["good"]}, "labels[0]"), ({"labels": [{"name": "good"}]}, "label"), ([], "object")],
)
def test_a_wrong_category_file_is_refused_with_its_key(file: Json, key: str) -> None:
    with pytest.raises(InvalidDocument) as refusal:
        Categories.parse_file(json.dumps(file).encode(), SOURCE)

    assert key in str(refusal.value)
