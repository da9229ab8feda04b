"""What the stack tells about itself."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

Deploy = Callable[..., dict[str, Any]]

ALWAYS = {
    "BucketName": "<Bucket>",
    "ManifestS3Path": "s3://<Bucket>/manifest.jsonl",
    "ProposedOutputPath": "s3://<Bucket>/output/",
    "LabelCategoriesS3Uri": "s3://<Bucket>/labels.json",
    "TemplateS3Uri": "s3://<Bucket>/templates/weld-classification.liquid.html",
    "SagemakerServiceRoleArn": "<SagemakerServiceRole.Arn>",
    "PreLabelingLambdaArn": "<PreLabelingLambda.Arn>",
    "PostLabelingLambdaArn": "<PostLabelingLambda.Arn>",
}


def _values(stack: dict[str, Any]) -> dict[str, str]:
    return {name: output["Value"] for name, output in stack["Outputs"].items()}


@pytest.fixture
def command(deploy: Deploy) -> list[str]:
    return shlex.split(_values(deploy())["CreateLabelingJobCommand"])


@pytest.fixture
def job(command: list[str]) -> dict[str, Any]:
    request = json.loads(command[command.index("--cli-input-json") + 1])
    assert isinstance(request, dict)
    return request


def test_the_walk_through_finds_its_values_in_the_outputs(deploy: Deploy) -> None:
    values = _values(deploy())

    assert {name: value for name, value in values.items() if name != "CreateLabelingJobCommand"} == ALWAYS


def test_what_was_chosen_comes_with_outputs_of_its_own(deploy: Deploy, image: str) -> None:
    values = _values(deploy(PlottingImageUri=image, LabelCategories="own.json", Workforce="New"))

    assert values["PlottingLambdaArn"] == "<PlottingLambda.Arn>"
    assert values["LabelCategoriesS3Uri"] == "s3://<Bucket>/own.json"
    assert values["WorkteamArn"] == "<Workteam>"
    assert values["WorkerGroup"] == "<WorkerGroup>"
    assert values["WorkerPoolId"] == "<WorkerPool>"
    assert values["WorkerPortalUrl"] == "https://<PrivateWorkforce.SubDomain>"


def test_without_samples_and_without_a_file_there_are_no_label_categories(deploy: Deploy) -> None:
    stack = deploy(SampleData="false")

    assert "LabelCategoriesS3Uri" not in stack["Outputs"]
    assert "LabelCategoryConfigS3Uri" not in _values(stack)["CreateLabelingJobCommand"]


def test_the_portal_of_an_existing_workforce_is_not_told(deploy: Deploy) -> None:
    values = _values(deploy(Workforce="Existing", UserPoolId="eu-west-1_Ab3", UserPoolClientId="1h57"))

    assert values["WorkerPoolId"] == "eu-west-1_Ab3"
    assert "WorkerPortalUrl" not in values


def test_the_manifest_is_where_the_samples_put_it(project: Path) -> None:
    written = (project / "samples/src/tracemark_samples/dataset.py").read_text("utf-8")

    assert f'"{ALWAYS["ManifestS3Path"].rpartition("/")[2]}"' in written


def test_the_template_is_called_what_it_is_called_in_the_project(project: Path) -> None:
    assert (project / "ui" / ALWAYS["TemplateS3Uri"].rpartition("/")[2]).is_file()


def test_the_command_creates_a_labeling_job_in_the_region_of_the_stack(command: list[str]) -> None:
    assert command[:5] == ["aws", "sagemaker", "create-labeling-job", "--region", "eu-west-1"]


def test_the_command_is_a_request_that_the_service_s_own_model_takes(job: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model("CreateLabelingJob").input_shape

    validate_parameters(job, shape)


def test_the_command_uses_what_the_stack_made(job: dict[str, Any]) -> None:
    task = job["HumanTaskConfig"]

    assert job["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"] == ALWAYS["ManifestS3Path"]
    assert job["OutputConfig"]["S3OutputPath"] == ALWAYS["ProposedOutputPath"]
    assert job["RoleArn"] == ALWAYS["SagemakerServiceRoleArn"]
    assert job["LabelCategoryConfigS3Uri"] == ALWAYS["LabelCategoriesS3Uri"]
    assert task["WorkteamArn"] == "WORKTEAM_ARN"
    assert task["UiConfig"]["UiTemplateS3Uri"] == ALWAYS["TemplateS3Uri"]
    assert task["PreHumanTaskLambdaArn"] == ALWAYS["PreLabelingLambdaArn"]
    assert task["AnnotationConsolidationConfig"]["AnnotationConsolidationLambdaArn"] == ALWAYS["PostLabelingLambdaArn"]


def test_the_command_gives_the_job_to_the_team_that_the_stack_made(deploy: Deploy) -> None:
    command = shlex.split(_values(deploy(Workforce="New"))["CreateLabelingJobCommand"])

    request = json.loads(command[command.index("--cli-input-json") + 1])

    assert request["HumanTaskConfig"]["WorkteamArn"] == "<Workteam>"
