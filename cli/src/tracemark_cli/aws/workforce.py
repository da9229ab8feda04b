"""The people of a stack's work team."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_cli.aws.answers import call, try_call
from tracemark_cli.aws.session import Aws
from tracemark_cli.errors import AwsRefused

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Team:
    """A stack's work team: its user pool, its group, its portal (empty if the stack did not create it)."""

    pool: str
    group: str
    portal: str = ""

    @classmethod
    def of(cls, outputs: Mapping[str, str]) -> Team:
        """Return the team in a stack's outputs.

        Raises:
            InvalidConfiguration: the stack has none.
        """
        if "WorkerPoolId" not in outputs:
            raise InvalidConfiguration(
                "the stack has no work team", remedy="deploy it with --set Workforce=New, or invite in the console"
            )
        return cls(outputs["WorkerPoolId"], outputs["WorkerGroup"], outputs.get("WorkerPortalUrl", ""))


def invite(aws: Aws, team: Team, email: str, *, resend: bool = False) -> bool:
    """Let Cognito send a temporary password by e-mail to a worker, and add the worker to the team's group.

    Returns:
        Whether a mail was sent: not to somebody who was invited before, unless `resend`.

    Raises:
        InvalidConfiguration: `email` is no address.
        AwsRefused: Cognito refuses.
    """
    if not _EMAIL.fullmatch(email):
        raise InvalidConfiguration(f"{quoted(email)} is not an e-mail address", remedy="correct it")
    cognito = aws.client("cognito-idp")
    user = {"UserPoolId": team.pool, "Username": email}
    answer = try_call(
        cognito.admin_create_user,
        **user,
        UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
        DesiredDeliveryMediums=["EMAIL"],
        **({"MessageAction": "RESEND"} if resend else {}),
    )
    if answer.code and answer.code != "UsernameExistsException":
        raise AwsRefused(f"Cognito did not invite {email} ({answer.code}: {answer.message})", remedy="see the code")
    call("add the worker to the team", cognito.admin_add_user_to_group, **user, GroupName=team.group)
    return not answer.code
