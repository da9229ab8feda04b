"""A job judged from the command line: hard cases to a next round, report, exports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from tracemark_cli.main import main

pytestmark = pytest.mark.browser

TREE = "tracemark-demo/output/WeldingLabelJob1"


def run(*arguments: object) -> Result:
    found = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert found.exit_code == 0, found.output
    return found


@pytest.fixture(scope="module")
def done(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(drawn, tmp_path_factory.mktemp("judged") / "demo"))
    run("run", folder / "job.yaml")
    return folder


@pytest.fixture
def labeled(done: Path, tmp_path: Path) -> Path:
    """A finished job that a test may write into."""
    return Path(shutil.copytree(done, tmp_path / "demo"))


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_hard_cases_go_to_a_next_round_whose_workers_see_the_earlier_votes(labeled: Path) -> None:
    shown = run("results", labeled / "job.yaml", "--hard", 2)
    (tied, _) = lines(labeled / TREE / "manifests/hard/hard.manifest")
    job = (labeled / "job.yaml").read_text(encoding="utf-8")
    next_job = job.replace("LabelingJobName: WeldingLabelJob1", "LabelingJobName: Round2")
    next_job = next_job.replace("manifest.jsonl", "output/WeldingLabelJob1/manifests/hard/hard.manifest")
    (labeled / "round2.yaml").write_text(next_job, encoding="utf-8")
    truth = labeled / "truth2.jsonl"
    truth.write_text(
        "\n".join(json.dumps({"datasetObjectId": str(n), "label": "Good Weld"}) for n in (0, 1)), encoding="utf-8"
    )

    run("run", labeled / "round2.yaml", "--truth", truth)

    assert "2 objects for a next round" in shown.output
    assert (tied["earlier"][0]["remark"], len(tied["earlier"][0]["votes"])) == ("tie", 3)
    written = lines(labeled / "tracemark-demo/output/Round2/manifests/output/output.manifest")
    assert [("WeldingLabelJob1" in line, "earlier" in line) for line in written] == [(True, True)] * 2


def test_a_job_without_hard_cases_writes_no_manifest(samples: Path) -> None:
    content = {"WeldingClassification": {"label": "Good Weld"}}
    answers = [
        {"datasetObjectId": str(number), "workerId": worker, "answerContent": content}
        for number in range(12)
        for worker in ("anna", "ben", "carl")
    ]
    (samples / "answers.jsonl").write_text("\n".join(json.dumps(answer) for answer in answers), encoding="utf-8")
    run("run", samples / "job.yaml", "--answers", samples / "answers.jsonl")

    shown = run("results", samples / "job.yaml", "--below", 0.1)

    assert "no hard cases" in shown.output
    assert not (samples / TREE / "manifests/hard").exists()


def test_the_report_shows_hard_cases_with_their_photographs(labeled: Path, tmp_path: Path) -> None:
    run("report", labeled / "job.yaml", "-o", tmp_path / "report.html")

    twin = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (twin["progress"]["labeled"], len(twin["workers"]), twin["reliability"]["known"]) == (12, 3, 12)
    assert html.count('<img src="data:image/jpeg;base64,') == len(twin["hard"]) > 0
    assert all(len(case["votes"]) > 1 for case in twin["hard"])


def test_the_report_measures_gamma_where_spans_were_marked_and_says_where_none_were(
    labeled: Path, tmp_path: Path
) -> None:
    plain = run("report", labeled / "job.yaml", "--gamma", "-o", tmp_path / "plain.html")
    span = [{"label": "Pore", "start": 1, "end": 2}]
    for file in (labeled / TREE / "annotations/worker-response").rglob("*.json"):
        response = json.loads(file.read_text(encoding="utf-8"))
        for answer in response["answers"]:
            answer["answerContent"]["pores"] = span
        file.write_text(json.dumps(response), encoding="utf-8")

    run("report", labeled / "job.yaml", "--gamma", "-o", tmp_path / "spans.html")

    twin = json.loads((tmp_path / "spans.json").read_text(encoding="utf-8"))
    assert "no gamma" in plain.output
    assert {each["field"]: each["gamma"] for each in twin["fields"]}["pores"] == 1
    assert '<th class="n">gamma</th>' in (tmp_path / "spans.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["groundtruth", "csv", "parquet", "label-studio"])
def test_every_format_has_every_object_with_its_charts(labeled: Path, tmp_path: Path, kind: str) -> None:
    shown = run("export", labeled / "job.yaml", "--format", kind, "-o", tmp_path / "labels")

    assert shown.output.startswith("12 of 12 objects: ")
    written = (tmp_path / "labels").read_bytes()
    if kind == "parquet":
        written = json.dumps(parquet.read_table(tmp_path / "labels").to_pylist()).encode()
    assert all(f"plots/weld.{number}.csv-voltage.png".encode() in written for number in range(1, 13))


def test_a_job_that_was_never_run_is_refused_in_one_line(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["results", str(tmp_path / "job.yaml")])

    assert (found.exit_code, found.output.startswith("Error: ")) == (1, True)
