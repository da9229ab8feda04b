"""`tracemark workforce invite`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from support.staged_aws import Refused, StagedAws
from support.staged_stacks import StagedStacks

Run = Callable[..., Result]

CREATE = "cognito-idp.AdminCreateUser"
JOIN = "cognito-idp.AdminAddUserToGroup"
EMAIL = "expert@example.com"


@pytest.fixture(autouse=True)
def cognito(aws: StagedAws, stacks: StagedStacks) -> None:
    stacks.stand()
    aws.replies |= {CREATE: {}, JOIN: {}}


def test_an_invited_worker_gets_a_mail_and_is_in_the_team(run: Run, aws: StagedAws) -> None:
    result = run("workforce", "invite", EMAIL)

    assert "invited by e-mail" in result.output
    assert "https://abcdefghij.labeling.eu-west-1.sagemaker.aws" in result.output
    assert aws.called(CREATE)[0]["DesiredDeliveryMediums"] == ["EMAIL"]
    assert aws.called(JOIN)[0]["GroupName"] == "welding-experts"


def test_an_invitation_twice_sends_one_mail(run: Run, aws: StagedAws) -> None:
    aws.replies[CREATE] = Refused("UsernameExistsException")

    result = run("workforce", "invite", EMAIL)

    assert result.exit_code == 0
    assert "no e-mail was sent" in result.output
    assert len(aws.called(JOIN)) == 1


def test_an_invitation_can_be_sent_again(run: Run, aws: StagedAws) -> None:
    run("workforce", "invite", EMAIL, "--resend")

    assert aws.called(CREATE)[0]["MessageAction"] == "RESEND"


def test_a_text_that_is_no_address_is_refused_before_aws_is_asked(run: Run, aws: StagedAws) -> None:
    result = run("workforce", "invite", "expert")

    assert result.exit_code == 1
    assert "not an e-mail address" in result.output
    assert aws.called(CREATE) == []


def test_a_refusal_of_cognito_is_told(run: Run, aws: StagedAws) -> None:
    aws.replies[CREATE] = Refused("LimitExceededException", "too many mails today")

    result = run("workforce", "invite", EMAIL)

    assert result.exit_code == 1
    assert "too many mails today" in result.output


def test_a_stack_without_a_team_says_how_it_gets_one(run: Run, stacks: StagedStacks) -> None:
    del stacks.stacks["tracemark"].outputs["WorkerPoolId"]

    result = run("workforce", "invite", EMAIL)

    assert result.exit_code == 1
    assert "Workforce=New" in result.output
