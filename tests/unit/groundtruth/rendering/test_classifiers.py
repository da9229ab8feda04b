"""Classifiers of a page, and answers whose class is none of the job's."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.document import Json
from tracemark_groundtruth.rendering.classifiers import Classifier, classifiers, unknown_class

JOB = ("Pore", "Crack", "Sound")
PAGE = (Classifier("Defect", JOB), Classifier("Severity", ("low", "high")))


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=5))
def test_what_a_template_writes_into_the_attribute_is_read_back(names: list[str]) -> None:
    page = f'<p><crowd-classifier name="a" categories="{html.escape(json.dumps(names))}"></crowd-classifier>'

    assert classifiers(page) == (Classifier("a", tuple(names)),)


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("<crowd-classifier name='a' categories=\"['x', 'y']\">", (Classifier("a", ("x", "y")),)),
        ('<CROWD-Classifier\n  name=" a "\n  categories=\'["x"]\'\n/>', (Classifier("a", ("x",)),)),
        ('<crowd-image-classifier src="s" name="a" categories=\'["x"]\'>', (Classifier("a", ("x",)),)),
        ('<crowd-classifier-multi-select name="a" categories=\'["x"]\'>', (Classifier("a", ("x",)),)),
        ('<crowd-classifier name="a">', (Classifier("a", ()),)),
        ('<crowd-classifier name="a" categories="x, y">', (Classifier("a", ()),)),
        ("<crowd-classifier name='a' categories=\"['it\\'s', 'y',]\">", (Classifier("a", ("it's", "y")),)),
        ("<crowd-classifier name='a' categories=\"[u'x' ,'\\u00e9']\">", (Classifier("a", ("x", "é")),)),
        ("<crowd-classifier name='a' categories=\"['x'] + ['y']\">", (Classifier("a", ()),)),
        ("<crowd-classifier name='a' categories=\"['x', ['y']]\">", (Classifier("a", ()),)),
        ("<crowd-classifier name='a' categories=\"['\\N{nothing}']\">", (Classifier("a", ()),)),
        ("<crowd-classifier name='a' categories='{[]: 1}'>", (Classifier("a", ()),)),
        (f"<crowd-classifier name='a' categories='{'[' * 100_000}'>", (Classifier("a", ()),)),
        ("<crowd-classifier>", ()),
        ("<crowd-classifiers name='a'>", ()),
        ("", ()),
    ],
)
def test_a_classifier_is_found_by_its_tag_and_name(tag: str, found: tuple[Classifier, ...]) -> None:
    assert classifiers(f"<crowd-form>{tag}</crowd-form>") == found


@pytest.mark.parametrize(
    "answers",
    [
        {"Defect": {"label": "Crack"}, "Severity": {"label": "high"}},
        {"Defect": {"labels": ["Crack", "Pore"]}},
        {"Defect": {"labels": []}},
        {"Severity": {"label": "whatever the page lets through"}},
        {"Comment": "none of the classes fits", "Defect": {"label": "Sound"}},
        {},
        {"Defect": "text"},
        {"Defect": {"label": None}},
    ],
)
def test_answers_of_the_job_and_answers_to_other_questions_pass(answers: dict[str, Json]) -> None:
    assert unknown_class(answers, PAGE, JOB) == ""


@pytest.mark.parametrize("answer", [{"label": "Good Weld"}, {"labels": ["Pore", "Good Weld"]}])
def test_a_class_that_the_job_does_not_have_is_named_with_those_it_has(answer: Json) -> None:
    found = unknown_class({"Defect": answer}, PAGE, JOB)

    assert found.startswith("'Good Weld' is none of this job's classes (Pore, Crack, Sound)")


def test_the_only_classifier_is_asked_for_the_jobs_classes_whatever_it_offers() -> None:
    page = (Classifier("Weld", ("Good Weld", "Burn Through")),)

    assert "none of this job's classes" in unknown_class({"Weld": {"label": "Good Weld"}}, page, JOB)


def test_of_several_classifiers_with_lists_of_their_own_none_is_judged() -> None:
    page = (Classifier("a", ("x",)), Classifier("b", ("y",)))

    assert unknown_class({"a": {"label": "x"}, "b": {"label": "y"}}, page, JOB) == ""


@pytest.mark.parametrize(
    "tool",
    [
        "crowd-bounding-box",
        "crowd-polygon",
        "crowd-polyline",
        "crowd-line",
        "crowd-keypoint",
        "crowd-semantic-segmentation",
        "crowd-instance-segmentation",
        "crowd-entity-annotation",
        "photo-view",
        "signal-view",
    ],
)
def test_a_page_without_a_classifier_offers_what_its_tools_mark(tool: str) -> None:
    assert classifiers(f"<{tool} name='m' labels=\"['Crack', 'Pore']\">") == (Classifier("m", ("Crack", "Pore")),)
    assert classifiers(f"<{tool} name='m' labels='[]'><crowd-classifier name='a'>") == (Classifier("a", ()),)


def test_labels_on_text_may_have_a_short_name_beside_their_own() -> None:
    labels = '[{"label": "person", "shortDisplayName": "per"}, {"label": "date"}]'

    assert classifiers(f"<crowd-entity-annotation name='e' labels='{labels}'>") == (
        Classifier("e", ("person", "date")),
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"boundingBoxes": [{"label": "crack", "left": 1}, {"label": "Pore"}]},
        {"polygons": [{"label": "crack", "vertices": []}]},
        {"keypoints": [{"label": "crack", "x": 1, "y": 2}]},
        {"entities": [{"label": "crack", "startOffset": 0, "endOffset": 4}]},
        {"instances": [{"label": "crack", "color": "#ffffff"}], "labeledImage": {}},
        [{"label": "crack", "start": 0, "end": 1}],
    ],
)
def test_a_mark_of_a_class_that_the_job_does_not_have_is_named(answer: Json) -> None:
    page = (Classifier("m", ("crack", "Pore")),)

    assert "'crack' is none of this job's classes (Crack, Pore)" in unknown_class(
        {"m": answer}, page, ("Crack", "Pore")
    )
    assert not unknown_class({"m": answer}, page, ("crack", "Pore"))


def test_what_a_mask_could_have_painted_is_not_judged() -> None:
    answer = {"labelMappings": {"sky": {"color": "#ffffff"}}, "labeledImage": {"pngImageData": ""}}

    assert not unknown_class({"m": answer}, (Classifier("m", ("Crack", "sky")),), ("Crack", "Pore"))
