"""`tracemark key`: the keys with which persons and their programs use the API."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark_cli.local.state import data_option, opened_state, operator
from tracemark_cli.terminal.console import console, table

if TYPE_CHECKING:
    from tracemark_groundtruth.state.api_keys import PersonalKeys


@click.group()
def key() -> None:
    """Create, list and revoke API keys of persons."""


@key.command()
@click.argument("name")
@click.option("--days", default=90, show_default=True, help="How long the key is valid, at most 366 days.")
@click.option("--note", default="", help="What the key is for.")
@data_option
def create(name: str, days: int, note: str, data: Path) -> None:
    """Create an API key of the worker NAME, an owner or admin, and print it as lines for a shell.

    The secret is shown now and never again. A person may have several keys.

    Example: tracemark key create anna --days 30 --note "nightly import"
    """
    with _keys(data) as keys:
        made = keys.create(name, days, note)
    click.echo(f"# valid until {_day(made.key.expires_at)}")
    click.echo(f"export AWS_ACCESS_KEY_ID='{made.key.key_id}'")
    click.echo(f"export AWS_SECRET_ACCESS_KEY='{made.secret}'")


@key.command(name="list")
@click.option("--worker", default="", help="Only those of this worker.")
@data_option
def list_(worker: str, data: Path) -> None:
    """List the API keys of persons, the newest first.

    Example: tracemark key list --worker anna
    """
    now = time.time()
    with _keys(data) as keys:
        rows = [
            (found.key_id, found.account, found.role.value, _day(found.expires_at), found.state(now), found.note)
            for found in keys.list(worker)
        ]
    console().print(table(("key", "worker", "role", "valid until", "state", "note"), rows))


@key.command()
@click.argument("key_id")
@data_option
def revoke(key_id: str, data: Path) -> None:
    """Make the API key KEY_ID invalid at once and for good.

    Example: tracemark key revoke TMKEY0123456789ABCDEF
    """
    with _keys(data) as keys:
        revoked = keys.revoke(key_id)
    console().print(f"the key {revoked.key_id} of {revoked.account} is revoked")


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"


@contextmanager
def _keys(data: Path) -> Iterator[PersonalKeys]:
    from tracemark_groundtruth.state.api_keys import PersonalKeys
    from tracemark_groundtruth.state.secrets import Seals, service_secrets

    with opened_state(data) as database:
        secrets = service_secrets(database, Seals.parse(os.environ))
        yield PersonalKeys(database, secrets.api_keys_seal, operator())
