"""The tags of a text, found as browsers find them, however long it is and whatever is not closed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.growth import grows_with_its_text
from support.odd_markup import ODD_MARKUP, UNCLOSED

from tracemark_groundtruth.rendering.classifiers import classifiers
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements, with_crowd_elements
from tracemark_groundtruth.rendering.markup import rewritten, start_tags, tags

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
PARAGRAPH = re.compile(r"<p(?=[\s/>])", re.IGNORECASE)


def attributes(text: str) -> list[dict[str, str]]:
    return [dict(tag.attributes()) for tag in tags(text)]


@given(st.dictionaries(NAMES, st.text(), max_size=4), st.sampled_from("\"'"))
def test_what_is_written_into_attributes_is_read_back(given_ones: dict[str, str], quote: str) -> None:
    written = "".join(f" {name}={quote}{html.escape(value)}{quote}" for name, value in given_ones.items())

    read = attributes(f"text<crowd-form{written}>text")

    assert read == [{name: html.unescape(html.escape(value)) for name, value in given_ones.items()}]


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("<p a=b c>", {"a": "b", "c": ""}),
        ("<p\n A = 'b'\tc/>", {"a": "b", "c": ""}),
        ("<p a=b/c>", {"a": "b/c"}),
        ("<p a='1'b=\"2\">", {"a": "1", "b": "2"}),
        ("<p a=1 a=2>", {"a": "1"}),
        ("<p a=>", {"a": ""}),
        ("<p =a>", {"=a": ""}),
        ("<p a='>'>", {"a": ">"}),
        ("<p a='&lt;&amp;&quot;'>", {"a": '<&"'}),
        ("<p/>", {}),
    ],
)
def test_attributes_are_read_as_browsers_read_them(tag: str, found: dict[str, str]) -> None:
    assert attributes(tag) == [found]


def test_a_number_of_thousands_of_digits_is_no_character() -> None:
    assert attributes(f"<p a='&#{'9' * 5_000};b'>") == [{"a": "\ufffdb"}]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <b> --><i>",
        "<!--><i>",
        "<!---><i>",
        "<!--!><b>--><i>",
        "<!-- --!><i>",
        "<![if IE]><i>",
        "<![<><i>",
        "<!doctype html [<b>]><i>",
        "<?php <b><i>",
        "</><i>",
        "</ <b><i>",
        "a < b <i>",
        "<<i>",
        "<i><!--",
        "<i><b",
        "<i><b a='>",
    ],
)
def test_comments_and_what_is_not_closed_are_no_tags(text: str) -> None:
    assert [tag.name for tag in tags(text)] == ["i"]


@pytest.mark.parametrize("element", ["script", "style", "textarea", "title", "iframe"])
def test_there_are_no_tags_in_the_text_of_some_elements(element: str) -> None:
    found = list(tags(f"<{element} a><b></{element}s></{element.upper()}\n><i>"))

    assert [(tag.name, tag.closes) for tag in found] == [(element, False), (element, True), ("i", False)]
    assert found[0].text == f"<b></{element}s>"


def test_a_text_that_is_not_closed_is_the_rest() -> None:
    assert [tag.text for tag in tags("<style>a<b>")] == ["a<b>"]


def test_tags_are_rewritten_where_they_are() -> None:
    text = "a<P x>b</p><pre><p y/>c<p"

    assert rewritten(text, PARAGRAPH, lambda tag: f"[{tag.source}]") == "a[<P x>]b</p><pre>[<p y/>]c<p"


def test_the_place_of_a_value_is_without_its_quotes() -> None:
    text = "<p a x='1'><p x=23><p x><p>"

    spans = [tag.span("x") for tag in start_tags(text, PARAGRAPH)]

    assert [text[slice(*span)] if span else None for span in spans] == ["1", "23", "", None]


@given(ODD_MARKUP)
def test_tags_follow_one_another_in_any_text(text: str) -> None:
    at = 0
    for tag in tags(text):
        assert at <= tag.begin < tag.end
        assert text[tag.begin] + text[tag.end - 1] == "<>"
        at = tag.end + len(tag.text)


@given(ODD_MARKUP)
def test_a_page_is_shown_whatever_is_in_it(text: str) -> None:
    assert isinstance(classifiers(text), tuple)
    assert isinstance(with_crowd_elements(text, CrowdElements.OWN), str)


@pytest.mark.parametrize("unit", UNCLOSED)
@pytest.mark.parametrize(
    "work",
    [lambda page: with_crowd_elements(page, CrowdElements.OWN), classifiers, lambda page: list(tags(page))],
    ids=["replacing", "classifiers", "tags"],
)
def test_the_time_for_a_page_grows_no_faster_than_the_page(work: Callable[[str], object], unit: str) -> None:
    assert grows_with_its_text(work, unit * (16 * 1024 // len(unit)))
