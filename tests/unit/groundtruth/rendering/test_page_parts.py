"""What a page asks of the portal, read from any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from support.growth import grows_with_its_text
from support.odd_markup import ODD_MARKUP, UNCLOSED

from tracemark_groundtruth.rendering.page_parts import Foreign, PageParts


@given(ODD_MARKUP)
def test_any_text_has_parts(text: str) -> None:
    assert isinstance(PageParts.parse(text), PageParts)


@pytest.mark.parametrize(
    "text",
    ["<![if IE]></crowd-form><![<", "<![x[", "<!doctype a [<!b", "<!-- ", f"<a href='&#{'9' * 5_000};'>", "<a b='"],
)
def test_a_text_that_is_hardly_html_has_no_parts(text: str) -> None:
    assert PageParts.parse(text) == PageParts((), (), ())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("<img src='//['>", "//["),
        ("<iframe src='http://[x.pdf'>", "http://[x.pdf"),
        ("<video poster='https://\u2100'>", "https://\u2100"),
        ("<style>@import '//]';</style>", "//]"),
    ],
)
def test_an_address_that_is_none_is_told(text: str, address: str) -> None:
    assert PageParts.parse(text) == PageParts((), (), (), unreadable=(address,))


def test_an_address_that_liquid_makes_is_not_judged() -> None:
    assert PageParts.parse("<img src='//[{{ task.input.host }}]/a.png'>").unreadable == ()


def test_a_style_is_read_to_its_own_end_only() -> None:
    parts = PageParts.parse(
        "<style>b{c:url(//a.example/x)}<i></style>url(//b.example/x)<p style='d:url(//c.example/)'>"
    )

    assert parts.foreign == (Foreign("style", "https://a.example"), Foreign("p", "https://c.example"))


def test_a_host_alone_is_no_document() -> None:
    assert PageParts.parse("<iframe src='https://a.pdf'>").unshown == ()
    assert PageParts.parse("<iframe src='https://a.example/b/c.pdf?d=/e.txt'>").unshown


@pytest.mark.parametrize("unit", UNCLOSED)
def test_the_time_for_a_template_grows_no_faster_than_the_template(unit: str) -> None:
    assert grows_with_its_text(PageParts.parse, unit * (16 * 1024 // len(unit)))
