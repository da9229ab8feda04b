"""The connection to AWS: Region, profile, endpoints."""

from __future__ import annotations

import pytest
from moto import mock_aws

from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.session import Session
from tracemark_cli.errors import AwsRefused


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")


def test_a_given_region_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert Session("us-east-1").region == "us-east-1"


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_either_variable_of_the_environment_sets_the_region(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "eu-west-3")

    assert Session().region == "eu-west-3"


def test_no_region_is_an_error_with_a_remedy() -> None:
    with pytest.raises(InvalidConfiguration, match="--region"):
        _ = Session().region


def test_an_unknown_profile_is_an_error_with_a_remedy() -> None:
    with pytest.raises(InvalidConfiguration, match="--profile"):
        Session(profile="nobody")


def test_a_service_of_one_s_own_is_found_at_its_endpoint() -> None:
    session = Session("eu-west-1", endpoints={"sagemaker": "http://127.0.0.1:8080"})

    assert session.client("sagemaker").meta.endpoint_url == "http://127.0.0.1:8080"
    assert "amazonaws" in session.client("ecr").meta.endpoint_url


@mock_aws
def test_the_account_is_that_of_the_credentials() -> None:
    assert Session("eu-west-1").account == "123456789012"


def test_no_credentials_are_an_error_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(AwsRefused, match="sign in"):
        _ = Session("eu-west-1").account
