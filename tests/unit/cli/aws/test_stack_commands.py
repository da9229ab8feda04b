"""`tracemark stack`: deploy, status, outputs, destroy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import docker
import pytest
from click.testing import Result
from support.fake_container_engine import DIGEST, FakeEngine
from support.labeling_setups import described_job
from support.staged_aws import Refused, StagedAws
from support.staged_stacks import OUTPUTS, REGISTRY, StagedStacks

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch, aws: StagedAws) -> FakeEngine:
    names = ("tracemark-plotting", "tracemark-prelabel", "tracemark-postlabel")
    found = FakeEngine(there={f"{name}:latest" for name in names})
    monkeypatch.setattr(docker, "from_env", lambda: found)
    aws.replies["ecr.DescribeImages"] = {"imageDetails": [{"imageDigest": DIGEST}]}
    return found


def _given(asked: Mapping[str, Any]) -> dict[str, str]:
    return {entry["ParameterKey"]: entry["ParameterValue"] for entry in asked["Parameters"]}


def test_deploy_makes_the_registry_first_and_then_the_stack(run: Run, stacks: StagedStacks) -> None:
    result = run("stack", "deploy", "--yes")

    assert result.exit_code == 0, result.output
    assert [asked["StackName"] for asked in stacks.asked] == ["tracemark-registry", "tracemark"]


def test_deploy_gives_the_stack_its_images_by_digest(run: Run, stacks: StagedStacks) -> None:
    run("stack", "deploy", "--yes", "--set", "Workforce=New")

    assert _given(stacks.asked[1]) == {
        "PreLabelingImageUri": f"{REGISTRY}/tracemark-prelabel@{DIGEST}",
        "PostLabelingImageUri": f"{REGISTRY}/tracemark-postlabel@{DIGEST}",
        "Architecture": "x86_64",
        "Workforce": "New",
    }


def test_deploy_names_the_processor_that_the_images_were_built_for(
    run: Run, stacks: StagedStacks, engine: FakeEngine
) -> None:
    engine.architecture = "arm64"

    run("stack", "deploy", "--yes")

    assert _given(stacks.asked[1])["Architecture"] == "arm64"


def test_images_for_a_processor_that_lambda_has_not_are_refused(run: Run, engine: FakeEngine) -> None:
    engine.architecture = "riscv64"

    result = run("stack", "deploy", "--yes")

    assert result.exit_code == 1
    assert "riscv64" in result.output


def test_deploy_with_plotting_gives_a_third_image(run: Run, stacks: StagedStacks) -> None:
    run("stack", "deploy", "--yes", "--plotting")

    assert _given(stacks.asked[1])["PlottingImageUri"] == f"{REGISTRY}/tracemark-plotting@{DIGEST}"


def test_deployed_images_have_a_tag_that_the_registry_never_expires(run: Run, aws: StagedAws) -> None:
    run("stack", "deploy", "--yes")

    assert aws.called("ecr.DescribeImages")[0]["imageIds"] == [{"imageTag": "deployed-0123456789ab"}]


def test_deploy_shows_what_would_change_and_asks(run: Run, stacks: StagedStacks) -> None:
    result = run("stack", "deploy", typed="n\n")

    assert result.exit_code == 1
    assert "AWS::S3::Bucket" in result.output
    assert "Change stack tracemark-registry in eu-west-1 of account 111122223333?" in result.output
    assert stacks.stacks == {}


def test_deploy_of_what_is_deployed_changes_nothing(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()
    stacks.unchanged = True

    result = run("stack", "deploy")

    assert result.exit_code == 0
    assert "tracemark: nothing to change" in result.output


def test_a_setting_without_a_value_is_refused(run: Run) -> None:
    result = run("stack", "deploy", "--set", "Workforce")

    assert result.exit_code == 2
    assert "NAME=VALUE" in result.output


def test_status_tells_what_is_there(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()

    output = run("stack", "status").output

    assert output.count("CREATE_COMPLETE") == 2
    assert output.count("not deployed") == 1


def test_outputs_lists_all_of_them(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()

    output = run("stack", "outputs").output

    assert {line.split(":")[0] for line in output.splitlines()} == set(OUTPUTS)


def test_one_output_alone_can_be_used_in_a_shell(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()

    assert run("stack", "outputs", "--name", "ManifestS3Path").output == "s3://welds/manifest.jsonl\n"


def test_an_output_that_is_not_there_is_named(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()

    result = run("stack", "outputs", "--name", "Manifest")

    assert result.exit_code == 1
    assert "ManifestS3Path" in result.output


def test_destroy_stops_the_stack_s_own_running_jobs_and_deletes_in_order(
    run: Run, aws: StagedAws, stacks: StagedStacks
) -> None:
    stacks.stand()
    summary = {
        "LabelingJobArn": "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/job",
        "CreationTime": 0,
        "LastModifiedTime": 0,
        "LabelCounters": {},
        "WorkteamArn": OUTPUTS["WorkteamArn"],
    }

    def listed(params: Mapping[str, Any]) -> Any:
        names = ("Ours", "Theirs") if params["StatusEquals"] == "InProgress" else ()
        jobs = [{**summary, "LabelingJobName": name, "LabelingJobStatus": "InProgress"} for name in names]
        return {"LabelingJobSummaryList": jobs}

    def described(params: Mapping[str, Any]) -> Any:
        name = params["LabelingJobName"]
        role = OUTPUTS["SagemakerServiceRoleArn"] if name == "Ours" else "arn:aws:iam::111122223333:role/another"
        return described_job(LabelingJobName=name, RoleArn=role)

    aws.replies |= {
        "sagemaker.ListLabelingJobs": listed,
        "sagemaker.DescribeLabelingJob": described,
        "sagemaker.StopLabelingJob": {},
    }

    result = run("stack", "destroy", "--yes")

    assert result.exit_code == 0, result.output
    assert aws.called("sagemaker.StopLabelingJob") == [{"LabelingJobName": "Ours"}]
    assert stacks.deleted == ["tracemark", "tracemark-registry"]


def test_destroy_keeps_the_registry_when_the_stack_stays(run: Run, aws: StagedAws, stacks: StagedStacks) -> None:
    stacks.stand()
    stacks.keeps = "tracemark"
    aws.replies["sagemaker.ListLabelingJobs"] = {"LabelingJobSummaryList": []}

    result = run("stack", "destroy", "--yes")

    assert result.exit_code == 1
    assert "the reason that AWS gave" in result.output
    assert "tracemark-registry" in stacks.stacks


def test_destroy_goes_on_where_ground_truth_refuses_the_account(run: Run, aws: StagedAws, stacks: StagedStacks) -> None:
    stacks.stand()
    aws.replies["sagemaker.ListLabelingJobs"] = Refused("AccessDeniedException", "not open to new customers")

    result = run("stack", "destroy", "--yes")

    assert result.exit_code == 0
    assert "could not be listed" in result.output
    assert stacks.deleted == ["tracemark", "tracemark-registry"]


def test_destroy_of_nothing_is_done_at_once(run: Run) -> None:
    result = run("stack", "destroy", "--yes")

    assert result.exit_code == 0
    assert "tracemark: deleted" in result.output


def test_destroy_asks(run: Run, stacks: StagedStacks) -> None:
    stacks.stand()

    result = run("stack", "destroy", typed="n\n")

    assert result.exit_code == 1
    assert stacks.deleted == []
