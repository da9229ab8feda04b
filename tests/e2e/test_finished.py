"""A finished job from the command line: hard objects into a next round, the report, the exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from plotly.offline import get_plotlyjs
from pyarrow import parquet

from tracemark_cli.main import main

pytestmark = pytest.mark.browser

ROOT = "tracemark-demo/output/WeldingLabelJob1"


def invoke(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def test_hard_objects_go_into_a_next_round_with_their_votes(samples: Path) -> None:
    job = samples / "job.yaml"
    invoke("run", job)

    invoke("results", job, "--hard", 2)

    lines = [json.loads(line) for line in (samples / ROOT / "manifests/hard/hard.manifest").read_text().splitlines()]
    assert [sorted(line) for line in lines] == [["earlier", "source"], ["earlier", "source"]]
    assert sum(vote["count"] for vote in lines[0]["earlier"]["votes"]) == 3


def test_report_and_exports_are_written(samples: Path, tmp_path: Path) -> None:
    job = samples / "job.yaml"
    invoke("run", job)

    invoke("report", job, "-o", tmp_path / "report.html")
    for kind in ("groundtruth", "csv", "parquet", "label-studio"):
        invoke("export", job, "--format", kind, "-o", tmp_path / kind)

    figures = json.loads((tmp_path / "report.json").read_text())
    page = (tmp_path / "report.html").read_text(encoding="utf-8").replace(get_plotlyjs(), "")
    assert (figures["objects"], figures["labeled"], figures["answers"], figures["known"]) == (12, 12, 36, 12)
    assert "<h1>WeldingLabelJob1</h1>" in page
    assert not [address for address in ('src="http', 'href="http') if address in page]
    assert parquet.read_table(tmp_path / "parquet").num_rows == 12
    assert len((tmp_path / "csv").read_text().splitlines()) == 13
    assert len(json.loads((tmp_path / "label-studio").read_text())) == 12
    assert (tmp_path / "groundtruth").read_bytes() == (samples / ROOT / "manifests/output/output.manifest").read_bytes()
