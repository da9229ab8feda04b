"""Fields of every kind: what a job's labels and answers tell of them, and how far workers agree."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.finished_jobs import field_item, job

from tracemark.agreement.pixels import pixel_units
from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark.marks.mask import Mask
from tracemark_groundtruth.finished.field_agreement import (
    agreement_of_labels,
    agreement_of_numbers,
    agreement_of_sets,
)
from tracemark_groundtruth.finished.field_figures import FieldFigures, figures_of_fields
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.finished.summary import Summary

SIZE = {"width": 100, "height": 100}


def box(left: float, label: str = "Pore") -> dict[str, Json]:
    return {"label": label, "left": left, "top": 0, "width": 10, "height": 10}


def boxes(*marks: Json) -> Json:
    return {"boundingBoxes": list(marks), "inputImageProperties": SIZE}


def mask(*rows: str) -> Json:
    """Return a mask as an answer holds it, `.` for unpainted and `p` for a pore."""
    pixels = np.array([[int(cell == "p") for cell in row] for row in rows], dtype=np.uint8)
    return dict(Mask(("Pore",), pixels).to_json())


def figures(*items: Item) -> Mapping[str, FieldFigures]:
    return {each.name: each for each in figures_of_fields(job(items, ("Pore", "Crack")), "Not sure")}


def test_the_kind_that_labels_tell_goes_before_the_shape_of_the_answers() -> None:
    item = field_item(0, {"size": (Kind.NUMBER, 2)}, {"a": {"size": "2"}, "b": {"size": "2", "note": "x"}})

    found = figures(item)

    assert {name: each.kind for name, each in found.items()} == {"size": Kind.NUMBER, "note": Kind.TEXT}
    assert found["size"].is_main


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["Pore", "Crack"], Kind.SINGLE),
        (["Pore", "looks odd"], Kind.TEXT),
        ([{"x": True, "y": False}, {"x": False, "y": True}], Kind.SINGLE),
        ([{"x": True, "y": True}], Kind.SEVERAL),
        ([boxes()], Kind.BOXES),
        ([{"odd": 1}], Kind.UNKNOWN),
    ],
)
def test_a_kind_that_no_label_tells_comes_from_the_answers(values: list[Json], kind: Kind) -> None:
    answers = {f"w{place}": {"f": value} for place, value in enumerate(values)}

    assert figures(field_item(0, {}, answers))["f"].kind is kind


def test_boxes_are_compared_by_overlap_for_each_class_and_worker() -> None:
    answers = {"a": {"f": boxes(box(0), box(50, "Crack"))}, "b": {"f": boxes(box(2))}}
    item = field_item(0, {"f": (Kind.BOXES, boxes(box(1)))}, answers)

    found = figures(item)["f"]

    overlap = found.agreement.overlap
    assert overlap is not None
    assert overlap.whole.f1 == pytest.approx(2 / 3)
    assert overlap.whole.mean_overlap == pytest.approx(8 / 12)
    assert {name: each.f1 for name, each in overlap.by_class.items()} == {"Crack": 0, "Pore": 1}
    assert set(overlap.by_worker) == {"a", "b"}
    assert (found.labels, found.agreement.objects, found.answers) == ({"Pore": 1}, 1, 2)


def test_a_mask_of_another_size_and_one_that_cannot_be_read_are_compared_with_nothing() -> None:
    answers = {
        "a": {"f": mask("pp", "..")},
        "b": {"f": mask("p.", "..")},
        "c": {"f": mask("ppp")},
        "d": {"f": {"labelMappings": {}, "labeledImage": {"pngImageData": "no picture"}}},
    }

    found = figures(field_item(0, {}, answers))["f"]

    assert found.agreement.overlap is not None
    assert found.agreement.overlap.whole.mean_overlap == pytest.approx(0.5)
    assert (found.answers, set(found.agreement.overlap.by_worker)) == (4, {"a", "b"})


def test_pixels_that_somebody_painted_are_units() -> None:
    masks = [Mask.parse(mask("pp.", "...")), Mask.parse(mask("p..", "..."))]

    assert pixel_units(masks) == {(("Pore", 2),): 1, (("", 1), ("Pore", 1)): 1}


def test_spans_agree_by_length_and_a_field_left_empty_is_nothing_marked() -> None:
    span = [{"label": "Pore", "start": 0, "end": 10}]
    same = field_item(0, {}, {"a": {"f": span}, "b": {"f": span}})
    apart = field_item(1, {}, {"a": {"f": span}, "b": {"f": ""}})

    found = figures(same, apart)["f"].agreement

    # Half of the marked time is agreed on; by chance (3/4)² + (1/4)² would be.
    assert found.alpha == pytest.approx(1 - (1 / 2) / (1 - 10 / 16))
    assert (found.distance, set(found.by_class), found.objects) == ("unitized", {"Pore"}, 2)


def test_gamma_is_measured_where_it_is_asked_for_and_in_fields_of_spans_alone() -> None:
    span = [{"label": "Pore", "start": 0, "end": 10}]
    same = field_item(0, {}, {"a": {"f": span, "b": boxes(box(0))}, "b": {"f": span, "b": boxes(box(0))}})

    asked = Summary.of(job([same], ("Pore",)), {}, "Not sure", with_gamma=True)
    plain = Summary.of(job([same], ("Pore",)), {}, "Not sure")

    assert {each.name: each.gamma for each in asked.fields} == {"f": 1, "b": None}
    assert [asked.has_gamma, plain.has_gamma] == [True, False]
    assert {each["field"]: each["gamma"] for each in asked.to_json()["fields"]} == {"f": 1, "b": None}


def test_abstentions_count_as_no_answer() -> None:
    item = field_item(0, {}, {"a": {"f": {"label": "Pore"}}, "b": {"f": {"label": "Not sure"}}})

    assert figures(item)["f"].agreement.objects == 0


def test_several_choices_agree_in_part() -> None:
    found = agreement_of_sets([{"a": frozenset("xy"), "b": frozenset("x")}, {"a": frozenset("z"), "b": frozenset("z")}])

    assert found.pairs == 0.75
    assert found.alpha is not None
    assert 0 < found.alpha < 1
    assert found.by_class["z"] == 1


@given(
    st.lists(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xyz")), max_size=8),
    st.randoms(use_true_random=False),
)
def test_no_order_of_objects_or_workers_changes_a_measure(objects: list[dict[str, str]], dice: random.Random) -> None:
    shuffled = [dict(dice.sample(sorted(each.items()), len(each))) for each in dice.sample(objects, len(objects))]

    found, expected = agreement_of_labels(shuffled), agreement_of_labels(objects)
    assert (found.objects, found.pairs, found.by_worker) == (expected.objects, expected.pairs, expected.by_worker)
    assert found.alpha == pytest.approx(expected.alpha)
    assert found.by_class == pytest.approx(expected.by_class)
    sets = [{who: frozenset(label) for who, label in each.items()} for each in objects]
    again = [{who: frozenset(label) for who, label in each.items()} for each in shuffled]
    # A set of one label is that label: both measures say the same.
    assert agreement_of_sets(again).alpha == pytest.approx(expected.alpha)
    assert agreement_of_sets(again).pairs == pytest.approx(agreement_of_sets(sets).pairs)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(-50, 50)), max_size=6), st.sampled_from([0.5, 8.0]))
def test_another_unit_of_numbers_changes_no_measure(objects: list[dict[str, int]], scale: float) -> None:
    scaled = [{worker: value * scale for worker, value in each.items()} for each in objects]

    found, expected = agreement_of_numbers(scaled), agreement_of_numbers(list(objects))

    assert found.alpha == pytest.approx(expected.alpha)
    assert found.pairs == pytest.approx(expected.pairs)


def test_a_summary_counts_the_marks_of_a_job_about_marks() -> None:
    value = boxes(box(1), box(40), box(70, "Crack"))
    item = field_item(0, {"f": (Kind.BOXES, value)}, {"a": {"f": value}, "b": {"f": value}})

    found = Summary.of(job([item], ("Pore", "Crack")), {}, "Not sure")

    assert found.labels == {"Pore": 2, "Crack": 1}
    assert found.to_json()["fields"][0]["agreement"]["overlap"]["f1"] == 1


def test_a_label_in_the_built_in_style_tells_its_fields_in_our_shapes() -> None:
    content: dict[str, Json] = {
        "weld": {"annotations": [{"class_id": 1, "left": 1, "top": 2, "width": 3, "height": 4}], "image_size": [SIZE]},
        "weld-metadata": {"class-map": {"0": "Crack", "1": "Pore"}, "objects": [{"confidence": 0.9}]},
        "weld-figures": {
            "size": 3,
            "main_field": "marks",
            "fields": {"marks": {"kind": "boxes", "confidence": 0.8}, "size": {"kind": "number"}},
        },
    }

    found = ConsolidatedLabel.of_content(content, "weld")

    assert (found.classifier, found.name, found.fields.kind) == ("marks", "1 Pore", Kind.BOXES)
    assert found.fields.by_name["size"].value == 3
    assert found.fields.by_name["marks"].value == {
        "boundingBoxes": [{"label": "Pore", "left": 1, "top": 2, "width": 3, "height": 4, "confidence": 0.9}],
        "inputImageProperties": SIZE,
    }


@pytest.mark.parametrize("odd", [None, 3, [], {}, {"other": {}}])
def test_figures_of_fields_that_are_none_are_not_told(odd: Json) -> None:
    content: dict[str, Json] = {"weld": {"marks": "x", "main_field": "marks", "fields": odd}}

    assert ConsolidatedLabel.of_content(content, "weld").fields.by_name == {}
