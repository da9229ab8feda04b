"""Events of jobs, written in the transaction of what they tell, for webhooks to be told afterwards."""

from __future__ import annotations

import json
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from tracemark_groundtruth.state.event_tables import deliveries
from tracemark_groundtruth.state.tables import JobStatus

EVENTS = {
    JobStatus.INITIALIZING: "job.created",
    JobStatus.COMPLETED: "job.completed",
    JobStatus.FAILED: "job.failed",
    JobStatus.STOPPED: "job.stopped",
}
"""The event of a job that comes into a status."""

MAX_AGE_SECONDS = 7 * 24 * 3_600
"""After which an event is dropped that nobody tries to deliver any more: its webhook was taken out of the settings."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to a URL; `attempts` count the one that is being made, `body` is JSON."""

    event_id: str
    url: str
    attempts: int
    body: str


@dataclass
class Outbox:
    """What this process writes for webhooks at `urls`; threads may share it."""

    urls: tuple[str, ...] = ()
    _waiting: list[threading.Event] = field(default_factory=list)

    def enter(self, connection: Connection, name: str, status: JobStatus, reason: str | None, now: float) -> None:
        """Write, for each URL, that a job has come into a status; nothing for one that is no event."""
        if not self.urls or status not in EVENTS:
            return
        event_id = str(uuid.uuid4())
        document = {
            "id": event_id,
            "type": EVENTS[status],
            "created_at": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds"),
            "job": {"name": name, "status": status.value, "failure_reason": reason},
        }
        body = json.dumps(document)
        rows = [
            {"event_id": event_id, "url": url, "created_at": now, "next_at": now, "attempts": 0, "body": body}
            for url in self.urls
        ]
        connection.execute(insert(deliveries), rows)

    def wake(self) -> None:
        """Have those look who deliver: something may have been written."""
        for event in self._waiting:
            event.set()

    def waiter(self) -> threading.Event:
        """Return what `wake` sets from now on."""
        self._waiting.append(event := threading.Event())
        return event


def take(connection: Connection, url: str, now: float, lease_seconds: float) -> Delivery | None:
    """Return an event that is due for a URL and keep it from others for a time; None when there is none.

    Whoever takes it may die: then it is due again when that time is over.
    """
    due = select(deliveries).where(deliveries.c.url == url, deliveries.c.next_at <= now)
    row = connection.execute(
        due.order_by(deliveries.c.next_at).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    delivery = Delivery(row.event_id, row.url, row.attempts + 1, row.body)
    later = {"attempts": delivery.attempts, "next_at": now + lease_seconds}
    connection.execute(update(deliveries).where(*_is(delivery)).values(later))
    return delivery


def put_off(connection: Connection, delivery: Delivery, until: float) -> None:
    """Have an event tried again at a moment."""
    # Should the time have been over, and another have taken it, that one's moment stays.
    mine = (*_is(delivery), deliveries.c.attempts == delivery.attempts)
    connection.execute(update(deliveries).where(*mine).values(next_at=until))


def drop(connection: Connection, delivery: Delivery) -> None:
    """Delete an event: its webhook has it, or is not told any more."""
    connection.execute(delete(deliveries).where(*_is(delivery)))


def next_moment(connection: Connection, url: str) -> float | None:
    """Return when the next event for a URL is due."""
    moment: float | None = connection.scalar(select(func.min(deliveries.c.next_at)).where(deliveries.c.url == url))
    return moment


def prune(connection: Connection, now: float) -> int:
    """Delete the events that are too old, for whatever URL, and return how many there were."""
    return connection.execute(delete(deliveries).where(deliveries.c.created_at < now - MAX_AGE_SECONDS)).rowcount


def _is(delivery: Delivery) -> tuple[ColumnElement[bool], ...]:
    return (deliveries.c.event_id == delivery.event_id, deliveries.c.url == delivery.url)
