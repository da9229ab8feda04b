"""What other processes tell of jobs, by PostgreSQL's LISTEN; and the sign by which they know that this one lives."""

from __future__ import annotations

import logging
import os
import selectors
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tracemark_groundtruth.state.database import ALIVE, CHANNEL, Database, new_owner

_FIRST_WAIT_SECONDS = 0.25
_MAX_WAIT_SECONDS = 30.0
# A connection whose other end is gone without a word is found out within a minute.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_DIGITS = 10  # of a job's number: whatever else is said on the channel is not ours

logger = logging.getLogger(__name__)


@contextmanager
def listening(database: Database) -> Iterator[None]:
    """Have `database.changes` told of what other processes do while the block runs; a SQLite file has none."""
    if database.is_sqlite:
        yield
        return
    listener = Listener(database)
    listener.thread.start()
    try:
        yield
    finally:
        listener.end()


@dataclass
class Listener:
    """A thread with a connection of its own that sleeps until the server has something to say.

    When the connection is lost it makes another, and says that news may have been missed.
    """

    database: Database
    _wait: float = _FIRST_WAIT_SECONDS
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._woken, self._waker = os.pipe()
        self.thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def end(self) -> None:
        """End the thread and its connection."""
        self._ended.set()
        os.write(self._waker, b".")
        self.thread.join()
        os.close(self._waker)
        os.close(self._woken)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(**self._parameters(), autocommit=True) as connection:
                    self._register(connection)
                    self._listen(connection)
            except psycopg.Error as error:
                logger.warning(
                    "no word from other processes", extra={"seconds": self._wait, "cause": str(error).strip()}
                )
                self._ended.wait(self._wait)
                self._wait = min(2 * self._wait, _MAX_WAIT_SECONDS)

    def _parameters(self) -> dict[str, Any]:
        return {"application_name": "tracemark listener", **_PATIENCE, **self.database.connect_arguments}

    def _register(self, connection: psycopg.Connection) -> None:
        # A lost connection may hold the lock of its number for a while yet: this one takes another number, and what was
        # claimed under the old one is free as soon as the server notices.
        owner = new_owner()
        connection.execute("SELECT pg_advisory_lock(%s, %s)", (ALIVE, owner))
        self.database.owner = owner
        connection.execute(f"LISTEN {CHANNEL}")
        self._wait = _FIRST_WAIT_SECONDS
        self.database.changes.tell_all()

    def _listen(self, connection: psycopg.Connection) -> None:
        # Not `Connection.notifies` alone, which looks ten times a second whether it was interrupted.
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self._ended.is_set():
                for notice in connection.notifies(timeout=0):
                    self._hear(notice.payload)
                selector.select()

    def _hear(self, payload: str) -> None:
        owner, _, jobs = payload.partition(":")
        found = [int(job) for job in jobs.split(",") if job.isdecimal() and len(job) <= _DIGITS]
        if owner != str(self.database.owner):
            self.database.changes.hear(found)
