"""The crowd elements as one script, in the place of AWS's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracemark_groundtruth.rendering.crowd_elements import (
    CROWD_ELEMENTS_PATH,
    ELEMENT_NAMES,
    CrowdElements,
    with_crowd_elements,
)
from tracemark_groundtruth.rendering.frame import frame_document


@pytest.mark.parametrize(
    "address",
    [
        "https://assets.crowd.aws/crowd-html-elements.js",
        "http://assets.crowd.aws/crowd-html-elements.js",
        "//assets.crowd.aws/crowd-html-elements.js",
        "HTTPS://Assets.Crowd.AWS/crowd-html-elements.js",
        "https://assets.crowd.aws/crowd-html-elements-v2.js",
        "https://assets.crowd.aws/crowd-html-elements-without-ce-polyfill.js",
        "https://assets.crowd.aws/crowd-html-elements.js?version=2",
    ],
)
def test_the_address_of_aws_is_replaced_by_ours(address: str) -> None:
    html = with_crowd_elements(f'<script src="{address}"></script>', CrowdElements.OWN)

    assert html == f'<script src="{CROWD_ELEMENTS_PATH}"></script>'


def test_the_styles_of_aws_are_left_out_with_its_elements() -> None:
    html = '<link rel="stylesheet" href="https://assets.crowd.aws/css/crowd-html-elements-v2.css" /><p>text</p>'

    assert with_crowd_elements(html, CrowdElements.OWN) == "<p>text</p>"


@pytest.mark.parametrize("html", ['<link rel="icon" href="//example.org/a.png">//assets.crowd.aws/', "<link href='"])
def test_other_links_stay(html: str) -> None:
    assert with_crowd_elements(html, CrowdElements.OWN) == html


def test_the_address_of_aws_stays_when_asked_for() -> None:
    html = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'

    assert with_crowd_elements(html, CrowdElements.AWS) == html


def test_title_and_nonce_of_a_frame_are_escaped() -> None:
    document = frame_document("<p>{content}</p>", "</title><script>", '">')

    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in document
    assert 'content="&#34;&gt;"' in document
    assert "<p>{content}</p>" in document


def test_the_elements_that_python_knows_are_those_that_the_browser_defines(project: Path) -> None:
    main = (project / "ui/crowd-elements/main.ts").read_text(encoding="utf-8")

    assert set(re.findall(r'^  "(crowd-[a-z-]+)":', main, re.MULTILINE)) == ELEMENT_NAMES
