"""Objects for a running job, and jobs on a part of a manifest, from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from moto import mock_aws
from support.labeling_setups import described_job, request, s3_client
from support.staged_aws import REGION, Refused, Reply, StagedAws

from tracemark_cli.aws.appending import MAX_LINES, Appending
from tracemark_cli.aws.session import Session
from tracemark_cli.errors import AwsRefused
from tracemark_groundtruth.job.labeling_job import LabelingJob

Run = Callable[..., Result]
NAME = "WeldingLabelJob1"
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1"
APPEND = "sagemaker.AppendToLabelingJob"
DESCRIBE = "sagemaker.DescribeLabelingJob"


def counted(params: Mapping[str, Any]) -> dict[str, Any]:
    added = len(params.get("DataObjects", ["one"]))
    return {"LabelingJobArn": ARN, "AddedCount": added, "DuplicateCount": 1, "TotalCount": 2_000}


@pytest.fixture(autouse=True)
def sagemaker(aws: StagedAws) -> None:
    aws.replies |= {
        APPEND: counted,
        DESCRIBE: described_job(),
        "sagemaker.CreateLabelingJob": {"LabelingJobArn": ARN},
    }


def write(folder: Path, count: int, length: int = 1) -> Path:
    file = folder / "lines.jsonl"
    file.write_text("".join(json.dumps({"source": f"{number} {'x' * length}"}) + "\n" for number in range(count)))
    return file


def test_lines_are_appended_in_requests_that_the_service_takes(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    result = run("job", "append", NAME, str(write(tmp_path, 2 * MAX_LINES + 3)))

    sent = [len(asked["DataObjects"]) for asked in aws.called(APPEND)]
    assert sent == [MAX_LINES, MAX_LINES, 3]
    assert result.output == "1,003 objects added, 3 were there already; the job has 2,000\n"
    assert all("ClientToken" not in asked for asked in aws.called(APPEND))


def test_long_lines_make_more_requests_none_above_two_megabytes(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    run("job", "append", NAME, str(write(tmp_path, 200, 19_000)))

    asked = aws.called(APPEND)
    assert sum(len(each["DataObjects"]) for each in asked) == 200
    assert max(len(json.dumps(each)) for each in asked) < 2 * 1024 * 1024
    assert len(asked) > 1


def test_each_request_of_a_call_has_a_token_of_its_own_the_same_when_repeated(
    run: Run, aws: StagedAws, tmp_path: Path
) -> None:
    for _ in range(2):
        run("job", "append", NAME, str(write(tmp_path, MAX_LINES + 1)), "--token", "monday")

    tokens = [asked["ClientToken"] for asked in aws.called(APPEND)]
    assert (len(set(tokens)), tokens[:2], {len(token) for token in tokens}) == (2, tokens[2:], {64})


def test_a_manifest_in_s3_is_named(run: Run, aws: StagedAws) -> None:
    result = run("job", "append", NAME, "--manifest", "s3://welds/new.jsonl")

    assert aws.called(APPEND) == [{"LabelingJobName": NAME, "ManifestS3Uri": "s3://welds/new.jsonl"}]
    assert result.output.startswith("1 objects added")


def test_of_a_file_with_a_wrong_line_nothing_is_sent(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    (tmp_path / "lines.jsonl").write_text('{"source": "a"}\n{"sauce": "b"}\n')

    result = run("job", "append", NAME, str(tmp_path / "lines.jsonl"))

    assert (result.exit_code, "line 2" in result.output, aws.called(APPEND)) == (1, True, [])


@pytest.mark.parametrize("arguments", [(), ("lines.jsonl", "--manifest", "s3://a/b")])
def test_append_needs_a_file_or_a_manifest(
    run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, 1)

    assert run("job", "append", NAME, *arguments).exit_code == 2


def test_a_job_that_has_not_begun_is_waited_for_and_not_for_ever(aws: StagedAws) -> None:
    early: list[Reply] = [described_job(LabelingJobStatus="Initializing")] * 3
    aws.replies[DESCRIBE] = [*early, described_job()]
    pauses: list[float] = []
    Appending(aws, NAME, sleep=pauses.append).wait()
    aws.replies[DESCRIBE] = described_job(LabelingJobStatus="Initializing")

    with pytest.raises(AwsRefused, match="has not begun for 120 s"):
        Appending(aws, NAME, sleep=pauses.append).wait()

    assert len(pauses) == 3 + 240


def test_aws_itself_says_that_it_does_not_have_the_operation(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    aws.replies[APPEND] = Refused("UnknownOperationException", "unknown")

    result = run("job", "append", NAME, str(write(tmp_path, 1)))

    assert (result.exit_code, "AWS itself does not have this operation" in result.output) == (1, True)


def test_the_client_of_every_command_knows_the_operation() -> None:
    client = Session(REGION).client("sagemaker")

    assert "AppendToLabelingJob" in client.meta.service_model.operation_names


@mock_aws
def test_a_job_on_a_sample_names_the_manifest_that_is_written_for_it(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    s3 = aws.clients["s3"] = s3_client()
    s3.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": REGION})
    lines = "".join(json.dumps({"source": f"text {n}", "shift": "night" if n % 2 else "day"}) + "\n" for n in range(40))
    s3.put_object(Bucket="welds", Key="manifest.jsonl", Body=lines.encode())
    (tmp_path / "job.yaml").write_text(json.dumps(request()))
    create = ("job", "create", str(tmp_path / "job.yaml"), "--filter", "shift=night", "--sample", "25%", "--seed", "7")

    results = [run(*create) for _ in range(2)]

    first, second = aws.called("sagemaker.CreateLabelingJob")
    assert first == second, results[0].output
    assert results[0].output == f"selected: 5 of 40 lines of s3://welds/manifest.jsonl\n{ARN}\n"
    manifest = LabelingJob.parse(json.dumps(first).encode(), "request").manifest
    assert manifest
    assert manifest.key.startswith("manifest-selected-")
    written = s3.get_object(Bucket="welds", Key=manifest.key)["Body"].read().decode().splitlines()
    assert [json.loads(line)["shift"] for line in written] == ["night"] * 5
    record = json.loads(s3.get_object(Bucket="welds", Key=f"{manifest.key}.selection.json")["Body"].read())
    assert record == {
        "from": "s3://welds/manifest.jsonl",
        "filter": "shift=night",
        "sample": "25%",
        "seed": "7",
        "lines": 5,
        "of": 40,
    }
    assert {"Key": "tracemark:sample", "Value": "25 percent"} in first["Tags"]


@mock_aws
def test_a_streaming_job_without_a_manifest_has_nothing_to_select_from(
    run: Run, aws: StagedAws, tmp_path: Path
) -> None:
    made = request()
    topic = f"arn:aws:sns:{REGION}:111122223333:welds"
    made["InputConfig"] = {"DataSource": {"SnsDataSource": {"SnsTopicArn": topic}}}
    (tmp_path / "job.yaml").write_text(json.dumps(made))

    result = run("job", "create", str(tmp_path / "job.yaml"), "--sample", "5")

    assert (result.exit_code, "nothing to select from" in result.output) == (1, True)
    assert aws.called("sagemaker.CreateLabelingJob") == []
