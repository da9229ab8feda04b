"""The doctor's page is the workers' page."""

from __future__ import annotations

import pytest

from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.inspection import UNGRANTED, InspectedTemplate
from tracemark_groundtruth.rendering.renderer import render

TASK: dict[str, Json] = {"labels": ["Good Weld", "R&D"], "image": "s3://welds/1.jpg", "text": "<b>&amp;</b>"}


def link(uri: S3Uri) -> str:
    return f"/objects?uri={uri}&signature=s"


@pytest.mark.parametrize(
    "template",
    [
        '<crowd-classifier categories="{{ task.input.labels | to_json }}"></crowd-classifier>',
        '<crowd-classifier categories="{{ task.input.labels | to_json | escape }}"></crowd-classifier>',
        "{{ task.input.text }}{{ task.input.text | escape }}{{ task.input.text | escape_once }}",
        "{{ task.input.text | skip_autoescape }}{{ task.input.text | upcase | append: '<' }}",
        '{% capture uri %}{{ task.input.image }}{% endcapture %}<img src="{{ uri | grant_read_access }}">',
        "{% for label in task.input.labels %}{{ forloop.index }} {{ label }}{% endfor %}",
    ],
)
def test_it_renders_what_the_service_renders(template: str) -> None:
    page = InspectedTemplate.parse(template.encode(), "page").render(TASK, link)

    assert page.html == render(template, TASK, link)
    assert (page.missing, page.ungranted) == ((), ())


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("{{ task.input.note }}", "task.input.note"),
        ("{{ task.input.note | to_json }}", "task.input.note"),
        ("{{ task.input.note | grant_read_access }}", "task.input.note"),
        ("{{ task.input.note | upcase }}", "task.input.note"),
        ("{% for each in task.input.rows %}{% endfor %}", "task.input.rows"),
    ],
)
def test_a_name_that_leads_nowhere_is_noted(template: str, missing: str) -> None:
    assert InspectedTemplate.parse(template.encode(), "page").render(TASK, link).missing == (missing,)


def test_a_value_that_cannot_be_granted_is_noted_and_the_page_goes_on() -> None:
    template = b"{{ 'https://example.com/x' | grant_read_access }} {{ task.input.labels | size }}"

    page = InspectedTemplate.parse(template, "page").render(TASK, link)

    assert (page.html, page.ungranted) == (f"{UNGRANTED}https://example.com/x 2", ("https://example.com/x",))


def test_an_unknown_filter_is_named_and_lets_its_value_through() -> None:
    template = InspectedTemplate.parse(b"{{ task.input.labels | first | jsonify }}", "page")

    assert template.unknown_filters == ("jsonify",)
    assert template.render(TASK, link).html == "Good Weld"


@pytest.mark.parametrize("data", [b"\xff", b"x" * 128_001, b"{% for %}", b"{% include 'a' %}"])
def test_what_the_service_refuses_is_refused(data: bytes) -> None:
    with pytest.raises(TemplateFailed, match=r"^page"):
        InspectedTemplate.parse(data, "page")
