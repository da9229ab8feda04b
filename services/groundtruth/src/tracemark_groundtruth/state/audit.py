"""The audit log: who did what, and when. Entries are only ever appended, and removed when they are old."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from tracemark.document import Json
from tracemark_groundtruth.state.access_tables import audit
from tracemark_groundtruth.state.database import Database

DEFAULT_DAYS = 400
_PRUNE_EVERY_SECONDS = 3_600.0
_DAY_SECONDS = 24 * 3_600


class Action(StrEnum):
    """What can stand in the log."""

    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in-failed"
    SIGN_OUT = "sign-out"
    ACCOUNT_ADD = "account-add"
    ACCOUNT_PASSWORD = "account-password"  # noqa: S105 - the name of an action
    ACCOUNT_DISABLE = "account-disable"
    ACCOUNT_ENABLE = "account-enable"
    ACCOUNT_GROUPS = "account-groups"
    ACCOUNT_ROLE = "account-role"
    ACCOUNT_LINK = "account-link"
    KEY_CREATE = "key-create"
    KEY_REVOKE = "key-revoke"
    KEY_REFUSED = "key-refused"
    TEAM_CREATE = "team-create"
    TEAM_UPDATE = "team-update"
    TEAM_DELETE = "team-delete"
    JOB_CREATE = "job-create"
    JOB_STOP = "job-stop"
    ANSWER_CHANGE = "answer-change"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: `via` is the way (portal, API, command, provider, service), `name` an account's name.

    Names in parentheses are none of an account; for a command it is the user of the operating system.
    """

    via: str
    name: str


SERVICE = Actor("service", "(service)")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done; `detail` must hold neither secrets nor what somebody may have typed by mistake."""

    actor: Actor
    action: Action
    subject: str = ""
    detail: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it stands in the log."""

    at: float
    event: Event


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; None and "" ask for all. `since` counts, `until` does not."""

    since: float | None = None
    until: float | None = None
    actor: str = ""
    action: Action | None = None
    subject: str = ""

    def query(self) -> Select[*tuple[Any, ...]]:
        """Return the entries, the newest first."""
        found = select(audit).order_by(audit.c.at.desc(), audit.c.entry_id.desc())
        if self.since is not None:
            found = found.where(audit.c.at >= self.since)
        if self.until is not None:
            found = found.where(audit.c.at < self.until)
        texts = {audit.c.actor: self.actor, audit.c.action: self.action, audit.c.subject: self.subject}
        return found.where(*(column == text for column, text in texts.items() if text))


@dataclass
class Audit:
    """The log in a database; every method raises `StateUnavailable`.

    With `days`, entries older than that are removed when the log is opened for writing and once an hour from then on.
    """

    database: Database
    days: int | None = None
    clock: Callable[[], float] = time.time
    _pruned_at: float = 0.0

    def record(self, event: Event) -> None:
        """Append an event; when this returns it is on the disk."""
        with self.database.writing() as connection:
            append(connection, event, self.clock())
            self._prune(connection)

    def prune(self) -> None:
        """Remove what is too old."""
        with self.database.writing() as connection:
            self._prune(connection)

    def find(self, wanted: Wanted, limit: int) -> Sequence[Entry]:
        """Return at most so many entries, the newest first."""
        with self.database.reading() as connection:
            return [_entry(row) for row in connection.execute(wanted.query().limit(limit))]

    def _prune(self, connection: Connection) -> None:
        now = self.clock()
        if self.days is not None and now - self._pruned_at >= _PRUNE_EVERY_SECONDS:
            connection.execute(delete(audit).where(audit.c.at < now - self.days * _DAY_SECONDS))
            self._pruned_at = now


def append(connection: Connection, event: Event, at: float | None = None) -> None:
    """Append an event within a transaction, so that both it and what it tells of are stored, or neither."""
    values = {
        "at": time.time() if at is None else at,
        "via": event.actor.via,
        "actor": event.actor.name[:128],
        "action": event.action.value,
        "subject": event.subject[:256],
        "detail": json.dumps(dict(event.detail)),
    }
    connection.execute(insert(audit).values(values))


def further(unrecorded: int) -> Mapping[str, Json]:
    """Return the part of a detail that says how many events of the same kind were not recorded before."""
    return {"earlier_unrecorded": unrecorded} if unrecorded else {}


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    event = Event(Actor(row.via, row.actor), Action(row.action), row.subject, json.loads(row.detail))
    return Entry(row.at, event)
