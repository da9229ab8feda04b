"""A finished job decided again from the command line: Ground Truth's own, with true labels, and one of ours."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tracemark.document import Json
from tracemark_cli.main import main

NAME = "birds-open-images-clone"
TREE = f"birds/output/{NAME}"
CHANGES = "manifests/consolidated/changes.jsonl"
ARN = "arn:aws:lambda:eu-west-1:261679111194:function"


@dataclass(frozen=True)
class Decided:
    job: Path
    before: Mapping[str, bytes]
    shown: str

    @property
    def tree(self) -> Path:
        return self.job.parent / TREE

    @property
    def manifest(self) -> list[dict[str, Any]]:
        return lines(self.tree / "manifests/consolidated/consolidated.manifest")


def run(*arguments: object) -> Result:
    found = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert found.exit_code == 0, found.output
    return found


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def files(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def document(**further: Json) -> Json:
    return {
        "LabelingJobName": NAME,
        "LabelAttributeName": NAME,
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://birds/manifest.jsonl"}}},
        "OutputConfig": {"S3OutputPath": "s3://birds/output"},
        "RoleArn": "arn:aws:iam::261679111194:role/LabelingRole",
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:261679111194:workteam/private-crowd/birders",
            "UiConfig": {"UiTemplateS3Uri": "s3://birds/birds.liquid.html"},
            "PreHumanTaskLambdaArn": f"{ARN}:pre",
            "AnnotationConsolidationConfig": {"AnnotationConsolidationLambdaArn": f"{ARN}:post"},
            "TaskTitle": "Classify birds",
            "TaskDescription": "Look at the bird",
            "NumberOfHumanWorkersPerDataObject": 5,
            "TaskTimeLimitInSeconds": 300,
        },
        **further,
    }


@pytest.fixture(scope="module")
def birds(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The job file of a finished job of the built-in image classification, beside its output tree."""
    job, folder = reference_data / "ground-truth-job", tmp_path_factory.mktemp("birds")
    shutil.copytree(job / "worker-response", folder / TREE / "annotations/worker-response")
    (folder / TREE / "manifests/output").mkdir(parents=True)
    shutil.copy(job / "output.manifest", folder / TREE / "manifests/output/output.manifest")
    (folder / "job.json").write_text(json.dumps(document()), encoding="utf-8")
    return folder / "job.json"


@pytest.fixture(scope="module")
def decided(birds: Path) -> Decided:
    """The same job after its final pass, and what lay there before."""
    before = files(birds.parent / TREE)
    return Decided(birds, before, run("consolidate", birds).output)


@pytest.fixture
def unfinished(tmp_path: Path) -> Path:
    """The job file of a job that has begun, and has no output manifest yet."""
    (tmp_path / "job.json").write_text(json.dumps(document()), encoding="utf-8")
    (tmp_path / "birds").mkdir()
    (tmp_path / "birds/manifest.jsonl").write_text('{"source": "text"}\n', encoding="utf-8")
    return tmp_path / "job.json"


@pytest.fixture
def true_labels(reference_data: Path) -> dict[str, str]:
    told = json.loads((reference_data / "ground-truth-job/true_labels.json").read_text())
    return {each["ImageId"]: each["Label"] for each in told}


def test_the_final_pass_is_right_at_least_as_often_as_ground_truth(
    decided: Decided, true_labels: dict[str, str]
) -> None:
    old = lines(decided.tree / "manifests/output/output.manifest")

    found = right(decided.manifest, true_labels)

    assert found >= right(old, true_labels) > 250


def test_the_final_pass_touches_nothing_that_ground_truth_wrote(decided: Decided) -> None:
    after = files(decided.tree)

    assert {name: after[name] for name in decided.before} == decided.before
    assert set(after) - set(decided.before) == {
        "manifests/consolidated/changes.jsonl",
        "manifests/consolidated/consolidated.manifest",
    }


def test_each_object_has_its_labels_before_and_after(decided: Decided) -> None:
    old, changes = (lines(decided.tree / name) for name in ("manifests/output/output.manifest", CHANGES))

    changed = [change for change in changes if change["outcome"] == "changed"]

    assert f"{len(changed)} changed, {302 - len(changed)} confirmed, 0 kept of 302" in decided.shown
    assert all(change["source"] and change["reason"] for change in changes)
    assert [change["before"] for change in changes] == [label(line) for line in old]
    assert [change["after"] for change in changes] == [label(line) for line in decided.manifest]


def test_a_repeated_final_pass_into_a_folder_writes_the_same_bytes_there(decided: Decided, tmp_path: Path) -> None:
    run("consolidate", decided.job, "-o", tmp_path / "elsewhere")

    assert files(tmp_path / "elsewhere") == files(decided.tree / "manifests/consolidated")


def test_export_reads_the_labels_of_the_final_pass(decided: Decided, tmp_path: Path) -> None:
    run("export", decided.job, "--final", "--format", "groundtruth", "-o", tmp_path / "labels")

    assert [label(line) for line in lines(tmp_path / "labels")] == [label(line) for line in decided.manifest]


def test_the_report_counts_the_labels_of_the_final_pass(decided: Decided, tmp_path: Path) -> None:
    run("report", decided.job, "--final", "-o", tmp_path / "report.html")

    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["labels"]
    assert Counter(told) == Counter(label(line) for line in decided.manifest)


def test_results_show_the_labels_of_the_final_pass(decided: Decided) -> None:
    (changed, *_) = [change for change in lines(decided.tree / CHANGES) if change["outcome"] == "changed"]

    shown = {final: run("results", decided.job, *final).output.splitlines() for final in ((), ("--final",))}

    cells = {final: row(shown[final], changed["datasetObjectId"]) for final in shown}
    assert (cells[()][2], cells[("--final",)][2]) == (changed["before"], changed["after"])


@pytest.mark.parametrize("command", [("results",), ("report",), ("export", "--format", "csv")])
def test_final_labels_are_refused_before_a_final_pass_was_made(unfinished: Path, command: tuple[str, ...]) -> None:
    found = CliRunner().invoke(main, [command[0], str(unfinished), "--final", *command[1:]])

    assert found.exit_code == 1
    assert "run `tracemark consolidate JOB.yaml`" in found.output


def test_a_job_without_an_output_manifest_is_not_finished(unfinished: Path) -> None:
    found = CliRunner().invoke(main, ["consolidate", str(unfinished)])

    assert found.exit_code == 1
    assert "has no output manifest yet" in found.output
    assert not list(unfinished.parent.rglob("consolidated.manifest"))


def row(shown: list[str], object_id: str) -> list[str]:
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown]
    return next(cells for cells in rows if cells and cells[0] == object_id)


def label(line: Mapping[str, Any]) -> str:
    return str(line[f"{NAME}-metadata"]["class-name"])


def right(manifest: list[dict[str, Any]], true_labels: Mapping[str, str]) -> int:
    return sum(label(line) == true_labels[PurePosixPath(line["source-ref"]).stem] for line in manifest)
