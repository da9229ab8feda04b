"""`tracemark preview`: which task is shown, and what is said when there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from tracemark.errors import InvalidConfiguration
from tracemark_cli.commands.preview import open_preview
from tracemark_cli.main import main

OPTIONS: dict[str, Any] = {"crowd_elements": "own", "sources": ()}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "1.txt").write_text("Dear all", encoding="utf-8")
    lines = [{"source-ref": f"s3://letters/{n}.txt", "labels": ["kind"]} for n in range(3)]
    file = folder / "manifest.jsonl"
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return file


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "letter.liquid.html"
    file.write_text("<a href='{{ task.input.source-ref | grant_read_access }}'>letter</a>", encoding="utf-8")
    return file


def test_a_row_of_the_manifest_is_shown_and_its_object_read_from_the_folder(manifest: Path, template: Path) -> None:
    with (
        open_preview(template, manifest, 1, manifest.parents[1], raw=True, **OPTIONS) as preview,
        TestClient(preview.app(), base_url="http://127.0.0.1:8000") as browser,
    ):
        link = browser.get("/frame").text.partition("<a href='")[2].partition("'")[0].replace("&amp;", "&")

        assert browser.get(link).text == "Dear all"


def test_an_object_that_the_function_leaves_out_says_why(manifest: Path, template: Path) -> None:
    with (
        pytest.raises(InvalidConfiguration, match=r"leaves this object out: .*1\.txt"),
        open_preview(template, manifest, 1, manifest.parents[1], raw=False, **OPTIONS),
    ):
        pass


def test_a_row_beyond_the_manifest_is_named(manifest: Path, template: Path) -> None:
    result = CliRunner().invoke(main, ["preview", str(template), "--manifest", str(manifest), "--row", "3"])

    assert result.exit_code == 1
    assert "the manifest has no row 3" in result.output


def test_whose_crowd_elements_are_loaded_is_written_in_small_letters(manifest: Path, template: Path) -> None:
    arguments = ["preview", str(template), "--manifest", str(manifest), "--row", "3"]

    result = CliRunner().invoke(main, [*arguments, "--crowd-elements", "aws"])

    assert "the manifest has no row 3" in result.output


def test_an_object_of_a_bucket_that_is_not_allowed_is_not_linked(
    manifest: Path, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_BUCKETS", "welds")

    with (
        open_preview(template, manifest, 1, manifest.parents[1], raw=True, **OPTIONS) as preview,
        TestClient(preview.app(), base_url="http://127.0.0.1:8000") as browser,
    ):
        frame = browser.get("/frame").text

    assert "is not on the allow-list" in frame
