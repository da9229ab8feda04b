"""The options that every command on AWS shares, and the connection that they make."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from tracemark_cli.aws.session import Aws, Session

DEFAULT_STACK = "tracemark"

_ENDPOINTS = "tracemark_cli.endpoints"

Command = TypeVar("Command", bound=Callable[..., Any])


def aws_options(command: Command) -> Callable[..., Any]:
    """Give a command `--region` and `--profile`, and pass it the connection as `aws`.

    A caller that has a connection already passes it as click's `obj`.
    """

    @wraps(command)
    def connected(region: str | None, profile: str | None, **options: Any) -> Any:
        return command(aws=connection(region, profile), **options)

    return region_option(profile_option(connected))


def connection(region: str | None = None, profile: str | None = None) -> Aws:
    """Return the caller's connection if it passed one as click's `obj`, else one by what boto3 finds."""
    context = click.get_current_context()
    found: Aws = context.obj or Session(region, profile, context.meta.get(_ENDPOINTS))
    return found


def use_endpoint(service: str, url: str | None) -> None:
    """Let the connections of this call and of its sub-commands find a service at `url`, unless that is empty."""
    if url:
        click.get_current_context().meta.setdefault(_ENDPOINTS, {})[service] = url


def agreed(question: str, yes: bool) -> None:
    """Go on when the user agrees, or said so beforehand; abort otherwise."""
    if not yes:
        click.confirm(question, abort=True)


yes_option = click.option("--yes", is_flag=True, help="Do not ask before changes.")

stack_option = click.option("--stack", "name", default=DEFAULT_STACK, show_default=True, help="The stack's name.")
region_option = click.option("--region", help="AWS Region. [default: AWS_REGION, or the profile's]")
profile_option = click.option("--profile", help="Profile of the AWS configuration. [default: AWS_PROFILE]")
