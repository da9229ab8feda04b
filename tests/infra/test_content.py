"""What fills the bucket at the start and empties it at the end."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tracemark.contract.categories import WELDING_CATEGORIES, Categories
from tracemark.document import Node
from tracemark_samples.dataset import write_dataset
from tracemark_stack.request import Properties

Deploy = Callable[..., dict[str, Any]]


@pytest.fixture
def resources(deploy: Deploy, image: str) -> dict[str, Any]:
    found = deploy(PlottingImageUri=image, PostLabelingImageUri=image.replace("prelabel", "postlabel"))["Resources"]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def function(resources: dict[str, Any]) -> dict[str, Any]:
    return dict(resources["BucketContentLambda"]["Properties"])


def test_the_function_is_the_post_labeling_image_under_another_command(
    resources: dict[str, Any], function: dict[str, Any]
) -> None:
    (command,) = function["ImageConfig"]["Command"]
    module, _, name = command.rpartition(".")

    assert function["Code"] == resources["PostLabelingLambda"]["Properties"]["Code"]
    assert callable(getattr(import_module(module), name))


def test_the_function_has_a_role_and_a_log_group_of_its_own(
    resources: dict[str, Any], function: dict[str, Any]
) -> None:
    assert function["FunctionName"] == "BucketContentLambda-51af3dc0"
    assert function["Role"] == "<BucketContentRole.Arn>"
    assert function["LoggingConfig"]["LogGroup"] == "<BucketContentLogGroup>"
    group = resources["BucketContentLogGroup"]
    assert group["Properties"]["LogGroupName"] == f"/aws/lambda/{function['FunctionName']}"
    assert group["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize(("samples", "kept"), [("true", "false"), ("false", "true")])
def test_the_resource_says_what_the_function_reads(deploy: Deploy, samples: str, kept: str) -> None:
    properties = deploy(SampleData=samples, KeepData=kept)["Resources"]["BucketContent"]["Properties"]

    read = Properties.parse(Node(properties | {"BucketArn": "arn:aws:s3:::welds"}, "properties"))

    assert properties["BucketArn"] == "<Bucket.Arn>"
    assert properties["ServiceToken"] == "<BucketContentLambda.Arn>"
    assert (read.sample_data, read.keep_data) == (samples == "true", kept == "true")


def test_cloudformation_waits_a_little_longer_than_the_function_may_take(
    resources: dict[str, Any], function: dict[str, Any]
) -> None:
    wait = resources["BucketContent"]["Properties"]["ServiceTimeout"]

    assert function["Timeout"] < wait <= function["Timeout"] + 60


def test_whatever_reads_or_writes_the_bucket_is_deleted_after_it_was_emptied(deploy: Deploy, image: str) -> None:
    resources = deploy(PlottingImageUri=image, Workforce="New")["Resources"]

    assert resources["BucketContent"]["Properties"]["GoesBefore"] == [
        "<PreLabelingLambda.Arn>",
        "<PostLabelingLambda.Arn>",
        "<SagemakerServiceRole.Arn>",
        "<PlottingLambda.Arn>",
        "<Workteam>",
    ]


def test_the_denial_of_writes_stays_until_the_bucket_is_gone(template: dict[str, Any]) -> None:
    assert template["Resources"]["BucketPolicy"]["DeletionPolicy"] == "Retain"
    assert template["Resources"]["BucketContent"]["DependsOn"] == "BucketPolicy"


def test_the_category_file_of_the_samples_lists_what_the_functions_take_without_one(tmp_path: Path) -> None:
    made = write_dataset(tmp_path, seed=7, count=1, bucket="welds")

    file = Categories.parse_file((made.bucket_directory / "labels.json").read_bytes(), "labels.json")

    assert file == WELDING_CATEGORIES
