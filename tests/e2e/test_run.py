"""The main job from the command line: samples in, one label per object out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from support.fakes import photograph

from tracemark_cli.main import main

pytestmark = pytest.mark.browser

OUTPUT = "tracemark-demo/output/WeldingLabelJob1"


def run(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["run", str(folder / "job.yaml"), *options])


def output_manifest(folder: Path) -> list[dict[str, Any]]:
    text = (folder / OUTPUT / "manifests/output/output.manifest").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answers(file: Path, labels: dict[str, list[str]]) -> str:
    lines = [
        {
            "datasetObjectId": object_id,
            "workerId": f"private.eu-west-1.{worker:016x}",
            "answerContent": {"WeldingClassification": {"label": label}},
        }
        for object_id, chosen in labels.items()
        for worker, label in enumerate(chosen)
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return str(file)


def test_simulated_workers_label_every_object(samples: Path) -> None:
    result = run(samples)

    assert result.exit_code == 0, result.output
    assert "12 labeled, 0 failed, 0 left out of 12" in result.output
    assert all("WeldingLabelJob1" in line for line in output_manifest(samples))


def test_the_labels_are_those_of_the_given_answers(samples: Path) -> None:
    given = {
        "0": ["Good Weld"] * 3,
        "1": ["Burn Through", "Burn Through", "Good Weld"],
        "2": ["Not sure", "Contamination", "Contamination"],
        "3": ["Not sure"] * 3,
        "4": ["Lack of Fusion", "Good Weld", "Not sure"],
    } | {str(number): ["High Travel Speed"] * 3 for number in range(5, 12)}

    result = run(samples, "--answers", answers(samples / "answers.jsonl", given | {"99": ["Good Weld"] * 2}))

    assert "not used of" in result.output
    assert "those to objects that the job did not show ('99')" in result.output.replace("\n", " ")
    found = [line["WeldingLabelJob1"] for line in output_manifest(samples)]
    assert [label["WeldingClassification"] for label in found] == [
        "Good Weld",
        "Burn Through",
        "Contamination",
        "Not sure",
        "Good Weld",
        *["High Travel Speed"] * 7,
    ]
    sure = [label["confidence"] for label in found]
    assert (sure[3], sure.index(min(sure[:3])), sure[4] < sure[1]) == (0.0, 1, True)
    assert [index for index, label in enumerate(found) if "tie" in label] == [4]


def test_the_plots_lie_under_the_tutorials_names(samples: Path) -> None:
    run(samples)

    plots = {file.name for file in (samples / "tracemark-demo/plots").iterdir()}
    assert plots == {
        f"weld.{number}.csv-{channel}.png"
        for number in range(1, 13)
        for channel in ("electrode_pos", "current", "voltage")
    }


def test_an_item_at_fault_is_left_out_and_every_other_one_is_labeled(samples: Path) -> None:
    (samples / "tracemark-demo/sensor_data/weld.2.csv").write_bytes(b"")

    result = run(samples)

    lines = output_manifest(samples)
    assert "11 labeled, 0 failed, 1 left out of 12" in result.output
    assert "the log is empty" in " ".join(result.output.split())
    assert lines[1] == {"source": "s3://tracemark-demo/dataset/dataset-2.json"}


def test_a_job_of_which_nothing_can_be_shown_fails_and_says_why(samples: Path) -> None:
    for log in samples.glob("tracemark-demo/sensor_data/*.csv"):
        log.write_bytes(b"")

    result = run(samples)

    assert result.exit_code == 1
    assert "0 labeled, 0 failed, 12 left out of 12" in result.output
    assert "no object could be shown: 12 of 12 objects were left out: line 1: s3://" in " ".join(result.output.split())


def test_a_photograph_that_no_browser_shows_is_converted_and_a_broken_one_left_out(samples: Path) -> None:
    images = samples / "tracemark-demo/images"
    (images / "weld.2.png").write_bytes(photograph("TIFF"))
    (images / "weld.3.png").write_bytes(b"")

    result = run(samples)

    assert "11 labeled, 0 failed, 1 left out of 12" in result.output
    (left_out,) = (samples / OUTPUT / "manifests/output/left-out.jsonl").read_text().splitlines()
    assert json.loads(left_out)["reason"].startswith("s3://tracemark-demo/images/weld.3.png: the image is empty")
    assert (samples / "tracemark-demo/plots/weld.2.png-shown.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_the_jobs_own_classes_are_shown_and_counted_whatever_the_shell_says(
    samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ["Pore", "Crack", "Undercut", "Sound"]
    (samples / "tracemark-demo/labels.json").write_text(json.dumps({"labels": [{"label": name} for name in own]}))
    monkeypatch.setenv("LABEL_CATEGORIES", "s3://tracemark-demo/of-another-job.json")
    given = {str(number): [own[number % 4]] * 3 for number in range(12)}

    result = run(samples, "--answers", answers(samples / "answers.jsonl", given))

    labels = [line["WeldingLabelJob1"]["WeldingClassification"] for line in output_manifest(samples)]
    assert labels == [own[number % 4] for number in range(12)], result.output


def test_an_earlier_output_is_not_overwritten_by_chance(samples: Path) -> None:
    run(samples)

    again = run(samples)

    assert again.exit_code == 1
    assert "Error:" in again.output


def test_with_overwrite_the_job_runs_again(samples: Path) -> None:
    run(samples)
    first = output_manifest(samples)

    again = run(samples, "--overwrite")

    assert again.exit_code == 0, again.output
    assert [line["WeldingLabelJob1"] for line in output_manifest(samples)] == [
        line["WeldingLabelJob1"] for line in first
    ]


def test_without_answers_and_truth_the_error_names_the_options(samples: Path) -> None:
    (samples / "true-labels.jsonl").unlink()

    result = run(samples)

    assert result.exit_code == 1
    assert "--answers" in result.output
    assert "--truth" in result.output


def test_the_readme_shows_what_the_demo_prints(samples: Path, project: Path) -> None:
    result = run(samples)

    shown = (project / "README.md").read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    assert result.output.replace(str(samples), "demo") == shown


def without(folder: Path, key: str) -> Path:
    file = folder / "job.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    del document["HumanTaskConfig"][key]
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def test_a_job_without_a_pre_labeling_function_draws_nothing_as_on_the_service(samples: Path) -> None:
    without(samples, "PreHumanTaskLambdaArn")

    result = run(samples)

    assert result.exit_code == 0, result.output
    assert not (samples / "tracemark-demo/plots").exists()


def test_a_job_without_a_post_labeling_function_names_the_answers_as_on_the_service(samples: Path) -> None:
    without(samples, "AnnotationConsolidationConfig")

    result = run(samples)

    assert result.exit_code == 0, result.output
    lines = (samples / OUTPUT / "manifests/output/output.manifest").read_text(encoding="utf-8").splitlines()
    assert lines
    assert all("worker-response-ref" in line for line in lines)
