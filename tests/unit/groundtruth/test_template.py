"""The classifier's name, found in a worker template."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from support.odd_markup import ODD_MARKUP

from tracemark.errors import InvalidDocument
from tracemark_groundtruth.labeling.template import classifier_name


@pytest.mark.parametrize(
    "template",
    [
        '<crowd-classifier name="weld">',
        "<crowd-classifier categories=\"['a','b']\" name='weld' header='x'></crowd-classifier>",
        '<CROWD-CLASSIFIER NAME=" weld ">',
        "<crowd-classifier\n name=weld\n>",
        '{% if a < b %}<crowd-classifier name="weld">{% endif %}<crowd-classifier name="second">',
        '<!-- <crowd-classifier name="comment"> --><crowd-classifier name="weld">',
        '<script>"<crowd-classifier name=x>"</script><crowd-classifier name="weld">',
        '<crowd-classifier-multi-select name="many"></crowd-classifier-multi-select><crowd-classifier name="weld">',
        '<crowd-classifier categories="{{ task.input.labels | to_json | escape }}" name="weld">',
    ],
)
def test_the_name_of_the_first_classifier_is_found(template: str) -> None:
    assert classifier_name(template, "weld.html") == "weld"


@given(ODD_MARKUP)
def test_in_any_text_the_classifier_is_found_or_refused(text: str) -> None:
    with suppress(InvalidDocument):
        assert classifier_name(text, "weld.html")


@pytest.mark.parametrize(
    ("template", "cause"),
    [
        ("", "no crowd-classifier"),
        ("<crowd-form></crowd-form>", "no crowd-classifier"),
        ("<crowd-classifier>", "has the name None"),
        ("<crowd-classifier name>", "has the name ''"),
        ('<crowd-classifier name="">', "has the name ''"),
        ('<crowd-classifier name="{{ task.input.name }}">', "task.input.name"),
    ],
)
def test_a_template_without_such_a_name_is_refused(template: str, cause: str) -> None:
    with pytest.raises(InvalidDocument, match=rf"weld\.html: .*{cause}"):
        classifier_name(template, "weld.html")
