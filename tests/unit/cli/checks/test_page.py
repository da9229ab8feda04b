"""Worker templates: what is a fault, what is a template's good right, and what a worker would answer."""

from __future__ import annotations

import pytest

from tracemark.errors import InvalidDocument
from tracemark_cli.checks.form import Form
from tracemark_cli.checks.page import liquid_findings, rendering_findings
from tracemark_groundtruth.rendering.inspection import InspectedTemplate

FRAME = '<script src="crowd-html-elements.js"></script><crowd-form>{}</crowd-form>'
INPUT = '<crowd-input name="comment"></crowd-input>'
TASK = {"image": {"file": "s3://welds/1.png", "title": "x"}, "labels": ["a", "b'c"], "channels": [{"title": "Gas"}]}


def findings(inner: str) -> list[str]:
    page = InspectedTemplate.parse(FRAME.format(INPUT + inner).encode(), "page.html")
    return [found.what for found in (*liquid_findings(page), *rendering_findings(page, [TASK]))]


@pytest.mark.parametrize(
    "inner",
    [
        "{% if task.input.note %}{{ task.input.note }}{% endif %}",
        "{% unless task.input.note == 'x' %}-{% endunless %}",
        "{{ task.input.note | default: 'none' }}",
        "{% for channel in task.input.channels %}{{ channel.title }} {{ forloop.index }}{% endfor %}",
        "{% assign first = task.input.labels | first %}{{ first | upcase }}",
        "{% capture text %}x{% endcapture %}{{ text }}",
        "{{ task.input.labels | to_json | escape }}",
        "{{ task.input.image.title | escape_once | skip_autoescape }}",
        '<img src="{{ task.input.image.file | grant_read_access }}">',
        "<p>{{ task.input.image.file }}</p>",
        '<a href="https://example.com/help">help</a>',
        "{% comment %}{{ task.input.note }}{% endcomment %}{% raw %}{{ anything }}{% endraw %}",
    ],
)
def test_what_a_template_may_do_raises_no_alarm(inner: str) -> None:
    assert findings(inner) == []


@pytest.mark.parametrize(
    ("inner", "told"),
    [
        ("{{ task.input.note }}", "'task.input.note' is not in the task input"),
        ("{{ task.input.image.path }}", "'task.input.image.path' is not in the task input"),
        ("{% for each in task.input.rows %}x{% endfor %}", "'task.input.rows' is not in the task input"),
        ("{{ input.image }}", "'input.image' is not part of the task input"),
        ("{{ task.input.labels | jsonify }}", "Ground Truth has no filter 'jsonify'"),
        ('<img src="{{ task.input.image.file }}">', "the page shows 's3://welds/1.png' as it is"),
        ("{{ task.input.image.title | grant_read_access }}", "grant_read_access gets 'x'"),
        ("<crowd-classifier name='c' categories='a, b'></crowd-classifier>", "its categories are 'a, b'"),
        ("<crowd-slider></crowd-slider>", "a crowd-slider has no name"),
        ('<crowd-input name="comment"></crowd-input>', "several inputs are called 'comment'"),
        ('<script type="module">1</script>', "a script is an ES module"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(inner: str, told: str) -> None:
    assert any(told in what for what in findings(inner)), findings(inner)


def test_a_template_that_is_no_liquid_tells_its_line() -> None:
    with pytest.raises(InvalidDocument, match="page line 3"):
        InspectedTemplate.parse(b"<p>\n</p>\n{% nonsense %}", "page")


def test_a_template_cannot_load_files() -> None:
    with pytest.raises(InvalidDocument, match="include"):
        InspectedTemplate.parse(b"{% include '/etc/passwd' %}", "page")


def test_an_answer_has_every_named_input_as_its_element_submits_it() -> None:
    form = Form.parse(
        "<crowd-classifier name='class' categories=\"['a','b']\"></crowd-classifier>"
        "<crowd-classifier-multi-select name='many' categories='[\"x\"]'></crowd-classifier-multi-select>"
        "<crowd-slider name='sure'></crowd-slider><crowd-checkbox name='odd'></crowd-checkbox>"
        "<textarea name='why'></textarea><input><crowd-button>send</crowd-button>"
    )

    assert form.answer() == {
        "class": {"label": "a"},
        "many": {"labels": ["x"]},
        "sure": 1,
        "odd": {"on": True},
        "why": "tracemark doctor",
    }
