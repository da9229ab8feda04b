"""`tracemark workforce`: the people who label on AWS."""

from __future__ import annotations

import click

from tracemark_cli.aws.session import Aws
from tracemark_cli.aws.stack import outputs
from tracemark_cli.aws.workforce import Team
from tracemark_cli.aws.workforce import invite as invite_worker
from tracemark_cli.terminal.aws_options import aws_options, stack_option
from tracemark_cli.terminal.console import console


@click.group()
def workforce() -> None:
    """Invite people to label on AWS."""


@workforce.command()
@click.argument("email", metavar="EMAIL")
@click.option("--resend", is_flag=True, help="Send a new temporary password to somebody who has been invited before.")
@stack_option
@aws_options
def invite(aws: Aws, name: str, email: str, resend: bool) -> None:
    """Invite EMAIL to the stack's work team: Cognito sends an e-mail with a temporary password.

    Example: tracemark workforce invite expert@example.com
    """
    team = Team.of(outputs(aws, name))
    sent = invite_worker(aws, team, email, resend=resend)
    out = console()
    outcome = "invited by e-mail" if sent else "already in the team; no e-mail was sent (--resend sends one)"
    out.print(f"{email}: {outcome}", markup=False, soft_wrap=True)
    if team.portal:
        out.print(f"portal: {team.portal}", soft_wrap=True)
