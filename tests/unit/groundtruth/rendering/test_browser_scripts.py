"""The scripts that browsers load: built from ui/, each a classic script in a scope of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemark_groundtruth.errors import ScriptNotBuilt
from tracemark_groundtruth.rendering.browser_scripts import script, script_names, script_path, with_own_scripts


def test_every_folder_with_a_main_file_is_a_script(project: Path) -> None:
    folders = {file.parent.name for file in (project / "ui").glob("*/main.ts")}

    assert set(script_names()) == folders
    assert "crowd-elements" in folders


def test_a_script_is_classic_and_keeps_its_names_to_itself() -> None:
    for name in script_names():
        text = script(name).decode()
        assert text.lstrip().startswith(('"use strict";(()=>{', "(()=>{"))
        assert "\nimport " not in text
        assert "\nexport " not in text


def test_a_script_that_was_not_built_is_refused_by_name() -> None:
    with pytest.raises(ScriptNotBuilt, match="no script 'other'"):
        script("other")


def test_a_script_has_an_address_of_its_own() -> None:
    assert script_path("signal-view") == "/assets/scripts/signal-view.js"


@pytest.mark.parametrize(
    "address",
    [
        "/assets/scripts/signal-view.js",
        "https://welds.s3.eu-west-1.amazonaws.com/templates/signal-view.js?X-Amz-Signature=0f",
        "http://127.0.0.1:8000/objects/welds/templates/signal-view.js?grant=1.2",
        "/objects/welds/signal-view.js?grant=1.2",
    ],
)
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_script_of_ours_is_loaded_from_the_service_wherever_a_template_finds_it(address: str, quote: str) -> None:
    html = with_own_scripts(f"<script async src={quote}{address}{quote}></script>")

    assert html == f"<script async src={quote}/assets/scripts/signal-view.js{quote}></script>"


def test_a_script_of_ours_needs_no_quotes_and_keeps_its_other_attributes() -> None:
    html = with_own_scripts("<script src=/objects/welds/signal-view.js?grant=1.2 data-src='/photo-view.js' defer>")

    assert html == "<script src=/assets/scripts/signal-view.js data-src='/photo-view.js' defer>"


@pytest.mark.parametrize(
    "html",
    [
        '<script data-src="/objects/welds/signal-view.js"></script>',
        "<script>signal-view.js</script>",
        '<script src="https://example.org/chart.js"></script>',
        '<script src="https://example.org/my-signal-view.js"></script>',
        '<img src="/objects/welds/signal-view.js?grant=1.2">',
        '<script src="https://example.org/show?file=/signal-view.js"></script>',
        "<p>signal-view.js</p>",
    ],
)
def test_everything_else_is_loaded_from_where_it_is(html: str) -> None:
    assert with_own_scripts(html) == html
