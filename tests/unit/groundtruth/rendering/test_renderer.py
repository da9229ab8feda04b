"""Templates as Ground Truth fills them in: filters, escaping, and the bounds of what a template may cost."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import pytest

from tracemark.errors import BucketNotAllowed
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.effort import BoundedTemplate
from tracemark_groundtruth.rendering.renderer import render

HOSTILE = "\"'><script>alert(1)</script>&{{ task }}"

LONG = "{% assign a = 'aa' %}{% for i in (1..20) %}{% assign a = a | append: a %}{% endfor %}"


def link(uri: S3Uri) -> str:
    return f"/objects?uri={uri}&signature=s"


def rendered(template: str, **task_input: Any) -> str:
    return render(template, task_input, link, "weld.html")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ task.input.x }}", "&lt;b&gt;"),
        ("{{ task.input.x | escape }}", "&lt;b&gt;"),
        ("{{ '&lt;' | escape_once }}", "&lt;"),
        ("{{ task.input.x | skip_autoescape }}", "<b>"),
        ("{{ task.input.source-ref }}", "a text"),
        ("{{ task.input.missing }}{{ task.workerId }}", ""),
        ("{{ task.input.list | to_json | escape }}", "[&#34;a&#34;, 1, null]"),
        ("{{ task.input.list | to_json }}", '["a", 1, null]'),
        ("{{ task.input.list }}", "[&#34;a&#34;, 1, null]"),
        ("{{ task.input.missing | to_json }}", "null"),
        ("{% for n in task.input.list %}{{ n }},{% endfor %}", "a,1,,"),
    ],
)
def test_values_and_filters_come_out_as_in_ground_truth(template: str, expected: str) -> None:
    assert rendered(template, x="<b>", list=["a", 1, None], **{"source-ref": "a text"}) == expected


def test_an_s3_uri_becomes_a_link_that_is_escaped_for_its_attribute() -> None:
    html = rendered('<img src="{{ task.input.file | grant_read_access }}">', file='s3://welds/a"b.png')

    assert html == '<img src="/objects?uri=s3://welds/a&#34;b.png&amp;signature=s">'


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ task.input.x }}</p>",
        '<p title="{{ task.input.x }}"></p>',
        "<p title='{{ task.input.x }}'></p>",
        '<p title="{{ task.input.x | to_json | escape }}"></p>',
        "<p title='{{ task.input.x | to_json }}'></p>",
        "<p title='{{ task.input.nested | to_json }}'></p>",
        "<script>const x = {{ task.input.nested | to_json }};</script>",
    ],
)
def test_hostile_data_add_no_element_and_no_attribute(template: str) -> None:
    quiet, hostile = _Elements(), _Elements()

    quiet.feed(rendered(template, x="calm", nested={"calm": ["calm"]}))
    hostile.feed(rendered(template, x=HOSTILE, nested={HOSTILE: [HOSTILE]}))

    assert hostile.found == quiet.found


@pytest.mark.parametrize(
    ("template", "cause"),
    [
        ("{{ x | no_such }}", "line 1 column 8: unknown filter 'no_such'"),
        ("\n{% if %}", "line 2 column 4: missing expression"),
        ("{{ x", "expected '}}'"),
        ("{% include 'secret' %}", "includes another template, 'secret'"),
        ("{% render 'secret' %}", "includes another template, 'secret'"),
        ("{{ 1 | divided_by: 0 }}", "can't divide by 0"),
        ("{{ task.input.missing | grant_read_access }}", "is no S3 URI"),
        ("{{ 'https://evil.example/x' | grant_read_access }}", "does not begin with s3://"),
        ("{{ 'file:///etc/passwd' | grant_read_access }}", "does not begin with s3://"),
        ("x" * 128_001, "has 128,001 characters; expected at most 128,000"),
        ("{% for i in (1..1000000000) %}{% endfor %}", "a range is too long"),
        ("{% for i in (1..400) %}{% for j in (1..400) %}{% endfor %}{% endfor %}", "loop iteration limit"),
        ("{% for i in (1..50000) %}" + "y" * 200 + "{% endfor %}", "output stream limit"),
        ("{{ (1..1000000000) | join: ',' | size }}", "a range is too long"),
        ("{{ (1..99999999999999999999) | reverse }}", "a range is too long"),
        (LONG + "{{ a | replace: 'a', a | size }}", "replace has too much input"),
        (LONG + "{% assign l = a | split: 'z' %}{{ l | concat: l | concat: l | join }}", "join has too much"),
        ("{% assign a = 99999999 %}{% for i in (1..40) %}{% assign a = a | times: a %}{% endfor %}", "times has too"),
        ("{% assign a = 'x' %}{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}", "namespace limit"),
    ],
)
def test_a_template_that_fails_is_named_with_line_and_cause(template: str, cause: str) -> None:
    with pytest.raises(TemplateFailed) as refusal:
        rendered(template)

    assert str(refusal.value).startswith("weld.html")
    assert cause in str(refusal.value)


def test_an_object_that_may_not_be_read_fails_the_template() -> None:
    def refuse(uri: S3Uri) -> str:
        raise BucketNotAllowed(f"bucket {uri.bucket} is not on the allow-list")

    with pytest.raises(TemplateFailed, match="bucket secrets is not on the allow-list"):
        render("{{ 's3://secrets/key' | grant_read_access }}", {}, refuse)


@pytest.mark.parametrize(
    "template",
    [
        "{% capture uri %}s3://welds/img/{{ task.input.file }}{% endcapture %}{{ uri | grant_read_access }}",
        "{% assign uri = 's3://welds/img/' | append: task.input.file %}{{ uri | grant_read_access }}",
        "{{ 's3://welds/img/' | append: task.input.file | grant_read_access }}",
        "{% assign file = task.input.file | escape %}{{ 's3://welds/img/' | append: file | grant_read_access }}",
    ],
)
@pytest.mark.parametrize("file", ["a & b.png", "it's <1>.png", 'say "x".png', "plain.png", "a&copy=1.png", "&amp;.png"])
def test_a_uri_that_a_template_puts_together_is_granted_as_it_is(template: str, file: str) -> None:
    asked: list[str] = []

    def grant(uri: S3Uri) -> str:
        asked.append(str(uri))
        return "link"

    render(template, {"file": file}, grant)

    assert asked == [f"s3://welds/img/{file}"]


def kept_templates() -> int:
    gc.collect()
    return sum(type(one) is BoundedTemplate for one in gc.get_objects())


def test_of_large_templates_few_are_kept_and_of_small_ones_more() -> None:
    for number in range(20):
        assert rendered(f"{number}{'x' * 100_000}").startswith(str(number))
    large = kept_templates()
    for number in range(100):
        assert rendered(f"{number}{{{{ task.input.x }}}}", x="y") == f"{number}y"

    assert (large, kept_templates()) == (5, 64)


def test_threads_share_the_templates_that_are_kept() -> None:
    with ThreadPoolExecutor(8) as executor:
        pages = list(executor.map(lambda number: rendered(f"{number % 90}{{{{ task.input.x }}}}", x="y"), range(900)))

    assert pages == [f"{number % 90}y" for number in range(900)]
