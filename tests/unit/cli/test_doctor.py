"""`tracemark doctor`: its exit codes, and that it finds in a folder and in a stack what its checks find."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws
from PIL import Image
from support.labeling_setups import SetUp, files, post, pre, replies, s3_client
from support.staged_aws import REGION, Refused, StagedAws
from support.staged_stacks import OUTPUTS, StagedStacks

from tracemark_cli.main import main

TEMPLATE = "templates/weld.liquid.html"


def run(*arguments: str, aws: StagedAws | None = None) -> Result:
    return CliRunner().invoke(main, ["doctor", *arguments], obj=aws or StagedAws())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    CliRunner().invoke(main, ["samples", str(tmp_path / "demo"), "--count", "2"])
    return tmp_path / "demo"


@pytest.mark.browser
def test_a_sound_job_in_a_folder_has_exit_code_0(folder: Path) -> None:
    result = run(str(folder / "job.yaml"), "--sample", "1")

    assert result.exit_code == 0, result.output
    assert "8 checks, no errors, no warnings" in result.output


@pytest.mark.browser
@pytest.mark.parametrize(
    "items", ["item,log\na,1.csv\n", "item,log,log\na,1.csv,2.csv\n", "item,photograph\na,1.png\n"]
)
def test_a_folder_that_init_has_prepared_is_sound_whatever_its_items_hold(tmp_path: Path, items: str) -> None:
    data = tmp_path / "welds"
    data.mkdir()
    for name in ("1.csv", "2.csv"):
        (data / name).write_text("time_s,current_A\n0.0,101.5\n0.1,102.25\n0.2,99.5\n")
    Image.new("RGB", (8, 8)).save(data / "1.png")
    (tmp_path / "items.csv").write_text(items)

    prepared = CliRunner().invoke(main, ["init", str(data), "--items", str(tmp_path / "items.csv")])
    result = run(str(data / ".tracemark-job/job.yaml"))

    assert prepared.exit_code == 0, prepared.output
    assert "8 checks, no errors, no warnings" in result.output
    assert result.exit_code == 0


@pytest.mark.browser
def test_a_log_that_cannot_be_read_is_found_in_the_folder(folder: Path) -> None:
    next(folder.glob("*/sensor_data/*.csv")).write_bytes(b"")

    result = run(str(folder / "job.yaml"), "--sample", "2")

    assert result.exit_code == 1
    assert "the object is left out" in result.output


def test_a_wrong_request_ends_the_examination(tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    job.write_text("LabelingJobName: Welding_Job\n")

    result = run(str(job))

    assert result.exit_code == 1
    assert "key 'HumanTaskConfig'" in result.output
    assert "Welding_Job" in result.output


def test_a_file_that_is_no_yaml_is_a_finding(tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    job.write_text("a: [")

    result = run(str(job))

    assert result.exit_code == 1
    assert "neither JSON nor plain YAML" in result.output


def test_a_manifest_alone_is_examined_without_aws(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("{'source': 's3://welds/1.json'}\n")

    result = run("--manifest", str(manifest))

    assert result.exit_code == 1
    assert "json.dumps" in result.output
    assert "1 check, 1 error, no warnings" in result.output


def test_a_manifest_and_a_template_are_examined_together(tmp_path: Path) -> None:
    sound = files()
    (tmp_path / "manifest.jsonl").write_bytes(sound["manifest.jsonl"])
    (tmp_path / "page.html").write_bytes(sound[TEMPLATE])

    result = run("--manifest", str(tmp_path / "manifest.jsonl"), "--template", str(tmp_path / "page.html"))

    assert result.exit_code == 0
    assert "2 checks, no errors, no warnings" in result.output


def test_a_doubt_alone_does_not_fail_a_pipeline(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text('{"source": "s3://welds/1.json"}\n' * 2)

    result = run("--manifest", str(manifest))

    assert result.exit_code == 0
    assert "listed more than once" in result.output


def test_the_report_can_be_read_by_machines(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("")

    report = json.loads(run("--manifest", str(manifest), "--json").output)

    assert report["errors"] == 1
    assert report["checks"][0]["findings"][0].keys() == {"severity", "what", "place", "expected", "remedy"}


@pytest.mark.parametrize("arguments", [(), ("--stack", "tracemark", "--manifest", "manifest.jsonl")])
def test_none_and_several_targets_are_refused_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_file_that_is_not_there_has_exit_code_2() -> None:
    result = run("--manifest", "gone.jsonl")

    assert result.exit_code == 2
    assert "gone.jsonl" in result.output


def test_a_stack_that_is_not_there_has_exit_code_2() -> None:
    result = run("--stack", "gone", aws=StagedAws(StagedStacks().replies()))

    assert result.exit_code == 2
    assert "no stack gone" in result.output


@pytest.fixture
def deployed() -> Iterator[StagedAws]:
    """Return an AWS where the whole sound job is deployed; its functions answer by Lambda's Invoke."""
    with mock_aws():
        s3 = s3_client()
        s3.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": REGION})
        SetUp(s3).fill()
        aws = StagedAws({**replies(), **StagedStacks().stand().replies()}, {"s3": s3})
        aws.replies["lambda.Invoke"] = _invoked({"PreLabeling": pre(s3), "PostLabeling": post(s3)})
        # The configuration of an image is fetched by a URL, which no test does.
        aws.replies["ecr.BatchGetImage"] = Refused("AccessDenied", "not from here")
        yield aws


def _invoked(handlers: dict[str, Any]) -> Any:
    def invoke(params: Any) -> Any:
        name = params["FunctionName"].split(":")[6].split("Lambda-")[0]
        try:
            answer, failed = handlers[name](json.loads(params["Payload"]), None), {}
        except KeyError as error:
            answer = {"errorType": type(error).__name__, "errorMessage": str(error)}
            failed = {"FunctionError": "Unhandled"}
        return {"StatusCode": 200, "Payload": _Body(json.dumps(answer).encode()), **failed}

    return invoke


class _Body:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self) -> bytes:
        return self._data


def test_a_sound_stack_has_exit_code_0_and_says_what_could_not_be_looked_at(deployed: StagedAws) -> None:
    result = run("--stack", "tracemark", aws=deployed)

    assert result.exit_code == 0, result.output
    assert "16 checks, no errors, 1 warning" in result.output
    assert "not from here" in result.output


def test_a_deployed_function_that_raises_is_found_with_its_own_error(deployed: StagedAws) -> None:
    deployed.replies["lambda.Invoke"] = _invoked({"PreLabeling": lambda event, _: event["dataObject"]["s3uri"]})

    result = run("--stack", "tracemark", aws=deployed)

    assert result.exit_code == 1
    assert "KeyError: 's3uri'" in result.output
    assert OUTPUTS["PreLabelingLambdaArn"] in result.output


def test_a_function_that_may_not_be_invoked_is_a_finding(deployed: StagedAws) -> None:
    deployed.replies["lambda.Invoke"] = Refused("AccessDeniedException", "not authorized")

    result = run("--stack", "tracemark", aws=deployed)

    assert result.exit_code == 1
    assert "was not invoked (AccessDeniedException: not authorized)" in result.output
