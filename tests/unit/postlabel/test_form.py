"""Which fields a page has, of which kinds they are, and which one the job is about."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark_postlabel.answers import Answer, UnusableAnswer
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.form import DEFAULT_CLASSIFIER, Form, sheet_of
from tracemark_postlabel.poll import Poll

WELDS = ("Good Weld", "Burn Through")
LISTED = Slate.listed(WELDS, "Not sure")
OPEN = Slate.open(WELDS, "Not sure")


def polls(*answers: dict[str, Json]) -> list[Poll]:
    """Return one object for each answer, all of one worker."""
    return [Poll(str(place), ((Answer(WorkerId("w1"), fields),),)) for place, fields in enumerate(answers)]


def kinds(*answers: dict[str, Json], slate: Slate = LISTED) -> dict[str, Kind]:
    return {plan.name: plan.kind for plan in Form.of(polls(*answers), slate, None).fields}


def main(*answers: dict[str, Json], slate: Slate = LISTED) -> str:
    return Form.of(polls(*answers), slate, None).main.name


def test_the_main_field_is_the_classifier_whose_labels_are_the_jobs_categories() -> None:
    answer = {"PhotoQuality": {"label": "sharp"}, "Weld": {"label": "Good Weld"}}

    assert main(answer, answer) == "Weld"
    assert main(answer, answer, slate=OPEN) == "Weld"


def test_a_field_of_other_labels_is_open_and_one_of_the_jobs_categories_is_not() -> None:
    answer = {"Quality": {"label": "sharp"}, "Weld": {"label": "Good Weld"}, "Second": {"label": "Burn Through"}}

    form = Form.of(polls(answer), LISTED, None)

    assert {plan.name: plan.slate.is_open for plan in form.fields} == {"Quality": True, "Weld": False, "Second": False}


def test_of_two_classifiers_of_unknown_labels_the_first_on_the_page_is_the_main_one() -> None:
    answer = {"weld": {"label": "Duck"}, "bird": {"label": "Duck"}}

    assert main(answer, answer, slate=OPEN) == "weld"


def test_the_name_in_most_answers_comes_before_the_first_on_the_page() -> None:
    both = {"weld": {"label": "Duck"}, "bird": {"label": "Duck"}}

    assert main(both, {"bird": {"label": "Duck"}}, slate=OPEN) == "bird"


def test_boxes_of_the_jobs_categories_come_before_a_classifier_of_others() -> None:
    boxes = {"boundingBoxes": [{"label": "Good Weld", "left": 1, "top": 1, "width": 2, "height": 2}]}

    assert main({"quality": {"label": "sharp"}, "marks": boxes}) == "marks"


def test_a_classifier_comes_before_several_choices_of_the_same_labels() -> None:
    assert main({"all": {"labels": ["Good Weld"]}, "worst": {"label": "Good Weld"}}) == "worst"


def test_without_a_field_that_has_labels_a_number_comes_before_a_remark() -> None:
    assert main({"remark": "fine", "speed": 5}) == "speed"


@pytest.mark.parametrize("answers", [(), ({"x": {"y": 1}},), ({"remark": ""},)])
def test_without_a_field_of_a_known_kind_the_welding_name_is_taken(answers: Sequence[dict[str, Json]]) -> None:
    assert main(*answers) == "WeldingClassification"


@pytest.mark.parametrize("name", ["votes", "problem", "fields", "main_field"])
def test_a_name_that_stands_beside_verdicts_is_no_main_field(name: str) -> None:
    answer: dict[str, Json] = {name: {"label": "Good Weld"}, "other": {"label": "Duck"}}
    form, as_good = Form.of(polls(answer), LISTED, None), Form.of(polls(answer), Slate.open((), "Not sure"), None)

    assert (form.main.name, f"the question '{name}' cannot be the main one" in form.problem) == (
        DEFAULT_CLASSIFIER,
        True,
    )
    assert (as_good.main.name, as_good.problem) == ("other", "")


def test_a_main_field_that_is_set_is_taken_even_when_nobody_answered_it() -> None:
    form = Form.of(polls({"weld": {"label": "Good Weld"}}), LISTED, "bird")

    assert (form.main.name, form.main.kind, [plan.name for plan in form.others]) == ("bird", Kind.SINGLE, ["weld"])


def test_radio_buttons_are_one_choice_and_boxes_that_are_checked_together_several() -> None:
    radio = [{"a": True, "b": False}, {"a": False, "b": True}, {"a": False, "b": False}]
    boxes = [{"a": True, "b": False}, {"a": True, "b": True}]

    assert kinds(*({"field": value} for value in radio)) == {"field": Kind.SINGLE}
    assert kinds(*({"field": value} for value in boxes)) == {"field": Kind.SEVERAL}
    assert kinds({"field": {"agree": True}}) == {"field": Kind.SEVERAL}


def test_one_answer_with_two_radio_buttons_makes_no_boxes_of_a_whole_job() -> None:
    radio: list[dict[str, Json]] = [{"field": {"a": True, "b": False}}] * 40

    assert kinds(*radio, {"field": {"a": True, "b": True}}) == {"field": Kind.SINGLE}


def test_a_select_is_told_from_a_remark_by_the_jobs_categories_or_by_repetition() -> None:
    steels: list[dict[str, Json]] = [{"steel": "S355", "remark": ""}] * 4 + [{"steel": "S690", "remark": ""}] * 4
    remarks: list[dict[str, Json]] = [{"remark": f"seen {n}"} for n in range(9)]

    assert kinds({"Weld": "Good Weld"}) == {"Weld": Kind.SINGLE}
    assert kinds(*steels) == {"steel": Kind.SINGLE}
    assert kinds(*remarks) == {"remark": Kind.TEXT}
    assert kinds(*steels[:2], *steels[-2:]) == {"steel": Kind.TEXT}


def test_the_kind_is_that_of_most_answers() -> None:
    assert kinds({"x": 5}, {"x": 6}, {"x": "seven"}, {"x": {"odd": 1}}) == {"x": Kind.NUMBER}
    assert kinds({"x": 5}, {"x": {"odd": 1}}) == {"x": Kind.NUMBER}
    assert kinds({"x": {"odd": 1}}, {"x": {"odd": 2}}, {"x": 5}) == {"x": Kind.UNKNOWN}


def test_the_fields_stand_in_the_order_of_the_page() -> None:
    answer = {"z": 1, "a": {"label": "Good Weld"}, "m": True}

    assert list(kinds(answer, answer)) == ["z", "a", "m"]


LABELS = [{"label": "Good Weld"}, {"label": "sharp"}, {"labels": ["a"]}, {"a": True, "b": False}]
values = st.sampled_from([*LABELS, 5, "text", "", True, [], {}])


@given(st.lists(st.dictionaries(st.sampled_from("abc"), values), max_size=8), st.randoms(use_true_random=False))
def test_the_form_does_not_depend_on_the_order_of_answers(answers: list[dict[str, Any]], chance: random.Random) -> None:
    found = polls(*answers)

    assert Form.of(chance.sample(found, len(found)), LISTED, None) == Form.of(found, LISTED, None)


def test_a_sheet_holds_the_last_value_of_each_worker_and_no_others() -> None:
    anna, ben, nameless = WorkerId("anna"), WorkerId("ben"), WorkerId("")
    readings = (
        Answer(anna, {"speed": 1}),
        UnusableAnswer("empty"),
        Answer(ben, {"other": 2}),
        Answer(nameless, {"speed": 3}),
        Answer(nameless, {"speed": 4}),
        Answer(anna, {"speed": 5}),
    )

    sheet = sheet_of(Poll("0", (readings,)), "speed")

    assert [slip.value for slip in sheet.slips] == [5, 3, 4]
