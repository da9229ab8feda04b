"""Lines of an output manifest with another label: what changes on them, and what stays."""

from __future__ import annotations

from typing import Any

import pytest

from tracemark.document import Json
from tracemark_groundtruth.finished.decisions import NewLabel
from tracemark_groundtruth.finished.relabeling import Kept, Relabeling, class_number

FIGURES = {"votes": {"Good": 2, "Bad": 1}, "margin": 0.4, "confidence": 0.8125, "agreement": 0.3, "method": "ensemble"}
GOOD = NewLabel("Good", 1, {**FIGURES, "workers": 3})


def relabeled(line: Json, label: NewLabel = GOOD, **numbers: int) -> Any:
    return Relabeling("weld", "choice", numbers).line(line, label)


def test_only_the_decided_field_and_its_figures_change() -> None:
    line = {
        "source": "s3://welds/0.json",
        "weld": {"choice": "Bad", "remark": "odd", "confidence": 0.5, "tie": True, "problem": "one", "comments": ["x"]},
        "weld-metadata": {"job-name": "labeling-job/welds", "creation-date": "2021-11-01T17:42:26"},
        "other": [1],
    }

    found = relabeled(line)

    label = {"choice": "Good", "remark": "odd", "problem": "one", "comments": ["x"], **FIGURES, "workers": 3}
    assert found == {**line, "weld": label}


def test_the_figures_of_the_main_field_change_in_the_list_of_fields_too() -> None:
    fields = {"choice": {"kind": "single", "confidence": 0.5, "tie": True}, "parts": {"kind": "boxes", "confidence": 1}}
    line = {"source": "a", "weld": {"choice": "Bad", "parts": [], "main_field": "choice", "fields": fields}}

    found = relabeled(line)["weld"]

    assert found["fields"] == {"choice": {"kind": "single", **FIGURES, "workers": 3}, "parts": fields["parts"]}
    assert (found["choice"], found["parts"], found["main_field"]) == ("Good", [], "choice")


@pytest.mark.parametrize(
    "label", [{"other": "Bad", "confidence": 1}, {"choice": "Bad", "parts": [], "main_field": "parts", "fields": {}}]
)
def test_a_label_about_another_field_is_kept(label: Json) -> None:
    found = relabeled({"source": "a", "weld": label})

    assert found == Kept("its label is not about 'choice', which the job is about")


def test_a_class_index_gets_the_number_that_the_manifest_knows() -> None:
    metadata = {"class-name": "Bad", "confidence": 0.5, "class-map": {"0": "Bad"}, "type": "groundtruth/custom"}
    line = {"source": "a", "weld": 0, "weld-metadata": metadata, "weld-figures": {"votes": {"Bad": 1}, "tie": True}}

    found = relabeled(line, Bad=0, Good=7)

    assert (found["weld"], found["weld-metadata"]) == (
        7,
        {**metadata, "class-name": "Good", "confidence": 0.81, "class-map": {"0": "Bad", "7": "Good"}},
    )
    figures = {key: value for key, value in GOOD.figures.items() if key != "confidence"}
    assert found["weld-figures"] == figures


def test_a_line_of_a_built_in_job_gets_no_further_keys() -> None:
    line = {"source-ref": "a", "weld": 0, "weld-metadata": {"class-name": "Bad", "confidence": 0.5}}

    found = relabeled(line, Bad=0)

    assert found == {"source-ref": "a", "weld": 1, "weld-metadata": {"class-name": "Good", "confidence": 0.81}}


def test_a_class_whose_number_means_another_class_is_not_written() -> None:
    line = {"source": "a", "weld": 1, "weld-metadata": {"class-name": "Bad"}}

    assert relabeled(line, Bad=1) == Kept("no number is known for the class 'Good'")


def test_a_plain_label_is_replaced() -> None:
    assert relabeled({"source": "a", "weld": "Bad"}) == {"source": "a", "weld": "Good"}


@pytest.mark.parametrize("label", [[1], 3, True, 0.5])
def test_a_label_of_another_form_is_kept(label: Json) -> None:
    assert relabeled({"source": "a", "weld": label}) == Kept("its label is neither an object nor a class")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"weld": 3, "weld-metadata": {"class-name": "Bad"}}, ("Bad", 3)),
        ({"weld": 3}, None),
        ({"weld": True, "weld-metadata": {"class-name": "Bad"}}, None),
        ({"weld": {"choice": "Bad"}, "weld-metadata": {}}, None),
    ],
)
def test_the_number_of_a_class_is_read_where_a_line_tells_it(line: Json, expected: Any) -> None:
    assert class_number(line, "weld") == expected
