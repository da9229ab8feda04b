"""`tracemark worker`: who may sign in at the portal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark_cli.local.state import data_option, database_url
from tracemark_cli.terminal.console import console, table

if TYPE_CHECKING:
    from tracemark_groundtruth.state.accounts import Accounts
    from tracemark_groundtruth.state.database import Database

DEFAULT_TEAM = "welding-experts"

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


@click.group()
def worker() -> None:
    """Add, list and disable the service's workers."""


@worker.command()
@click.argument("name")
@click.option("--team", "teams", multiple=True, default=[DEFAULT_TEAM], show_default=True, help="May be repeated.")
@_password_option
@data_option
def add(name: str, teams: tuple[str, ...], password_stdin: bool, data: Path) -> None:
    """Add the worker NAME to work teams; a missing team is created.

    Example: tracemark worker add anna --team welding-experts
    """
    password = _password(password_stdin)
    with _database(data) as database:
        worker_id = add_worker(database, name, password, teams)
    console().print(f"{name} is {worker_id}, in {', '.join(teams)}")


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
        members = accounts.list()
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
    """Bar the worker NAME from signing in; existing answers are kept.

    Example: tracemark worker disable anna
    """
    with _accounts(data) as accounts:
        accounts.disable(name)
    console().print(f"{name} is disabled")


def add_worker(database: Database, name: str, password: str, teams: tuple[str, ...]) -> str:
    """Create an account in the groups of these teams, and the teams that are missing; return the worker id.

    Raises:
        InvalidConfiguration: the name or the password cannot be used.
    """
    from tracemark_groundtruth.state.accounts import Accounts, hash_password
    from tracemark_groundtruth.state.teams import ensure_team

    account = Accounts(database).add(name, hash_password(password), teams)
    for team in teams:
        ensure_team(database, team)
    return str(account.worker_id)


@contextmanager
def _database(data: Path) -> Iterator[Database]:
    from tracemark_groundtruth.state.data_folder import open_state  # SQLAlchemy takes half a second to import

    with open_state(data, database_url()) as database:
        yield database


@contextmanager
def _accounts(data: Path) -> Iterator[Accounts]:
    from tracemark_groundtruth.state.accounts import Accounts

    with _database(data) as database:
        yield Accounts(database)


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
