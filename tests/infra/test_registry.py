"""The registry of the images."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

REPOSITORIES = {
    "PreLabelingRepository": "prelabel",
    "PostLabelingRepository": "postlabel",
    "PlottingRepository": "plotting",
}


@pytest.fixture(scope="module")
def registry(read: Callable[[Path], dict[str, Any]], project: Path) -> dict[str, Any]:
    return read(project / "infra/registry.yaml")


@pytest.fixture(params=REPOSITORIES)
def repository(registry: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(registry["Resources"][request.param]["Properties"])


def test_there_is_one_repository_per_image(registry: dict[str, Any]) -> None:
    names = {name: facts["Properties"]["RepositoryName"] for name, facts in registry["Resources"].items()}

    assert names == {logical: {"Fn::Sub": f"${{RepositoryPrefix}}-{name}"} for logical, name in REPOSITORIES.items()}
    assert set(registry["Outputs"]) == {f"{logical}Uri" for logical in REPOSITORIES}


def test_a_tag_never_names_another_image(repository: dict[str, Any]) -> None:
    assert repository["ImageTagMutability"] == "IMMUTABLE"


def test_every_image_is_scanned_when_it_comes(repository: dict[str, Any]) -> None:
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_what_was_deployed_is_kept_and_of_the_rest_the_newest(repository: dict[str, Any]) -> None:
    first, second = json.loads(repository["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]

    assert first["rulePriority"] < second["rulePriority"]  # what the first selects, the second cannot expire
    assert first["selection"]["tagPrefixList"] == ["deployed-"]
    assert first["selection"]["countNumber"] == 100
    assert second["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}


def test_lambda_may_pull_and_nobody_else_is_let_in(repository: dict[str, Any]) -> None:
    (statement,) = repository["RepositoryPolicyText"]["Statement"]

    assert statement == {
        "Sid": "LambdaPulls",
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        "Condition": {
            "StringLike": {
                "aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*"}
            }
        },
    }


def test_the_registry_can_be_removed_with_its_images(repository: dict[str, Any]) -> None:
    assert repository["EmptyOnDelete"] is True
