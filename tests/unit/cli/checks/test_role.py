"""The job's role: trust in all its spellings, simulated permissions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.labeling_setups import PRE, ROLE, allowing, replies, trust
from support.staged_aws import Refused, StagedAws

from tracemark_cli.checks.finding import Severity
from tracemark_cli.checks.role import Needs, permission_findings, trust_findings


def trusting(document: dict[str, Any]) -> Any:
    staged = replies()
    staged["iam.GetRole"]["Role"]["AssumeRolePolicyDocument"] = json.dumps(document)
    return StagedAws(staged).client("iam")


@pytest.mark.parametrize(
    "principal",
    ["sagemaker.amazonaws.com", ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]],
)
@pytest.mark.parametrize("action", ["sts:AssumeRole", ["sts:TagSession", "sts:AssumeRole"], "sts:*"])
def test_trust_is_recognised_however_it_is_written(principal: Any, action: Any) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": principal}, "Action": action}

    assert list(trust_findings(trusting({"Statement": statement}), ROLE)) == []
    assert list(trust_findings(trusting({"Statement": [statement]}), ROLE)) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Deny", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:TagSession"},
    ],
    ids=["denied", "an account", "everybody", "another action"],
)
def test_what_is_no_trust_in_sagemaker_is_a_fault(statement: dict[str, Any]) -> None:
    (found,) = trust_findings(trusting({"Statement": [statement]}), ROLE)

    assert found.severity is Severity.ERROR


def test_a_role_that_may_not_be_looked_at_is_a_doubt() -> None:
    iam = StagedAws({"iam.GetRole": Refused("AccessDenied")}).client("iam")

    (found,) = trust_findings(iam, ROLE)

    assert found.severity is Severity.WARNING


def test_a_simulation_that_is_refused_is_one_doubt_with_its_remedy() -> None:
    iam = StagedAws({"iam.SimulatePrincipalPolicy": Refused("AccessDenied")}).client("iam")
    needs = Needs({"s3:GetObject": ["arn:aws:s3:::a/b"], "s3:PutObject": ["arn:aws:s3:::a/b"]})

    (found,) = permission_findings(iam, ROLE, needs)

    assert found.severity is Severity.WARNING
    assert "iam:SimulatePrincipalPolicy" in found.remedy


@pytest.mark.parametrize(("name", "told"), [("Weld", True), ("Weld-SageMaker", False), ("gtrecipe-weld", False)])
def test_a_function_name_that_managed_policies_do_not_know_is_told(name: str, told: bool) -> None:
    iam = StagedAws({"iam.SimulatePrincipalPolicy": allowing("lambda:InvokeFunction")}).client("iam")
    arn = f"{PRE.rpartition(':')[0]}:{name}"

    (found,) = permission_findings(iam, ROLE, Needs({"lambda:InvokeFunction": [arn]}))

    assert ("GtRecipe" in found.remedy) is told


def test_many_resources_are_asked_for_in_several_calls() -> None:
    aws = StagedAws({"iam.SimulatePrincipalPolicy": allowing()})
    needs = Needs({"s3:GetObject": [f"arn:aws:s3:::a/{number}" for number in range(120)]})

    assert list(permission_findings(aws.client("iam"), ROLE, needs)) == []

    assert [len(call["ResourceArns"]) for call in aws.called("iam.SimulatePrincipalPolicy")] == [50, 50, 20]


def test_the_trust_of_another_service_names_what_is_missing() -> None:
    (found,) = trust_findings(trusting(trust("lambda.amazonaws.com")), ROLE)

    assert "sagemaker.amazonaws.com" in found.what
