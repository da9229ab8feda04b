"""Worker templates: what is a fault, what is a template's good right, and what a worker would answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.growth import grows_with_its_text
from support.odd_markup import UNCLOSED

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import PlotResult
from tracemark.errors import InvalidDocument
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.checks.form import Form
from tracemark_cli.checks.page import liquid_findings, rendering_findings, source_findings
from tracemark_groundtruth.rendering.inspection import InspectedTemplate
from tracemark_prelabel.photographs import Photograph
from tracemark_prelabel.task_input import Shown, task_input

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
        "{% capture uri %}s3://welds/{{ task.input.image.title }}&.png{% endcapture %}{{ uri | grant_read_access }}",
        "<crowd-radio-group><crowd-radio-button name='r' value='a'>a</crowd-radio-button></crowd-radio-group>",
        "<input type='radio' name='k' value='a'><input type='radio' name='k' value='b'><input type='submit'>",
        "<select name='_'></select><select name='_'></select>",
        "<crowd-bounding-box name='b' labels=\"['Pore']\"></crowd-bounding-box>",
        "<script>document.querySelector('crowd-form').onsubmit = () => {};</script><style>p { color: red }</style>",
        "<img src='data:image/png;base64,AA=='><crowd-modal>m</crowd-modal><crowd-toast>t</crowd-toast>",
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
        ("<crowd-slider></crowd-slider>", "the <crowd-slider> has no name"),
        ('<crowd-input name="comment"></crowd-input>', 'several inputs of this page are called "comment"'),
        ('<script type="module">1</script>', "a script is an ES module"),
        ("<crowd-text-ranking name='r'></crowd-text-ranking>", "tracemark has no <crowd-text-ranking>"),
        ("<crowd-slider-label position='1'>1</crowd-slider-label>", "a worker sees its text only"),
        ("<crowd-toggle-button></crowd-toggle-button>", "the <crowd-toggle-button> has no name"),
        ("<crowd-polygon name='p' labels='Bead'></crowd-polygon>", "its labels are 'Bead'"),
        ('<script src="https://cdn.example/d3.js"></script>', "a script is loaded from https://cdn.example"),
        ("<link rel='stylesheet' href='//cdn.example/a.css'>", "a link is loaded from https://cdn.example"),
        ("<style>@import 'https://cdn.example/a.css';</style>", "a style is loaded from https://cdn.example"),
        ("<p style='background: url(http://cdn.example/a.png)'></p>", "a p is loaded from http://cdn.example"),
        (
            "<crowd-image-classifier name='c' categories='[\"a\"]' src='https://cdn.example/a.png'>",
            "https://cdn.example",
        ),
        ("<img src='https://assets.crowd.aws/images/a.png'>", "a img is loaded from https://assets.crowd.aws"),
        ("<video poster='https://cdn.example/a.png'></video>", "a video is loaded from https://cdn.example"),
        ("<img srcset='https://cdn.example/a.png 2x, /b.png'>", "img is loaded from https://cdn.example"),
        ("<object data='https://cdn.example/a.pdf'></object>", "object is loaded from https://cdn.example"),
        (
            "<iframe src=\"{{ 's3://welds/report 1.pdf' | grant_read_access }}\"></iframe>",
            "report 1.pdf' inside it; most browsers leave its place empty",
        ),
        (
            "<crowd-classifier name='c' categories='[\"a\"]' exclusion-category='{text: \"none\"}'></crowd-classifier>",
            "a crowd-classifier has no exclusion-category",
        ),
    ],
)
def test_what_is_wrong_with_a_template_is_told(inner: str, told: str) -> None:
    assert any(told in what for what in findings(inner)), findings(inner)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FRAME.format("<crowd-3d-thing name='x'></crowd-3d-thing>"), "tracemark has no <crowd-3d-thing>"),
        (FRAME.format("<crowd-3d-thing></crowd-3d-thing>"), "tracemark has no <crowd-3d-thing>: a worker sees nothing"),
        (FRAME.format("<script src='https://cdn.example/x.js'></script>"), "loaded from https://cdn.example"),
        ("<p>nothing</p>", "the page has no crowd-form"),
        ("{{ task.input.x | shout }}<crowd-form></crowd-form>", "no filter 'shout'"),
    ],
)
def test_a_template_alone_is_checked_as_it_is_written(text: str, told: str) -> None:
    found = [finding.what for finding in source_findings(InspectedTemplate.parse(text.encode(), "page.html"))]

    assert any(told in what for what in found), found


@pytest.mark.parametrize(
    "beside",
    [INPUT, "<photo-view name='p'></photo-view>", "<script>document.body.append('a field of its own')</script>"],
)
def test_an_unknown_element_without_a_name_is_no_loss_where_something_else_may_ask(beside: str) -> None:
    page = InspectedTemplate.parse(FRAME.format(f"<crowd-3d-thing></crowd-3d-thing>{beside}").encode(), "page.html")

    (finding,) = source_findings(page)

    assert (finding.severity, "a worker sees its text only" in finding.what) == ("warning", True)


@pytest.mark.parametrize("logs", [0, 1, 2])
@pytest.mark.parametrize("traced", [True, False])
def test_the_page_of_init_raises_no_alarm_whatever_an_item_holds(project: Path, logs: int, traced: bool) -> None:
    page = InspectedTemplate.parse((project / "ui/item-classification.liquid.html").read_bytes(), "page.html")
    bucket = S3Uri("welds", "x")
    item = Dataset(logs=tuple(Log(bucket) for _ in range(logs)), images=() if logs else (Media(bucket),))
    charts = [PlotResult((), rendered=True, trace=bucket if traced else None)] * logs
    given = task_input(
        Shown(item, [Photograph(each.file) for each in item.images], charts), Categories(("Good", "Bad"))
    )

    assert [found.what for found in (*liquid_findings(page), *rendering_findings(page, [given]))] == []


def test_a_loop_over_what_an_item_may_lack_is_told_with_the_condition_that_is_missing() -> None:
    loop = b"{% for each in task.input.logs %}x{% endfor %}"
    page = InspectedTemplate.parse(loop, "page.html")

    found = next(iter(rendering_findings(page, [TASK])))

    assert "put {% if task.input.logs %} around it" in found.remedy


def test_a_text_or_a_picture_inside_the_page_raises_no_alarm() -> None:
    assert findings("<iframe src=\"{{ 's3://welds/notes.txt' | grant_read_access }}\"></iframe>") == []


def test_what_is_loaded_from_elsewhere_is_a_warning_that_names_the_option() -> None:
    page = InspectedTemplate.parse(
        FRAME.format("<script src='https://cdn.example/x.js'></script>").encode(), "page.html"
    )

    (finding,) = source_findings(page)

    assert finding.severity == "warning"
    assert "--template-source https://cdn.example" in finding.remedy


def test_an_address_that_is_none_is_a_warning() -> None:
    assert "the page loads '//[', which no browser can read as an address" in findings("<img src='//['>")


@pytest.mark.parametrize("unit", UNCLOSED)
def test_the_time_for_a_form_grows_no_faster_than_the_page(unit: str) -> None:
    assert grows_with_its_text(Form.parse, unit * (16 * 1024 // len(unit)))


def test_a_template_that_stands_alone_by_an_entity_annotation_needs_no_form() -> None:
    page = InspectedTemplate.parse(
        b"<crowd-entity-annotation name='e' text='t'></crowd-entity-annotation>", "page.html"
    )

    assert list(source_findings(page)) == []


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
