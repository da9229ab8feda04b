"""What is decided for each kind of field, end to end: from answers to the content of the output manifest."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tracemark.document import Json
from tracemark.marks import png
from tracemark.marks.mask import Mask, instances_json
from tracemark.marks.raster import Region
from tracemark_postlabel.fields import staple

if TYPE_CHECKING:
    from unit.postlabel.conftest import Consolidated

WELD = "WeldingClassification"
SIZE = {"width": 640, "height": 480}


def entry(object_id: str, *answers: Json) -> Json:
    annotations = [
        {"workerId": f"w{place}", "annotationData": {"content": json.dumps(answer)}}
        for place, answer in enumerate(answers)
    ]
    return {
        "datasetObjectId": object_id,
        "dataObject": {"s3Uri": f"s3://welds/{object_id}"},
        "annotations": annotations,
    }


def one(consolidated: Consolidated, *answers: Json, **more: Any) -> Any:
    return consolidated([entry("0", *answers)], **more)["0"]


def span(label: str, start: float, end: float, channel: str = "current") -> Json:
    return {"label": label, "channel": channel, "start": start, "end": end}


def box(label: str, left: float, top: float, width: float, height: float) -> Json:
    return {"label": label, "left": left, "top": top, "width": width, "height": height}


def boxes(*listed: Json, size: Json = SIZE) -> Json:
    return {"boundingBoxes": list(listed), "inputImageProperties": size}


def square(label: str, x: float, y: float, side: float) -> Json:
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    return {"label": label, "vertices": [{"x": x, "y": y} for x, y in corners]}


def test_each_question_of_a_page_has_its_verdict_under_its_name(consolidated: Consolidated) -> None:
    # Case 60: the second classifier stands before the first in the alphabet.
    answer = {WELD: {"label": "Lack of Fusion"}, "PhotoQuality": {"label": "sharp"}}

    found = one(consolidated, answer, answer, {**answer, "PhotoQuality": {"label": "blurred"}})

    assert (found[WELD], found["PhotoQuality"], found["main_field"]) == ("Lack of Fusion", "sharp", WELD)
    assert (found["votes"], found["confidence"], found["agreement"]) == ({"Lack of Fusion": 3}, 1.0, 1.0)
    assert found["fields"]["PhotoQuality"] == {
        "kind": "single choice",
        "votes": {"sharp": 2, "blurred": 1},
        "margin": 0.3333,
        "confidence": 0.6667,
        "agreement": 0.3333,
        "method": "majority",
        "workers": 3,
    }
    assert "problem" not in found


def test_the_categories_of_the_job_tell_the_main_question(consolidated: Consolidated) -> None:
    answer = {"A": {"label": "sharp"}, "Z": {"label": "Duck"}}

    found = one(consolidated, answer, answer, event={"labelCategories": ["Duck", "Goose"]})

    assert (found["main_field"], found["Z"], found["A"]) == ("Z", "Duck", "sharp")
    assert "problem" not in found


def test_several_choices_are_voted_for_one_by_one(consolidated: Consolidated) -> None:
    # Case 61.
    answers = [{"Defects": {"labels": labels}} for labels in (["Scratch", "Dent"], ["Scratch"], ["Rust", "Scratch"])]

    found = one(consolidated, *answers)

    assert found["Defects"] == ["Scratch"]
    assert found["votes"] == {"Dent": 1, "Rust": 1, "Scratch": 3}
    assert found["confidence"] == 0.6667
    assert found["agreement"] == pytest.approx((1 / 2 + 1 / 2 + 1 / 3) / 3, abs=1e-4)
    assert found["fields"]["Defects"]["confidences"] == {"Dent": 0.6667, "Rust": 0.6667, "Scratch": 1.0}


def test_a_category_that_is_not_the_jobs_is_left_out_of_several_choices(consolidated: Consolidated) -> None:
    answers = [{"Defects": {"labels": ["Dent", "Moon"]}}, {"Defects": {"labels": ["Dent"]}}]

    found = one(consolidated, *answers, event={"labelCategories": ["Dent", "Rust"]})

    assert (found["Defects"], found["votes"]) == (["Dent"], {"Dent": 2})
    assert found["problem"] == "1 of 2 answers could not be used: unknown category 'Moon'"


def test_who_gives_the_abstention_alone_votes_for_no_class_and_against_none(consolidated: Consolidated) -> None:
    answers = [{"Defects": {"labels": labels}} for labels in (["Dent"], ["Not sure"], ["Not sure"])]

    found = one(consolidated, *answers)

    assert (found["Defects"], found["workers"], found["confidence"]) == (["Dent"], 3, 0.0)


def test_that_nothing_applies_is_an_answer(consolidated: Consolidated) -> None:
    found = one(consolidated, {"Defects": {"labels": []}}, {"Defects": {"labels": []}})

    assert (found["Defects"], found["confidence"], found["agreement"]) == ([], 1.0, 1.0)


def test_the_abstention_is_known_in_any_spelling(consolidated: Consolidated) -> None:
    # Case 63.
    answers = [{"Weld": {"label": label}} for label in ("Not Sure", "not sure", "Crack")]

    found = one(consolidated, *answers)

    assert (found["Weld"], found["votes"], found["confidence"]) == ("Crack", {"Crack": 1}, 0.0)
    assert "tie" not in found


def test_the_abstention_is_spelled_as_the_job_spells_it(consolidated: Consolidated) -> None:
    answers = [{"Weld": {"label": label}} for label in ("Not Sure", "Not Sure", "Not sure")]

    found = one(consolidated, *answers, event={"labelCategories": ["Crack", "Not Sure"]})

    assert (found["Weld"], found["votes"]) == ("Not Sure", {})


def test_radio_groups_selects_and_toggles_are_choices(consolidated: Consolidated) -> None:
    given: list[list[tuple[bool, str, Json]]] = [
        [(True, "S355", True), (True, "S355", {"on": False}), (False, "S690", True)],
        [(False, "S690", False), (False, "S690", False), (False, "S690", True)],
        [(True, "S355", False), (True, "S355", False), (True, "S690", True)],
    ]
    payload = [
        entry(str(n), *({"pass": {"yes": yes, "no": not yes}, "steel": steel, "hot": hot} for yes, steel, hot in rows))
        for n, rows in enumerate(given)
    ]

    found = consolidated(payload)

    assert [found[n]["pass"] for n in "012"] == ["yes", "no", "yes"]
    assert [found[n]["steel"] for n in "012"] == ["S355", "S690", "S355"]
    assert [found[n]["hot"] for n in "012"] == [True, False, False]
    assert "comments" not in found["0"]


def test_a_radio_group_without_a_choice_is_told(consolidated: Consolidated) -> None:
    answers = [{"pass": {"yes": True, "no": False}}, {"pass": {"yes": False, "no": False}}]

    found = one(consolidated, *answers)

    assert (found["pass"], found["problem"]) == ("yes", "1 of 2 answers could not be used: no label under 'pass'")


def test_numbers_become_their_median(consolidated: Consolidated) -> None:
    found = one(consolidated, {"speed": 5}, {"speed": 6}, {"speed": 500}, {"speed": 6.0}, {"speed": "fast"})

    assert (found["speed"], found["workers"], found["confidence"]) == (6, 4, 0.5)
    assert {key: found["fields"]["speed"][key] for key in ("spread", "least", "most")} == {
        "spread": 0.5,
        "least": 5,
        "most": 500,
    }
    assert found["problem"] == "1 of 5 answers could not be used: not a finite number"


def test_texts_are_kept_and_equal_ones_counted(consolidated: Consolidated) -> None:
    found = one(consolidated, {"plate": "AB 12"}, {"plate": " AB 12"}, {"plate": "AB I2"}, {"plate": ""})

    assert (found["plate"], found["fields"]["plate"]["texts"]) == ("AB 12", {"AB 12": 2, "AB I2": 1})
    assert (found["confidence"], found["workers"]) == (0.6667, 3)


def test_texts_of_which_none_leads_have_no_verdict(consolidated: Consolidated) -> None:
    found = one(consolidated, {"plate": "AB"}, {"plate": "BA"})

    assert (found["plate"], found["tie"], found["confidence"]) == (None, True, 0.0)


def test_one_remark_beside_one_classifier_changes_nothing_of_the_content(consolidated: Consolidated) -> None:
    found = one(consolidated, {WELD: {"label": "Good Weld"}, "remark": "fine"})

    assert list(found) == [WELD, "votes", "confidence", "margin", "agreement", "method", "workers", "comments"]


def test_spans_that_most_marked_stand_with_the_median_of_their_ends(consolidated: Consolidated) -> None:
    # As hidden fields carry them.
    answers = [
        [span("Pore", 10, 20), span("Crack", 50, 60), span("Pore", 80, 81, "voltage")],
        [span("Pore", 11, 22), span("Pore", 51, 61)],
        [span("Pore", 14, 21), span("Crack", 52, 60)],
    ]

    found = one(consolidated, *({"marks": json.dumps(answer)} for answer in answers))

    pore, crack = sorted(found["marks"], key=lambda mark: mark["start"])
    assert pore == {**span("Pore", 11, 21), "confidence": 1.0, "votes": 3}
    assert crack == {**span("Crack", 51, 60), "confidence": 0.6667, "votes": 3, "labels": {"Crack": 2, "Pore": 1}}
    assert found["fields"]["marks"]["kind"] == "spans"


def test_points_in_time_meet_when_they_are_near(consolidated: Consolidated) -> None:
    answers = [[{"label": "Spike", "start": at}, span("Weld", 0, 1_000, "")] for at in (500, 503, 504)]

    found = one(consolidated, *({"marks": answer} for answer in answers))

    spike = next(mark for mark in found["marks"] if mark["label"] == "Spike")
    assert (spike["start"], spike["end"], spike["votes"]) == (503, 503, 3)


def test_that_there_is_nothing_to_mark_is_an_answer(consolidated: Consolidated) -> None:
    found = one(consolidated, {"marks": "[]"}, {"marks": "[]"}, {"marks": json.dumps([span("Pore", 1, 2)])})

    assert (found["marks"], found["confidence"]) == ([], 0.6667)


def test_a_mark_of_one_of_two_workers_stands_and_is_marked_as_tied(consolidated: Consolidated) -> None:
    found = one(consolidated, {"marks": [span("Pore", 1, 2)]}, {"marks": []})

    assert (found["marks"][0]["tie"], found["tie"], found["marks"][0]["confidence"]) == (True, True, 0.5)


def test_one_worker_alone_gives_marks_without_confidence(consolidated: Consolidated) -> None:
    found = one(consolidated, {"marks": [span("Pore", 1, 2)]})

    assert (found["marks"], found["confidence"]) == ([{**span("Pore", 1, 2), "confidence": 0.0, "votes": 1}], 0.0)


def test_boxes_are_matched_one_to_one(consolidated: Consolidated) -> None:
    answers = [
        boxes(box("Pore", 10, 10, 20, 20), box("Pore", 25, 10, 20, 20)),
        boxes(box("Pore", 12, 10, 20, 20), box("Pore", 26, 10, 20, 20)),
        boxes(box("Pore", 11, 12, 20, 20)),
    ]

    found = one(consolidated, *({"boxes": answer} for answer in answers))["boxes"]

    assert [(each["left"], each["top"], each["votes"]) for each in found["boundingBoxes"]] == [
        (11, 10, 3),
        (25.5, 10, 2),
    ]
    assert found["inputImageProperties"] == SIZE


def test_a_bad_mark_costs_nothing_else(consolidated: Consolidated) -> None:
    good = boxes(box("Pore", 10, 10, 20, 20))
    answers = [good, boxes(box("Pore", 10, 10, 20, 20), box("Pore", 700, 10, 20, 20)), {"boundingBoxes": {}}, good]

    found = one(consolidated, *({"boxes": answer, WELD: {"label": "Good Weld"}} for answer in answers))

    assert [each["votes"] for each in found["boxes"]["boundingBoxes"]] == [3]
    expected = "1 of 4 answers could not be used: not of the shape of boxes; 1 of 2 marks left out: outside the picture"
    assert found["fields"]["boxes"]["problem"] == expected
    assert found["problem"] == f"field 'boxes': {expected}"
    assert found["votes"] == {"Good Weld": 4}


def test_marks_on_a_picture_of_another_size_are_left_out(consolidated: Consolidated) -> None:
    answers = [boxes(box("Pore", 10, 10, 20, 20), size=size) for size in (SIZE, SIZE, {"width": 64, "height": 48})]

    found = one(consolidated, *({"boxes": answer} for answer in answers))

    assert found["problem"] == "1 of 3 answers could not be used: of another picture size"
    assert found["boxes"]["boundingBoxes"][0]["votes"] == 2


def test_marks_of_a_class_that_is_not_the_jobs_are_left_out(consolidated: Consolidated) -> None:
    answer = {"boxes": boxes(box("Pore", 10, 10, 20, 20), box("Moon", 50, 50, 20, 20), box("Pore", 90, 90, 20, 20))}

    found = one(consolidated, answer, event={"labelCategories": ["Pore"]})

    assert [each["label"] for each in found["boxes"]["boundingBoxes"]] == ["Pore", "Pore"]
    assert found["problem"] == "1 of 3 marks left out: unknown category"


def unlisted(kind: str) -> Json:
    """An answer in which everything is of a class that the job does not have."""
    whole = np.ones((4, 6), dtype=bool)
    answers = {
        "boxes": boxes(box("Moon", 10, 10, 20, 20)),
        "polygons": {"polygons": [square("Moon", 0, 0, 40)]},
        "spans": [span("Moon", 0, 1)],
        "entities": {"entities": [{"label": "Moon", "startOffset": 0, "endOffset": 4}]},
        "instances": instances_json([Region("Moon", 2, 2, whole)], (20, 20)),
        "mask": Mask(("Moon",), np.ones((4, 6), dtype=np.uint8)).to_json(),
    }
    return answers[kind]


@pytest.mark.parametrize("kind", ["boxes", "polygons", "spans", "entities", "instances", "mask"])
def test_who_only_marked_what_is_left_out_has_not_found_nothing(consolidated: Consolidated, kind: str) -> None:
    answer = {kind: unlisted(kind)}

    found = one(consolidated, answer, answer, answer, event={"labelCategories": ["Pore"]})

    assert (found[kind], found["workers"], found["confidence"]) == (None, 0, 0.0)
    assert "3 of 3 answers could not be used: every mark left out" in found["problem"]
    assert "unknown category" in found["problem"]


@pytest.mark.parametrize("bad", [box("Pore", 9, 9, 0, 5), box("Pore", 9, 9, -4, 5), box("Pore", 9000, 9, 5, 5)])
def test_boxes_that_are_none_do_not_say_that_there_is_nothing(consolidated: Consolidated, bad: Json) -> None:
    found = one(consolidated, {"boxes": boxes(bad)}, {"boxes": boxes(bad)}, {"boxes": boxes()})

    assert (found["boxes"]["boundingBoxes"], found["workers"], found["confidence"]) == ([], 1, 0.0)
    assert found["problem"].startswith("2 of 3 answers could not be used: every mark left out; 1 of 1 marks left out: ")
    assert found["problem"].endswith("(in 2 answers)")


@pytest.mark.parametrize("kind", ["boxes", "mask", "instances"])
def test_a_class_that_is_escaped_for_html_is_known_in_marks(consolidated: Consolidated, kind: str) -> None:
    answer = json.loads(json.dumps({kind: unlisted(kind)}).replace("Moon", "R&amp;D"))

    found = one(consolidated, answer, answer, event={"labelCategories": ["R&D"]})

    assert (found["workers"], found["confidence"], "problem" in found) == (2, 1.0, False)
    assert '"R&D"' in json.dumps(found[kind])


def test_polygons_become_the_outline_of_what_most_cover(consolidated: Consolidated) -> None:
    answers = [square("Bead", 0, 0, 40), square("Bead", 10, 0, 40), square("Bead", 0, 10, 40)]

    found = one(consolidated, *({"shape": {"polygons": [answer]}} for answer in answers))

    (polygon,) = found["shape"]["polygons"]
    # What two of the three squares cover is three rectangles of 10 and 30 around one of 30 by 30.
    assert area(polygon["vertices"]) == pytest.approx(30 * 30 + 2 * 10 * 30, rel=0.02)
    assert len(polygon["vertices"]) <= 12


def area(vertices: list[dict[str, float]]) -> float:
    x, y = np.array([(v["x"], v["y"]) for v in vertices]).T
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2


def test_polygons_that_are_the_same_are_kept_to_the_last_digit(consolidated: Consolidated) -> None:
    shape = {"polygons": [square("Bead", 0.1, 0.2, 40.3)]}

    found = one(consolidated, {"shape": shape}, {"shape": shape})

    assert found["shape"]["polygons"][0]["vertices"] == shape["polygons"][0]["vertices"]


def test_lines_have_no_direction_and_keypoints_meet_when_near(consolidated: Consolidated) -> None:
    ends = [((0, 0), (100, 50)), ((102, 50), (2, 0)), ((1, 0), (101, 50))]
    answers = [
        {
            "line": {"lines": [{"label": "Edge", "vertices": [{"x": x, "y": y} for x, y in pair]}], **size},
            "tip": {"keypoints": [{"label": "Tip", "x": 300 + place, "y": 200}], **size},
            "path": {"polylines": [{"label": "Seam", "vertices": [{"x": x, "y": place} for x in (0, 50, 90)]}], **size},
        }
        for place, pair in enumerate(ends)
        for size in [{"inputImageProperties": SIZE}]
    ]

    found = one(consolidated, *answers)

    assert found["tip"]["keypoints"][0] == {"label": "Tip", "x": 301, "y": 200, "confidence": 1.0, "votes": 3}
    assert sorted(vertex["x"] for vertex in found["line"]["lines"][0]["vertices"]) == [1, 101]
    assert found["path"]["polylines"][0]["vertices"] == [{"x": x, "y": 1} for x in (0, 50, 90)]


def test_entities_end_where_a_worker_ended_them(consolidated: Consolidated) -> None:
    answers = [
        {"text": {"entities": [{"startOffset": 4, "endOffset": end, "label": "part"}]}} for end in (10, 11, 14, 15)
    ]

    found = one(consolidated, *answers)

    expected = {"startOffset": 4, "endOffset": 11, "label": "part", "confidence": 1.0, "votes": 4}
    assert found["text"]["entities"] == [expected]


def painted(*rows: str) -> Json:
    pixels = np.array([[" PC".index(cell) for cell in row] for row in rows], dtype=np.uint8)
    return Mask(("Pore", "Crack"), pixels).to_json()


def test_masks_are_decided_thing_by_thing(consolidated: Consolidated) -> None:
    answers = [painted("PP  ", "PP C"), painted("PPP ", "P  C"), painted("P   ", "PP  ")]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    mask = Mask.parse(found["mask"])
    assert (mask.of(("Pore", "Crack")) == [[1, 1, 0, 0], [1, 1, 0, 2]]).all()
    assert found["fields"]["mask"]["pixels"] == {"Crack": 1, "Pore": 4}


def test_who_missed_a_painted_thing_is_not_asked_where_it_ends(consolidated: Consolidated) -> None:
    answers = [painted("PPPP   C"), painted("PPP    C"), painted("       C")]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    assert Mask.parse(found["mask"]).of(("Pore", "Crack")).tolist() == [[1, 1, 1, 1, 0, 0, 0, 2]]


def test_who_saw_a_painted_thing_is_asked_where_it_ends(consolidated: Consolidated) -> None:
    answers = [painted("PPPP   C"), painted("PPP    C"), painted("P      C")]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    assert Mask.parse(found["mask"]).of(("Pore", "Crack")).tolist() == [[1, 1, 1, 0, 0, 0, 0, 2]]


def test_another_class_speaks_for_the_extent_of_a_painted_thing(consolidated: Consolidated) -> None:
    answers = [painted("PPP "), painted("PP  "), painted("CCC ")]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    assert Mask.parse(found["mask"]).of(("Pore", "Crack")).tolist() == [[1, 1, 1, 0]]


def test_specks_of_several_workers_that_only_touch_are_no_thing(consolidated: Consolidated) -> None:
    answers = [painted("P   C"), painted(" P  C"), painted("  P C")]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    assert Mask.parse(found["mask"]).of(("Pore", "Crack")).tolist() == [[0, 0, 0, 0, 2]]


def test_a_mask_that_cannot_be_read_costs_one_answer(consolidated: Consolidated) -> None:
    good = painted("PP")
    broken = {**good, "labeledImage": {"pngImageData": base64.b64encode(b"no picture").decode()}}

    found = one(consolidated, *({"mask": answer} for answer in (good, broken, good, painted("P"))))

    assert Mask.parse(found["mask"]).pixels.shape == (1, 2)
    assert found["workers"] == 2
    assert "the picture of the mask cannot be read" in found["problem"]
    assert "of another picture size" in found["problem"]


@pytest.mark.parametrize("band", [1, 5, 1 << 20])
def test_a_mask_is_decided_in_one_way_however_many_rows_are_computed_at_once(
    consolidated: Consolidated, monkeypatch: pytest.MonkeyPatch, band: int
) -> None:
    monkeypatch.setattr(png, "BAND_PIXELS", band)
    random = np.random.default_rng(5)
    answers = [painted(*("".join(row) for row in random.choice(list(" PPPC"), (9, 7)))) for _ in range(3)]

    found = one(consolidated, *({"mask": answer} for answer in answers))

    assert (found["fields"]["mask"]["pixels"], found["confidence"]) == ({"Crack": 7, "Pore": 50}, 0.6935)


@pytest.mark.parametrize(
    ("bound", "said"),
    [("MOST_PIECES", "painted in more than 2 pieces"), ("MOST_PATTERNS", "painted in more than 1 different ways")],
)
def test_paint_that_takes_too_much_memory_is_refused_for_its_object(
    consolidated: Consolidated, monkeypatch: pytest.MonkeyPatch, bound: str, said: str
) -> None:
    monkeypatch.setattr(staple, bound, 2)

    found = one(consolidated, {"mask": painted("P P P"), "speed": 5}, {"mask": painted("P P P"), "speed": 5})

    assert (found["mask"], found["speed"]) == (None, 5)
    assert said in found["problem"]


def recolored(mask: Json, color: str) -> Json:
    """The same picture, whose class is said to have another color."""
    return {**mask, "labelMappings": {"Pore": {"color": color}}}


def test_who_painted_in_no_classs_color_has_not_found_nothing(consolidated: Consolidated) -> None:
    foreign = recolored(painted("PP  "), "#010203")

    found = one(consolidated, {"mask": foreign}, {"mask": foreign})

    assert (found["mask"], found["workers"]) == (None, 0)
    assert "4 painted pixels left out: in no class's color (in 2 answers)" in found["problem"]


def test_pixels_in_no_classs_color_are_told(consolidated: Consolidated) -> None:
    partly = {**painted("PPC "), "labelMappings": {"Pore": painted("P")["labelMappings"]["Pore"]}}

    found = one(consolidated, {"mask": partly}, {"mask": partly})

    assert found["fields"]["mask"]["pixels"] == {"Pore": 2}
    assert found["problem"] == "2 painted pixels left out: in no class's color (in 2 answers)"


def test_instances_are_matched_and_put_together(consolidated: Consolidated) -> None:
    answers = [instances_json([Region("Pore", 2, left, np.ones((4, 6), dtype=bool))], (20, 20)) for left in (2, 3, 4)]

    found = one(consolidated, *({"pores": answer} for answer in answers))

    (instance,) = found["pores"]["instances"]
    assert (instance["label"], instance["votes"], instance["confidence"]) == ("Pore", 3, 1.0)
    assert found["pores"]["inputImageProperties"] == {"width": 20, "height": 20}


def test_a_field_of_unknown_shape_is_kept_whole_and_named(consolidated: Consolidated) -> None:
    answers = [{WELD: {"label": "Good Weld"}, "odd": {"b": [1, "\ud800"]}}, {WELD: {"label": "Good Weld"}, "odd": [2]}]

    found = one(consolidated, *answers)

    assert found["odd"] == [[2], {"b": [1, "\\ud800"]}]
    assert found["problem"] == "field 'odd': its answers are of no known kind; all are kept as they are"
    assert found[WELD] == "Good Weld"


def test_a_value_too_deep_to_be_written_is_left_out(consolidated: Consolidated) -> None:
    deep = json.loads("[" * 500 + "]" * 500)

    found = one(consolidated, {WELD: {"label": "Good Weld"}, "odd": {"a": deep}})

    assert found["odd"] == []
    assert "1 of 1 answers could not be used: too large or nested too deeply" in found["problem"]


def test_a_field_that_is_called_as_a_figure_stands_among_the_fields(consolidated: Consolidated) -> None:
    found = one(consolidated, {WELD: {"label": "Good Weld"}, "votes": 5, "confidence": 7})

    assert found["votes"] == {"Good Weld": 1}
    assert (found["fields"]["votes"]["value"], found["fields"]["confidence"]["value"]) == (5, 7)


@pytest.mark.parametrize("name", ["problem", "votes", "confidence", "main_field"])
def test_a_remark_does_not_become_the_label_of_a_question_that_is_called_as_a_figure(
    consolidated: Consolidated, name: str
) -> None:
    answer = {name: {"label": "Burn Through"}, "remark": "blurred photo"}

    found = one(consolidated, answer, answer, answer)

    assert (found[WELD], found["fields"][name]["value"]) == ("Not sure", "Burn Through")
    assert f"the question '{name}' cannot be the main one" in found["problem"]
    assert "remark" not in found["problem"]


def test_a_select_of_several_choices_is_voted_on(consolidated: Consolidated) -> None:
    answers = [{"defects": ["Crack", "Pore"]}, {"defects": ["Crack"]}, {"defects": []}]
    payload = [entry("0", *answers), entry("1", *[{"defects": []}] * 3), entry("2", *[{"defects": []}] * 3)]

    found = consolidated(payload)

    assert (found["0"]["defects"], found["0"]["votes"]) == (["Crack"], {"Crack": 2, "Pore": 1})
    assert (found["1"]["defects"], found["1"]["fields"]["defects"]["kind"]) == ([], "several choices")


def test_boxes_of_which_most_workers_check_none_are_not_radio_buttons(consolidated: Consolidated) -> None:
    none, crack = {"Crack": False, "Pore": False}, {"Crack": True, "Pore": False}

    found = one(consolidated, {"defects": none}, {"defects": none}, {"defects": crack})

    assert (found["defects"], found["workers"], "problem" in found) == ([], 3, False)


def test_a_comment_on_a_choice_is_kept(consolidated: Consolidated) -> None:
    answer = {WELD: {"label": "Good Weld", "workerComment": "the photograph is of another weld"}}

    assert one(consolidated, answer)["comments"] == ["the photograph is of another weld"]


def test_an_object_that_nobody_marked_has_no_value(consolidated: Consolidated) -> None:
    payload = [entry("0", {"boxes": boxes(box("Pore", 1, 1, 2, 2))}), entry("1"), entry("2", {"other": 5})]

    found = consolidated(payload)

    assert (found["1"]["boxes"], found["1"]["problem"]) == (None, "nobody answered")
    assert (found["2"]["boxes"], found["2"]["problem"], found["2"]["other"]) == (None, "no answer under 'boxes'", 5)


def test_a_name_that_stands_twice_in_an_answer_costs_that_field(consolidated: Consolidated) -> None:
    content = '{"WeldingClassification": {"label": "Good Weld"}, "speed": 1, "speed": 2}'
    payload = [entry("0")]
    payload[0]["annotations"] = [{"workerId": "w", "annotationData": {"content": content}}]

    found = consolidated(payload)["0"]

    assert (found[WELD], found["problem"]) == ("Good Weld", "field 'speed' is left out: a name stands in it twice")
