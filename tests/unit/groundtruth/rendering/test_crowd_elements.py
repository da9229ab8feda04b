"""The crowd elements as one script, in the place of AWS's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemark_groundtruth.rendering.crowd_elements import (
    CROWD_ELEMENTS_PATH,
    CrowdElements,
    crowd_elements_script,
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
    ],
)
def test_the_address_of_aws_is_replaced_by_ours(address: str) -> None:
    html = with_crowd_elements(f'<script src="{address}"></script>', CrowdElements.OWN)

    assert html == f'<script src="{CROWD_ELEMENTS_PATH}"></script>'


def test_the_address_of_aws_stays_when_asked_for() -> None:
    html = '<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>'

    assert with_crowd_elements(html, CrowdElements.AWS) == html


def test_every_file_of_the_elements_is_in_the_script(project: Path) -> None:
    script = crowd_elements_script().decode()

    files = sorted((project / "ui/crowd-elements").glob("*.js"))
    assert files
    assert [file.name for file in files if file.read_text(encoding="utf-8") not in script] == []


def test_the_packaged_elements_are_those_in_ui(project: Path) -> None:
    packaged = project / "services/groundtruth/src/tracemark_groundtruth/rendering/crowd_elements"

    assert {file.resolve() for file in packaged.iterdir()} == {
        file.resolve() for file in (project / "ui/crowd-elements").iterdir()
    }


def test_title_and_nonce_of_a_frame_are_escaped() -> None:
    document = frame_document("<p>{content}</p>", "</title><script>", '">')

    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in document
    assert 'content="&#34;&gt;"' in document
    assert "<p>{content}</p>" in document
