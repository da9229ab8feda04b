"""No template keeps the service busy: what it may make of work is bounded, wherever the work is hidden."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.inspection import InspectedTemplate
from tracemark_groundtruth.rendering.renderer import render

# Nobody could wait for these without a bound: the first takes an hour, others years.
WORK = {
    "range skipped in C": "{% for i in (1..99999999999) offset: 99999999990 limit: 1 %}{% endfor %}",
    "range searched in C": '{% if (1..99999999999) contains "x" %}{% endif %}',
    "range compared": "{% if (1..99999999999) == (1..99999999999) %}{% endif %}",
    "range by variables": "{% assign n = 99999999999 %}{% for i in (n..n) reversed %}{% endfor %}{{ (1..n) | size }}",
    "range shown": "{{ (1..99999999999) }}",
    "range assigned": "{% assign r = (1..99999999999) %}{{ r | last }}",
    "range in a table": "{% tablerow i in (1..99999999999) limit: 1 %}{% endtablerow %}",
    "range in a case": "{% case 'x' %}{% when (1..99999999999) %}{% endcase %}",
    "loops one after another": "{% for i in (1..90000) %}{% endfor %}" * 3_000,
    "tables one after another": "{% tablerow i in (1..90000) %}{% endtablerow %}" * 2_000,
    "searches one after another": "{% for i in (1..90000) %}{% if (1..90000) contains 'x' %}{% endif %}{% endfor %}",
    "conditions in a loop": "{% for i in (1..90000) %}" + "{% if 1 == 2 %}{% endif %}" * 4_000 + "{% endfor %}",
    "filters in a loop": "{% assign a = '" + "x" * 60_000 + "' | split: '' | join: 'yy' %}"
    "{% for i in (1..90000) %}{% assign b = a | upcase | reverse | strip_html | escape %}{% endfor %}",
    "variables in a condition": "{% assign a = '" + "x" * 60_000 + "' %}{% for i in (1..90000) %}{% if a contains 'zz'"
    + " or a contains 'zz'" * 2_000 + " %}{% endif %}{% endfor %}",
    "uniq": "{{ '" + "x" * 100_000 + "' | split: '' | uniq }}",
}  # fmt: skip

NEVER_CLOSED = {
    "outputs": "{{" * 8_000,
    "outputs after a closed one": "{{ x }}" + "{{ " * 30_000,
    "tags": "{% x " * 20_000,
    "tags after a closed one": "{% assign x = 1 %}" + "{%" * 50_000,
    "raw": "{% raw %}" * 14_000,
    "raw after a closed one": "{% raw %}{% endraw %}" + "{%- raw -%}" * 10_000,
    "doc": "{% doc %}" * 14_000,
    "parentheses": "{{ " + "(" * 100_000 + " }}",
    "ranges": "{{ " + "(1" * 60_000 + "..2) }}",
    "parentheses in a tag": "{% if " + "(a" * 60_000 + " %}{% endif %}",
}

SWALLOWED = {
    "date of a huge number": "{{ 99999999999999999999 | date: '%Y' }}",
    "date of a huge negative number": "{{ -99999999999999999999 | date: '%Y' }}",
    "date format that ends early": "{{ 'now' | date: '%' }}",
    "round to a huge place": "{{ 1.5 | round: 99999999999999999999 }}",
    "truncate by a huge number": "{{ 'abc' | truncate: 99999999999999999999 }}",
    "slice by a huge number": "{{ 'abc' | slice: 99999999999999999999, 99999999999999999999 }}",
    "division of infinity": "{{ '1e999' | divided_by: 0.1 | round }}",
    "ceiling of no number": "{{ 'nan' | ceil }}",
    "decoding of what is not encoded": "{{ 'é%FF' | url_decode | base64_decode }}",
    "sort of unlike things": "{{ task.input.mixed | sort | join }}",
    "sum of unlike things": "{{ task.input.mixed | sum }}",
}


@pytest.mark.parametrize("template", WORK.values(), ids=WORK)
def test_work_without_end_is_refused(template: str) -> None:
    with pytest.raises(TemplateFailed, match=r"^weld\.html"):
        render(template, {}, str, "weld.html")


@pytest.mark.parametrize("template", NEVER_CLOSED.values(), ids=NEVER_CLOSED)
def test_what_is_never_closed_is_refused_before_it_is_searched(template: str) -> None:
    with pytest.raises(TemplateFailed, match=r"not closed|parentheses"):
        render(template, {}, str, "weld.html")
    with pytest.raises(TemplateFailed, match=r"not closed|parentheses"):
        InspectedTemplate.parse(template.encode(), "weld.html")


@pytest.mark.parametrize("template", SWALLOWED.values(), ids=SWALLOWED)
def test_a_filter_fails_the_template_or_nothing(template: str) -> None:
    outcome = rendered_or_refused(template, mixed=[1, "b", None, {"c": 1}, [2]])

    assert outcome in ("rendered", "refused")


@given(
    name=st.sampled_from(sorted(InspectedTemplate.parse(b"", "t")._template([], []).env.filters)),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    argument=st.integers(-(2**70), 2**70) | st.text(max_size=5) | st.none(),
)
def test_no_filter_fails_with_an_error_that_is_not_about_the_template(
    name: str, value: object, argument: object
) -> None:
    templates = (f"{{{{ task.input.v | {name} }}}}", f"{{{{ task.input.v | {name}: task.input.a }}}}")

    outcomes = {rendered_or_refused(template, v=value, a=argument) for template in templates}

    assert outcomes <= {"rendered", "refused"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a <b>bold</b> word", "a bold word"),
        ("<!-- <b> -->x", "x"),
        ("<script>if (a < b) {}</script>y", "y"),
        ("<style>p > a {}</style>z", "z"),
        ("1 < 2", "1 < 2"),
        ("<!--" * 5_000, "<!--" * 5_000),
        ("<script" * 5_000 + ">", ""),
        ("<script>" * 3 + "t", "t"),
        ("", ""),
    ],
)
def test_tags_are_taken_out_of_a_text(text: str, expected: str) -> None:
    assert render("{{ task.input.text | strip_html | skip_autoescape }}", {"text": text}, str) == expected


def test_a_template_that_does_much_is_rendered() -> None:
    rows = [{"name": f"weld {n}", "value": n} for n in range(3_000)]
    template = "{% for row in task.input.rows %}<p>{{ row.name | escape }} {{ row.value | times: 2 }}</p>{% endfor %}"

    page = render(template, {"rows": rows}, str)

    assert page.count("<p>") == 3_000


def test_scripts_of_a_template_may_hold_any_braces_and_parentheses() -> None:
    script = "<script>" + "f((a) => ({b: [c(d)]}));" * 2_000 + "</script>"

    assert render(script, {}, str) == script


@pytest.mark.parametrize("inner", ["{{", "{%", "{{ {{ {{", "((((("])
def test_what_a_raw_block_holds_need_not_be_closed(inner: str) -> None:
    assert render(f"{{% raw %}}{inner}{{% endraw %}}", {}, str) == inner


def rendered_or_refused(template: str, **task_input: object) -> str:
    """Return how it went; any other error is raised."""
    try:
        render(template, task_input, str)
    except TemplateFailed:
        return "refused"
    return "rendered"
