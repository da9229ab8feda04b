"""`tracemark worker`: who may sign in at the portal, and what else they may do."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark_cli.local.state import data_option, opened_state, operator
from tracemark_cli.terminal.console import console, table

if TYPE_CHECKING:
    from tracemark_groundtruth.state.accounts import Accounts, Member
    from tracemark_groundtruth.state.database import Database

DEFAULT_TEAM = "welding-experts"
ROLES = ("worker", "owner", "admin")

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group()
def worker() -> None:
    """Manage the service's workers: who may sign in, and do what."""


@worker.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, default=[DEFAULT_TEAM], show_default=True, help="May be repeated.")
@click.option("--role", type=click.Choice(ROLES), default="worker", show_default=True)
@_password_option
@data_option
def add(name: str, teams: tuple[str, ...], role: str, password_stdin: bool, data: Path) -> None:
    """Add the worker NAME to work teams; a missing team is created.

    Example: tracemark worker add anna --team welding-experts
    """
    password = _password(password_stdin)
    with opened_state(data) as database:
        worker_id = add_worker(database, name, password, teams, role)
    console().print(f"{name} is {worker_id}, {role} in {', '.join(teams)}")


@worker.command()
@click.argument("name")
@_password_option
@data_option
def password(name: str, password_stdin: bool, data: Path) -> None:
    """Give the worker NAME a new password.

    Example: tracemark worker password anna
    """
    from tracemark_groundtruth.state.accounts import hash_password

    password_hash = hash_password(_password(password_stdin))
    with _accounts(data) as accounts:
        accounts.change_password(name, password_hash)
    console().print(f"{name} has a new password")


@worker.command(name="list")
@data_option
def list_(data: Path) -> None:
    """List all workers.

    Example: tracemark worker list
    """
    with _accounts(data) as accounts:
        rows = [_row(member) for member in accounts.list()]
    console().print(table(("name", "worker id", "role", "groups", "signs in by", ""), rows))


@worker.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@data_option
def role(name: str, role: str, data: Path) -> None:
    """Say what the worker NAME may do.

    A worker labels. An owner may also use the API: create labeling jobs, see and stop their own. An admin may do
    everything there, with every job and team.

    Example: tracemark worker role anna owner
    """
    from tracemark_groundtruth.state.identity import Role

    with _accounts(data) as accounts:
        accounts.set_role(name, Role(role))
    console().print(f"{name} is {role} now")


@worker.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, required=True, help="May be repeated.")
@data_option
def teams(name: str, teams: tuple[str, ...], data: Path) -> None:
    """Put the worker NAME into these work teams and no others; a missing team is created.

    Example: tracemark worker teams anna --team welding-experts --team inspectors
    """
    with _accounts(data) as accounts:
        accounts.set_groups(name, teams)
        _ensure_teams(accounts.database, teams)
    console().print(f"{name} is in {', '.join(teams)}")


@worker.command()
@click.argument("name")
@click.argument("subject")
@click.option("--issuer", envvar="TRACEMARK_OIDC_ISSUER", required=True, help="The provider that signs in.")
@data_option
def link(name: str, subject: str, issuer: str, data: Path) -> None:
    """Let a sign-in through a provider lead to the worker NAME, who is there already.

    SUBJECT is the provider's unchanging id of the person, the claim `sub`. Without a link a person who signs in for the
    first time gets a new account, also where the name is the same.

    Example: tracemark worker link anna 248289761001 --issuer https://login.example.org
    """
    with _accounts(data) as accounts:
        accounts.link(name, issuer, subject)
    console().print(f"{name} signs in as {subject} of {issuer}", markup=False, soft_wrap=True)


@worker.command()
@click.argument("name")
@data_option
def disable(name: str, data: Path) -> None:
    """Bar the worker NAME from signing in and from the API; existing answers are kept.

    Example: tracemark worker disable anna
    """
    with _accounts(data) as accounts:
        accounts.disable(name)
    console().print(f"{name} is disabled")


@worker.command()
@click.argument("name")
@data_option
def enable(name: str, data: Path) -> None:
    """Let the worker NAME in again who was disabled.

    Example: tracemark worker enable anna
    """
    with _accounts(data) as accounts:
        accounts.enable(name)
    console().print(f"{name} is enabled")


def add_worker(database: Database, name: str, password: str, teams: tuple[str, ...], role: str = "worker") -> str:
    """Create an account in the groups of these teams, and the teams that are missing; return the worker id.

    Raises:
        InvalidConfiguration: the name or the password cannot be used.
    """
    from tracemark_groundtruth.state.accounts import Accounts, hash_password
    from tracemark_groundtruth.state.identity import Role

    accounts = Accounts(database, operator())
    account = accounts.add(name, hash_password(password), teams)
    if role != Role.WORKER.value:
        accounts.set_role(name, Role(role))
    _ensure_teams(database, teams)
    return str(account.worker_id)


def _ensure_teams(database: Database, teams: tuple[str, ...]) -> None:
    from tracemark_groundtruth.state.teams import ensure_team

    for team in teams:
        ensure_team(database, team, operator())


def _row(member: Member) -> tuple[str, ...]:
    account = member.account
    ways = [*(["password"] if account.has_password else []), *member.issuers]
    return (
        account.name,
        str(account.worker_id),
        member.role.value,
        ", ".join(member.groups),
        ", ".join(ways),
        "disabled" if account.disabled else "",
    )


@contextmanager
def _accounts(data: Path) -> Iterator[Accounts]:
    from tracemark_groundtruth.state.accounts import Accounts

    with opened_state(data) as database:
        yield Accounts(database, operator())


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
