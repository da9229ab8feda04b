"""The commands on this machine: errors in one line, charts of a local log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from support.fakes import weld_log

from tracemark_cli.main import main


@pytest.mark.browser
def test_plot_draws_one_chart_per_channel(tmp_path: Path) -> None:
    log = tmp_path / "weld.1.csv"
    log.write_bytes(weld_log())

    result = CliRunner().invoke(main, ["plot", str(log), "-o", str(tmp_path / "charts")])

    assert result.exit_code == 0, result.output
    assert sorted(file.name for file in (tmp_path / "charts").iterdir()) == [
        "weld.1.csv-current.png",
        "weld.1.csv-electrode_pos.png",
        "weld.1.csv-voltage.png",
    ]
    with Image.open(tmp_path / "charts/weld.1.csv-current.png") as chart:
        assert chart.size == (1000, 500)


@pytest.mark.browser
def test_plot_reads_a_profile_from_a_file(tmp_path: Path) -> None:
    log, profile = tmp_path / "log.csv", tmp_path / "own.yaml"
    log.write_bytes(b"t;gas\n0;1,5\n1;2,5\n2;;\n")
    profile.write_text(
        "name: own\ndelimiter: ';'\ndecimal: ','\ntime: {column: t, unit: s}\n"
        "channels: [{key: gas, column: gas, title: Gas, unit: L/min}]\n"
    )

    result = CliRunner().invoke(main, ["plot", str(log), "--profile", str(profile), "-o", str(tmp_path)])

    assert "3 samples, 1 missing values drawn as gaps" in result.output
    assert (tmp_path / "log.csv-gas.png").is_file()


@pytest.mark.parametrize(
    ("content", "options", "named"),
    [
        (None, (), "gone.csv"),
        (b"", (), "the log is empty"),
        (b"0,1,2,3\n1,2,3,4\n", ("--profile", "no-such"), "robotic-weld"),
        (b"0,1,2,3\n1,2,3,4\n", ("--profile", "no-such.yaml"), "no-such.yaml"),
    ],
    ids=["no file", "empty file", "unknown profile", "no profile file"],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, content: bytes | None, options: tuple[str, ...], named: str
) -> None:
    log = tmp_path / "gone.csv"
    if content is not None:
        log.write_bytes(content)

    result = CliRunner().invoke(main, ["plot", str(log), "-o", str(tmp_path), *options])

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert named in result.output
    assert len(result.output.splitlines()) == 1


def test_samples_write_a_job_that_can_be_run(tmp_path: Path) -> None:
    from tracemark_groundtruth.job.labeling_job import LabelingJob

    CliRunner().invoke(main, ["samples", str(tmp_path / "demo"), "--count", "1"])

    file = tmp_path / "demo/job.yaml"
    job = LabelingJob.parse(file.read_bytes(), str(file))
    assert job.manifest
    assert (tmp_path / "demo" / job.manifest.bucket / job.manifest.key).is_file()


def test_samples_say_what_is_wrong_with_a_number(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["samples", str(tmp_path / "demo"), "--count", "0"])

    assert result.exit_code == 1
    assert "Error: " in result.output


@pytest.mark.parametrize(
    "template", ["weld-classification.liquid.html", "item-classification.liquid.html", "adjudication.liquid.html"]
)
def test_the_packaged_template_is_the_one_in_ui(project: Path, template: str) -> None:
    packaged = project / "cli/src/tracemark_cli/templates" / template

    assert packaged.resolve() == (project / "ui" / template).resolve()


def test_the_samples_have_the_pictures_of_their_template_beside_it(project: Path, tmp_path: Path) -> None:
    sketches = {file.name: file.read_bytes() for file in (project / "ui/weld-sketches").iterdir()}

    result = CliRunner().invoke(main, ["samples", str(tmp_path), "--count", "1"])

    beside = tmp_path / "tracemark-demo/templates/weld-sketches"
    assert result.exit_code == 0
    assert {file.name: file.read_bytes() for file in beside.iterdir()} == sketches
    named = set(re.findall(r'append: "([a-z-]+[.]svg)"', (project / "ui/weld-classification.liquid.html").read_text()))
    assert named == set(sketches)
