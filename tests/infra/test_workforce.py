"""Who labels: nobody yet, a workforce of the stack's own, or a team in the one that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Deploy = Callable[..., dict[str, Any]]

EXISTING = {"Workforce": "Existing", "UserPoolId": "eu-west-1_Ab3dE6gH9", "UserPoolClientId": "1h57kf5cpq17m0eml12"}
KINDS = ("AWS::Cognito::", "AWS::SageMaker::")


def of_workers(resources: dict[str, Any]) -> set[str]:
    return {name for name, facts in resources.items() if facts["Type"].startswith(KINDS)}


def test_as_it_comes_there_is_no_team(deploy: Deploy) -> None:
    assert of_workers(deploy()["Resources"]) == set()


def test_a_new_workforce_comes_with_its_pool(deploy: Deploy) -> None:
    resources = deploy(Workforce="New")["Resources"]

    assert of_workers(resources) == {
        "WorkerPool",
        "WorkerPoolDomain",
        "WorkerPoolClient",
        "WorkerGroup",
        "PrivateWorkforce",
        "Workteam",
    }
    assert resources["PrivateWorkforce"]["Properties"]["CognitoConfig"] == {
        "UserPool": "<WorkerPool>",
        "ClientId": "<WorkerPoolClient>",
    }


def test_an_existing_workforce_gets_a_group_and_a_team(deploy: Deploy) -> None:
    resources = deploy(**EXISTING)["Resources"]

    assert of_workers(resources) == {"WorkerGroup", "Workteam"}
    assert resources["WorkerGroup"]["Properties"]["UserPoolId"] == EXISTING["UserPoolId"]
    assert "WorkforceName" not in resources["Workteam"]["Properties"]


@pytest.mark.parametrize(
    ("given", "pool", "client"),
    [
        ({"Workforce": "New"}, "<WorkerPool>", "<WorkerPoolClient>"),
        (EXISTING, EXISTING["UserPoolId"], EXISTING["UserPoolClientId"]),
    ],
)
def test_the_team_is_the_group_of_its_pool(deploy: Deploy, given: dict[str, str], pool: str, client: str) -> None:
    team = deploy(**given, WorkteamName="hall-3")["Resources"]["Workteam"]["Properties"]

    assert team["WorkteamName"] == "hall-3"
    assert team["MemberDefinitions"] == [
        {
            "CognitoMemberDefinition": {
                "CognitoUserPool": pool,
                "CognitoClientId": client,
                "CognitoUserGroup": "<WorkerGroup>",
            }
        }
    ]


def test_a_team_is_made_after_the_workforce_it_belongs_to(deploy: Deploy) -> None:
    team = deploy(Workforce="New")["Resources"]["Workteam"]["Properties"]

    assert "<PrivateWorkforce>" in team["WorkforceName"]


def test_nobody_can_sign_up_unasked(deploy: Deploy) -> None:
    pool = deploy(Workforce="New")["Resources"]["WorkerPool"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_the_client_has_the_secret_that_sagemaker_asks_for(deploy: Deploy) -> None:
    client = deploy(Workforce="New")["Resources"]["WorkerPoolClient"]["Properties"]

    assert client["GenerateSecret"] is True
