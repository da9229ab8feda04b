"""A finished job decided again from the command line: Ground Truth's own, with true labels, and one of ours."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tracemark.document import Json
from tracemark_cli.main import main

NAME = "birds-open-images-clone"
TREE = f"birds/output/{NAME}"
FINAL = f"{TREE}/manifests/consolidated"
ARN = "arn:aws:lambda:eu-west-1:261679111194:function"


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


@pytest.fixture
def birds(reference_data: Path, tmp_path: Path) -> Path:
    """The job file of a finished job of the built-in image classification, beside its output tree."""
    job = reference_data / "ground-truth-job"
    shutil.copytree(job / "worker-response", tmp_path / TREE / "annotations/worker-response")
    (tmp_path / TREE / "manifests/output").mkdir(parents=True)
    shutil.copy(job / "output.manifest", tmp_path / TREE / "manifests/output/output.manifest")
    (tmp_path / "job.json").write_text(json.dumps(document()), encoding="utf-8")
    return tmp_path / "job.json"


@pytest.fixture
def true_labels(reference_data: Path) -> dict[str, str]:
    told = json.loads((reference_data / "ground-truth-job/true_labels.json").read_text())
    return {each["ImageId"]: each["Label"] for each in told}


def test_the_final_pass_is_right_as_often_as_ground_truth_and_touches_nothing_it_wrote(
    birds: Path, true_labels: dict[str, str]
) -> None:
    before = files(birds.parent / TREE)

    shown = run("consolidate", birds)

    after = files(birds.parent / TREE)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {
        f"manifests/consolidated/{name}" for name in ("consolidated.manifest", "changes.jsonl")
    }
    old, new = (
        lines(birds.parent / TREE / "manifests/output/output.manifest"),
        lines(birds.parent / FINAL / "consolidated.manifest"),
    )
    assert right(new, true_labels) >= right(old, true_labels) > 250
    changes = lines(birds.parent / FINAL / "changes.jsonl")
    changed = [change for change in changes if change["outcome"] == "changed"]
    assert f"{len(changed)} changed, {302 - len(changed)} confirmed, 0 kept of 302" in shown.output
    assert [change["before"] for change in changes] == [label(line) for line in old]
    assert [change["after"] for change in changes] == [label(line) for line in new]


def test_a_repeated_final_pass_writes_the_same_bytes(birds: Path) -> None:
    run("consolidate", birds)
    first = files(birds.parent / FINAL)

    run("consolidate", birds)

    assert files(birds.parent / FINAL) == first


def test_a_folder_takes_the_files_in_place_of_the_jobs_output(birds: Path, tmp_path: Path) -> None:
    run("consolidate", birds, "-o", tmp_path / "elsewhere")

    assert sorted(files(tmp_path / "elsewhere")) == ["changes.jsonl", "consolidated.manifest"]
    assert not (birds.parent / FINAL).exists()


def test_results_report_and_export_read_the_labels_of_the_final_pass(birds: Path, tmp_path: Path) -> None:
    run("consolidate", birds)
    final = [label(line) for line in lines(birds.parent / FINAL / "consolidated.manifest")]

    run("export", birds, "--final", "--format", "groundtruth", "-o", tmp_path / "labels")
    run("report", birds, "--final", "-o", tmp_path / "report.html")
    shown = run("results", birds, "--final")

    assert [label(line) for line in lines(tmp_path / "labels")] == final
    told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {name: count for name, count in told["labels"].items() if count} == {
        name: final.count(name) for name in final
    }
    assert "302 labeled" in shown.output


def test_final_labels_are_refused_before_a_final_pass_was_made(birds: Path) -> None:
    found = CliRunner().invoke(main, ["results", str(birds), "--final"])

    assert found.exit_code == 1
    assert "run `tracemark consolidate JOB.yaml`" in found.output


def test_a_job_without_an_output_manifest_is_not_finished(birds: Path) -> None:
    (birds.parent / TREE / "manifests/output/output.manifest").unlink()

    found = CliRunner().invoke(main, ["consolidate", str(birds)])

    assert found.exit_code == 1
    assert "has no output manifest yet" in found.output
    assert not (birds.parent / FINAL).exists()


def label(line: Mapping[str, Any]) -> str:
    return str(line[f"{NAME}-metadata"]["class-name"])


def right(manifest: list[dict[str, Any]], true_labels: Mapping[str, str]) -> int:
    return sum(label(line) == true_labels[PurePosixPath(line["source-ref"]).stem] for line in manifest)
