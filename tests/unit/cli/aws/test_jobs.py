"""Labeling jobs of a stack: created, watched, why they failed, their labels."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from moto import mock_aws
from support.labeling_setups import described_job, request, s3_client
from support.staged_aws import REGION, Refused, StagedAws
from support.staged_stacks import OUTPUTS, StagedStacks

from tracemark.errors import FunctionFailed, InvalidConfiguration
from tracemark_cli.aws.labeling_request import JobChoices, labeling_request
from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.watching import watch_until_end
from tracemark_groundtruth.job.labeling_job import LabelingJob

Run = Callable[..., Result]
NAME = "WeldingLabelJob1"
ARN = "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1"
DESCRIBE = "sagemaker.DescribeLabelingJob"


@pytest.fixture(autouse=True)
def sagemaker(aws: StagedAws, stacks: StagedStacks) -> None:
    stacks.stand()
    member = {"CognitoMemberDefinition": {"UserPool": "p", "UserGroup": "g", "ClientId": "c"}}
    team = {"WorkteamName": "t", "MemberDefinitions": [member], "WorkteamArn": "a", "Description": "d"}
    aws.replies |= {
        "sagemaker.CreateLabelingJob": {"LabelingJobArn": ARN},
        "sagemaker.DescribeWorkteam": {"Workteam": {**team, "SubDomain": "abc.labeling.eu-west-1.sagemaker.aws"}},
        "sagemaker.StopLabelingJob": {},
        DESCRIBE: described_job(LabelingJobStatus="Completed"),
    }


def test_a_job_from_a_stack_is_what_the_local_engine_takes_too(aws: StagedAws) -> None:
    request = labeling_request(OUTPUTS, JobChoices(workers=3), aws)

    job = LabelingJob.parse(json.dumps(request.to_json()).encode(), "request")

    assert str(job.manifest) == OUTPUTS["ManifestS3Path"]
    assert job.pre_function_arn == OUTPUTS["PreLabelingLambdaArn"]
    assert job.workers_per_object == 3


def test_create_prints_the_arn_and_where_workers_label(run: Run, aws: StagedAws) -> None:
    result = run("job", "create", "--from-stack", "tracemark", "--name", "Second", "--workers", "2")

    assert result.exit_code == 0, result.output
    assert ARN in result.output
    assert "https://abc.labeling.eu-west-1.sagemaker.aws" in result.output
    asked = aws.called("sagemaker.CreateLabelingJob")[0]
    assert asked["LabelAttributeName"] == "Second"
    assert asked["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] == 2


def test_a_stack_without_a_team_needs_one_named(aws: StagedAws) -> None:
    without = {name: value for name, value in OUTPUTS.items() if name != "WorkteamArn"}

    with pytest.raises(InvalidConfiguration, match=f"private team in {REGION}"):
        labeling_request(without, JobChoices(), aws)


def test_another_stack_is_refused_by_the_output_that_it_lacks(aws: StagedAws) -> None:
    with pytest.raises(InvalidConfiguration, match="ManifestS3Path"):
        labeling_request({"Website": "x"}, JobChoices(), aws)


def test_an_account_that_ground_truth_refuses_is_told_so(run: Run, aws: StagedAws) -> None:
    aws.replies["sagemaker.CreateLabelingJob"] = Refused("AccessDeniedException", "not open to new customers")

    result = run("job", "create", "--from-stack", "tracemark")

    assert result.exit_code == 1
    assert "not open to new customers" in result.output


def test_describe_is_the_api_s_answer_as_json(run: Run, aws: StagedAws) -> None:
    aws.replies[DESCRIBE] = described_job()

    found = json.loads(run("job", "describe", NAME).output)

    assert found["LabelCounters"]["HumanLabeled"] == 2
    assert found["CreationTime"] == "2026-11-24T00:00:00+00:00"


def test_list_shows_the_newest_first(run: Run, aws: StagedAws) -> None:
    kept = (
        "LabelingJobName",
        "LabelingJobArn",
        "CreationTime",
        "LastModifiedTime",
        "LabelingJobStatus",
        "LabelCounters",
    )
    summary = {key: value for key, value in described_job().items() if key in kept}
    aws.replies["sagemaker.ListLabelingJobs"] = {
        "LabelingJobSummaryList": [{**summary, "WorkteamArn": OUTPUTS["WorkteamArn"]}]
    }

    result = run("job", "list")

    assert "2 labeled, 0 failed, 3 unlabeled" in result.output
    assert aws.called("sagemaker.ListLabelingJobs")[0]["SortOrder"] == "Descending"


def test_create_takes_a_request_from_a_file_as_it_is(run: Run, aws: StagedAws, tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text(json.dumps(request()))

    result = run("job", "create", str(tmp_path / "job.yaml"))

    assert result.output == f"{ARN}\n"
    assert aws.called("sagemaker.CreateLabelingJob") == [request()]


@pytest.mark.parametrize("arguments", [(), ("job.yaml", "--from-stack", "tracemark")])
def test_create_needs_a_file_or_a_stack(
    run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("job.yaml").write_text("{}")

    assert run("job", "create", *arguments).exit_code == 2


def test_results_of_a_job_under_way_are_not_there_yet(run: Run, aws: StagedAws) -> None:
    aws.replies[DESCRIBE] = described_job()

    result = run("job", "results", NAME)

    assert result.exit_code == 1
    assert "no output manifest yet" in result.output


def test_a_job_that_is_not_there_is_an_error(run: Run, aws: StagedAws) -> None:
    aws.replies[DESCRIBE] = Refused("ResourceNotFound", "Requested resource not found")

    result = run("job", "describe", NAME)

    assert result.exit_code == 1
    assert "Requested resource not found" in result.output


def test_stop_stops(run: Run, aws: StagedAws) -> None:
    run("job", "stop", NAME)

    assert aws.called("sagemaker.StopLabelingJob") == [{"LabelingJobName": NAME}]


def test_watch_looks_until_the_job_ends(aws: StagedAws) -> None:
    aws.replies[DESCRIBE] = [described_job(), described_job(), described_job(LabelingJobStatus="Completed")]
    waited: list[float] = []

    job = watch_until_end(console(), aws, NAME, 5, waited.append)

    assert job.status == "Completed"
    assert waited == [5, 5]


def test_watch_says_where_workers_label(run: Run) -> None:
    assert "https://abc.labeling.eu-west-1.sagemaker.aws" in run("job", "watch", NAME).output


def test_a_failed_job_is_explained_by_what_its_functions_logged(aws: StagedAws) -> None:
    line = {"level": "ERROR", "message": "pre-labeling failed", "cause": "s3://welds/x.csv line 3: no number"}

    def events(params: Any) -> Any:
        logged = params["logGroupName"] == "the-group-of-PreLabelingLambda-1a2b3c4d"
        return {"events": [{"timestamp": 1_000, "message": json.dumps(line)}] if logged else []}

    aws.replies |= {
        DESCRIBE: described_job(LabelingJobStatus="Failed", FailureReason="ClientError: Unhandled"),
        "lambda.GetFunctionConfiguration": lambda params: {
            "LoggingConfig": {"LogGroup": f"the-group-of-{params['FunctionName'].split(':')[6]}"}
        },
        "logs.FilterLogEvents": events,
    }

    with pytest.raises(FunctionFailed, match=r"Unhandled.*PreLabelingLambda-1a2b3c4d: s3://welds/x.csv line 3"):
        watch_until_end(console(), aws, NAME, 5, lambda _: None)


def test_a_failed_job_whose_functions_said_nothing_points_to_the_role(run: Run, aws: StagedAws) -> None:
    aws.replies |= {
        DESCRIBE: described_job(LabelingJobStatus="Failed"),
        "lambda.GetFunctionConfiguration": Refused("AccessDenied"),
        "logs.FilterLogEvents": Refused("ResourceNotFoundException"),
    }

    result = run("job", "watch", NAME)

    assert result.exit_code == 1
    assert "permissions" in result.output


@pytest.fixture
def output(aws: StagedAws) -> Iterator[None]:
    label = {"WeldingClassification": "Good Weld", "confidence": 0.6667}
    lines = [
        {"source": "s3://welds/1.json", NAME: label, f"{NAME}-metadata": {"type": "groundtruth/custom"}},
        {"source": "s3://welds/2.json", f"{NAME}-metadata": {"failure-reason": "nobody answered"}},
    ]
    with mock_aws():
        client = s3_client()
        client.create_bucket(Bucket="welds", CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_object(Bucket="welds", Key="out.manifest", Body="\n".join(map(json.dumps, lines)))
        aws.clients["s3"] = client
        aws.replies[DESCRIBE] = described_job(
            LabelingJobStatus="Completed",
            LabelAttributeName=NAME,
            LabelingJobOutput={"OutputDatasetS3Uri": "s3://welds/out.manifest"},
        )
        yield


@pytest.mark.usefixtures("output")
def test_results_show_the_label_of_each_object_and_why_one_has_none(run: Run, tmp_path: Path) -> None:
    result = run("job", "results", NAME, "--output", str(tmp_path / "labels.jsonl"))

    assert result.exit_code == 0, result.output
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in result.output.splitlines() if "│" in line]
    assert rows == [["0", "Good Weld", "0.67", ""], ["1", "", "", "nobody answered"]]
    assert len((tmp_path / "labels.jsonl").read_text().splitlines()) == 2
