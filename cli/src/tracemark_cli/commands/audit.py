"""`tracemark audit`: who did what at the service."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark.document import Json
from tracemark_cli.local.state import data_option, opened_state
from tracemark_cli.terminal.console import console, table

if TYPE_CHECKING:
    from tracemark_groundtruth.state.audit import Action, Entry

_AGO = re.compile(r"([0-9]{1,6})([mhdw])", re.ASCII)
_SECONDS = {"m": 60, "h": 3_600, "d": 24 * 3_600, "w": 7 * 24 * 3_600}


@click.command()
@click.option("--since", default="", help="Only from then on: 2026-03-01, 2026-03-01T12:00Z, or 90m, 12h, 7d, 2w ago.")
@click.option("--until", default="", help="Only before this moment, written like --since.")
@click.option("--actor", default="", help="Only what this person did.")
@click.option("--action", default="", help="Only actions of this kind, such as sign-in-failed.")
@click.option("--subject", default="", help="Only what was done to this account, team, job or key.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10_000_000), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in each line.")
@data_option
def audit(since: str, until: str, actor: str, action: str, subject: str, limit: int, as_json: bool, data: Path) -> None:
    """Show who did what at the service.

    The newest comes first. Recorded are sign-ins and failed ones, what is done to accounts, keys, teams and jobs, by
    whatever way, and exports. Passwords, secrets and answers are not in the log.

    \b
    Example: tracemark audit --since 7d --action sign-in-failed
    Example: tracemark audit --limit 1000000 --json
    """
    from tracemark_groundtruth.state.audit import Audit, Wanted

    now = time.time()
    wanted = Wanted(
        since=_moment(since, now, "--since"),
        until=_moment(until, now, "--until"),
        actor=actor,
        action=_action(action),
        subject=subject,
    )
    with opened_state(data) as database:
        entries = Audit(database).find(wanted, limit)
    if as_json:
        for entry in entries:
            click.echo(json.dumps(_document(entry)))
    else:
        console().print(table(("when (UTC)", "who", "by", "what", "to", "details"), [_row(entry) for entry in entries]))
    if len(entries) == limit:
        click.echo(f"these are the newest {limit}; --limit shows more", err=True)


def _moment(text: str, now: float, option: str) -> float | None:
    if not text:
        return None
    if ago := _AGO.fullmatch(text):
        return now - int(ago[1]) * _SECONDS[ago[2]]
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError) as error:
        raise click.BadParameter(
            f"{text!r} is no moment; expected 2026-03-01, 2026-03-01T12:00Z, or 90m, 12h, 7d, 2w", param_hint=option
        ) from error


def _action(text: str) -> Action | None:
    from tracemark_groundtruth.state.audit import Action

    if not text:
        return None
    try:
        return Action(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is none of {', '.join(Action)}", param_hint="--action") from error


def _document(entry: Entry) -> Mapping[str, Json]:
    event = entry.event
    return {
        "at": datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds"),
        "actor": event.actor.name,
        "via": event.actor.via,
        "action": event.action.value,
        "subject": event.subject,
        "detail": dict(event.detail),
    }


def _row(entry: Entry) -> tuple[str, ...]:
    event = entry.event
    when = f"{datetime.fromtimestamp(entry.at, UTC):%Y-%m-%d %H:%M:%S}"
    detail = " ".join(f"{name}={_text(value)}" for name, value in event.detail.items())
    return when, event.actor.name, event.actor.via, event.action.value, event.subject, detail


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)
