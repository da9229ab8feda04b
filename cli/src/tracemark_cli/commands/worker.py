"""`tracemark worker`: who may sign in at the portal."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tracemark_cli.local.state import data_option, database_url
from tracemark_cli.terminal.console import console, table
from tracemark_groundtruth.s3.data_folder import open_state
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.passwords import hash_password
from tracemark_groundtruth.state.teams import ensure_team

DEFAULT_TEAM = "welding-experts"

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of the input."
)


@click.group()
def worker() -> None:
    """Add, list and disable the workers of the labeling service."""


@worker.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, default=[DEFAULT_TEAM], show_default=True, help="May be repeated.")
@_password_option
@data_option
def add(name: str, teams: tuple[str, ...], password_stdin: bool, data: Path) -> None:
    """Add the worker NAME to work teams; a team that is not there is made.

    Example: tracemark worker add anna --team welding-experts
    """
    password = _password(password_stdin)
    with open_state(data, database_url()) as database:
        worker_id = add_worker(database, name, password, teams)
    console().print(f"{name} is {worker_id}, in {', '.join(teams)}")


@worker.command()
@click.argument("name")
@_password_option
@data_option
def password(name: str, password_stdin: bool, data: Path) -> None:
    """Give the worker NAME another password.

    Example: tracemark worker password anna
    """
    password_hash = hash_password(_password(password_stdin))
    with open_state(data, database_url()) as database:
        Accounts(database).change_password(name, password_hash)
    console().print(f"{name} has a new password")


@worker.command(name="list")
@data_option
def list_(data: Path) -> None:
    """List every worker.

    Example: tracemark worker list
    """
    with open_state(data, database_url()) as database:
        members = Accounts(database).list()
    rows = [
        (
            member.account.name,
            str(member.account.worker_id),
            ", ".join(member.groups),
            "disabled" if member.account.disabled else "",
        )
        for member in members
    ]
    console().print(table(("name", "worker id", "groups", ""), rows))


@worker.command()
@click.argument("name")
@data_option
def disable(name: str, data: Path) -> None:
    """Let the worker NAME no longer sign in; what was answered stays.

    Example: tracemark worker disable anna
    """
    with open_state(data, database_url()) as database:
        Accounts(database).disable(name)
    console().print(f"{name} is disabled")


def add_worker(database: Database, name: str, password: str, teams: tuple[str, ...]) -> str:
    """Make an account in the groups of these teams, and the teams that are not there; return the worker id.

    Raises:
        InvalidConfiguration: the name or the password cannot be used.
    """
    account = Accounts(database).add(name, hash_password(password), teams)
    for team in teams:
        ensure_team(database, team)
    return str(account.worker_id)


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
