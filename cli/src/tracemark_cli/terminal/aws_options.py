"""The options that every command on AWS shares, and the connection they describe."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from tracemark_cli.aws.session import Aws

DEFAULT_STACK = "tracemark"

_ENDPOINTS = "tracemark_cli.endpoints"

Command = TypeVar("Command", bound=Callable[..., Any])


def aws_options(command: Command) -> Callable[..., Any]:
    """Give a command `--region` and `--profile`, and pass it the connection as `aws`.

    A caller that already has a connection passes it as click's `obj`.
    """

    @wraps(command)
    def with_connection(region: str | None, profile: str | None, **options: Any) -> Any:
        return command(aws=connection(region, profile), **options)

    return region_option(profile_option(with_connection))


def connection(region: str | None = None, profile: str | None = None) -> Aws:
    """Return the connection that the caller passed as click's `obj`, else one with the credentials boto3 finds."""
    from tracemark_cli.aws.session import Session

    context = click.get_current_context()
    shared: Aws = context.obj or Session(region, profile, context.meta.get(_ENDPOINTS))
    return shared


def use_endpoint(service: str, url: str | None) -> None:
    """Make connections of this call and its sub-commands use `url` for a service, unless it is empty."""
    if url:
        click.get_current_context().meta.setdefault(_ENDPOINTS, {})[service] = url


def require_consent(question: str, yes: bool) -> None:
    """Ask the user, unless `yes`; abort when the answer is no."""
    if not yes:
        click.confirm(question, abort=True)


yes_option = click.option("--yes", is_flag=True, help="Do not ask before changes.")

stack_option = click.option("--stack", "name", default=DEFAULT_STACK, show_default=True, help="The stack's name.")
region_option = click.option("--region", help="AWS Region. [default: AWS_REGION, or the profile's]")
profile_option = click.option("--profile", help="Profile of the AWS configuration. [default: AWS_PROFILE]")
