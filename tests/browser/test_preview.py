"""The preview of a template: it follows its file, shows its errors, and what it would submit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.fake_s3 import MemoryS3
from support.live_server import serving
from support.task_page import Screen
from support.waiting import PATIENCE_SECONDS

from tracemark_groundtruth.web.preview import Preview
from tracemark_groundtruth.web.settings import WebSettings

FORM = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form><p id="text">{{ task.input.text }}</p><img src="{{ task.input.file | grant_read_access }}">
<crowd-input name="n" label="N"></crowd-input></crowd-form>"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "form.liquid.html"
    file.write_text(FORM, encoding="utf-8")
    return file


@pytest.fixture
def author(chromium: Browser, template: Path) -> Iterator[Screen]:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'
    s3 = MemoryS3({"s3://letters/1.svg": (picture, "image/svg+xml")})
    task_input = {"text": "letter <1>", "file": "s3://letters/1.svg"}
    preview = Preview(template, task_input, "row 3", s3, WebSettings(b"s" * 32))
    with serving(preview.app()) as address:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        screen = Screen(context.new_page())
        screen.page.goto("/")
        screen.wait()
        yield screen
        context.close()


def test_a_row_is_shown_with_its_pictures(author: Screen) -> None:
    assert author.find("#text").inner_text() == "letter <1>"
    assert author.find("img").evaluate("image => image.naturalWidth") == 40
    assert author.page.get_by_role("heading", name="row 3").is_visible()


def test_the_page_follows_the_file(author: Screen, template: Path) -> None:
    template.write_text(FORM.replace('"text">', '"text">changed: '), encoding="utf-8")

    author.find("#text").get_by_text("changed: letter <1>").wait_for()


def test_an_error_is_shown_in_place_of_the_task_until_it_is_corrected(author: Screen, template: Path) -> None:
    template.write_text("{{ task.input.text | no_such_filter }}", encoding="utf-8")
    author.find("pre").get_by_text("form.liquid.html line 1 column 22: unknown filter").wait_for()

    template.write_text(FORM, encoding="utf-8")

    author.find("#text").get_by_text("letter <1>").wait_for()


def test_what_would_be_submitted_is_shown(author: Screen) -> None:
    author.find("crowd-input input").fill("seven")
    author.press("Enter")

    author.page.locator("#answers").get_by_text('"n": "seven"').wait_for()
