"""A manifest drawn ahead of its job from the command line: once, and again only where something changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracemark_cli.main import main

pytestmark = pytest.mark.browser


def draw(samples: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["plots", str(samples / "tracemark-demo/manifest.jsonl"), *options])


def last_line(result: Result) -> str:
    return result.output.splitlines()[-1]


def test_every_line_of_a_manifest_is_drawn_and_its_job_draws_nothing_again(samples: Path) -> None:
    drawn = draw(samples)
    charts = {file: file.stat().st_mtime_ns for file in (samples / "tracemark-demo/plots").iterdir()}

    CliRunner().invoke(main, ["run", str(samples / "job.yaml")])

    assert (last_line(drawn), drawn.exit_code) == ("12 drawn, 0 unchanged, 0 failed of 12", 0)
    assert len(charts) == 36
    assert {file: file.stat().st_mtime_ns for file in charts} == charts


def test_a_second_run_draws_what_is_missing_or_changed_and_names_what_cannot_be_drawn(samples: Path) -> None:
    bucket = samples / "tracemark-demo"
    draw(samples)
    (bucket / "plots/weld.3.csv-voltage.png").unlink()
    log = bucket / "sensor_data/weld.4.csv"
    log.write_bytes(log.read_bytes() + b"99999,1,2,3\n")
    (bucket / "sensor_data/weld.5.csv").unlink()

    again = draw(samples)

    assert (last_line(again), again.exit_code) == ("2 drawn, 9 unchanged, 1 failed of 12", 1)
    assert "s3://tracemark-demo/sensor_data/weld.5.csv: there is no such object" in again.output


def test_a_manifest_may_be_named_by_its_uri(samples: Path) -> None:
    result = CliRunner().invoke(
        main, ["plots", "s3://tracemark-demo/manifest.jsonl", "--data", str(samples), "--concurrency", "1"]
    )

    assert last_line(result) == "12 drawn, 0 unchanged, 0 failed of 12"


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"source": "a text to label"}', "the line holds text"),
        ('{"source-ref": "https://host/1.json"}', "https://host/1.json"),
    ],
)
def test_a_line_that_names_no_document_is_a_failure_of_its_own(samples: Path, line: str, named: str) -> None:
    manifest = samples / "tracemark-demo/manifest.jsonl"
    first = manifest.read_text(encoding="utf-8").splitlines()[0]
    manifest.write_text(f"{line}\n{first}\n", encoding="utf-8")

    result = draw(samples)

    assert named in " ".join(result.output.split())
    assert last_line(result) == "1 drawn, 0 unchanged, 1 failed of 2"


@pytest.mark.parametrize(("content", "named"), [(b"", "no lines"), (b"{'source'}\n", "line 1"), (b"\xff", "not UTF-8")])
def test_a_manifest_that_cannot_be_read_is_named_with_its_place(samples: Path, content: bytes, named: str) -> None:
    (samples / "tracemark-demo/manifest.jsonl").write_bytes(content)

    result = draw(samples)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert named in result.output
