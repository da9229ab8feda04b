"""Streaming jobs: when something came or was published last, what a topic is still to be told, what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, jobs, notices, objects, refused_messages, streams

TOLD = (ObjectState.LABELED, ObjectState.FAILED)
"""The states of an object of which an output topic is told."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A streaming job; moments are seconds since 1970.

    `active_at`: when objects came last, or the output manifest was written last. `unpublished` finished objects are
    not in the output manifest yet, which was last written at `published_at`.
    """

    notifies: bool
    active_at: float
    published_at: float | None
    unpublished: int


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message of the queue that holds no object; `body` is what it held, at `refused_at` (seconds since 1970)."""

    message_id: str
    reason: str
    body: str
    refused_at: float


@dataclass(frozen=True, slots=True)
class Notice:
    """A finished object that the output topic is to be told of, and its line of the output manifest."""

    line_index: int
    line: bytes


@dataclass(frozen=True)
class Streams:
    """The stream of the job `job_id`; every method raises `StateUnavailable`."""

    database: Database
    job_id: int

    def stream(self) -> Stream | None:
        """Return the stream, None for a job that is not a streaming one."""
        columns = (streams.c.notifies, streams.c.active_at, streams.c.published_at, streams.c.unpublished)
        with self.database.reading() as connection:
            row = connection.execute(select(*columns).where(streams.c.job_id == self.job_id)).one_or_none()
        return Stream(*row) if row else None

    def published(self, count: int, now: float) -> None:
        """Note that the output manifest was written, with `count` finished objects that it lacked before."""
        change = update(streams).where(streams.c.job_id == self.job_id)
        with self.database.writing() as connection:
            rest = streams.c.unpublished - count
            connection.execute(change.values(unpublished=rest, published_at=now, active_at=now))

    def notices(self, limit: int) -> Sequence[Notice]:
        """Return the first objects that the output topic is to be told of."""
        same = (objects.c.job_id == notices.c.job_id) & (objects.c.line_index == notices.c.line_index)
        query = select(notices.c.line_index, objects.c.output).join(objects, same)
        query = query.where(notices.c.job_id == self.job_id).order_by(notices.c.line_index).limit(limit)
        with self.database.reading() as connection:
            return [Notice(index, output or b"") for index, output in connection.execute(query)]

    def told(self, indices: Sequence[int]) -> None:
        """Note that the output topic was told of these objects."""
        with self.database.writing() as connection:
            mine = notices.c.job_id == self.job_id
            connection.execute(delete(notices).where(mine, notices.c.line_index.in_(indices)))

    def refuse(self, messages: Sequence[RefusedMessage]) -> None:
        """Keep messages that hold no object; one that was refused before is kept as it is."""
        with self.database.writing() as connection:
            for one in messages:
                same = (refused_messages.c.job_id == self.job_id) & (refused_messages.c.message_id == one.message_id)
                if not connection.scalar(select(exists().where(same))):
                    connection.execute(insert(refused_messages).values(job_id=self.job_id, **_values(one)))

    def refused_count(self) -> int:
        """Return how many messages were refused."""
        query = select(func.count()).select_from(refused_messages).where(refused_messages.c.job_id == self.job_id)
        with self.database.reading() as connection:
            return connection.scalar(query) or 0

    def refused(self, limit: int | None = None) -> Sequence[RefusedMessage]:
        """Return the messages that were refused, or the first `limit` of them, in the order in which they came."""
        table = refused_messages.c
        query = select(table.message_id, table.reason, table.body, table.refused_at)
        query = query.where(table.job_id == self.job_id).order_by(table.refused_at, table.message_id).limit(limit)
        with self.database.reading() as connection:
            return [RefusedMessage(*row) for row in connection.execute(query)]


def open_streams(database: Database) -> int:
    """Return how many streaming jobs are not over.

    Raises:
        StateUnavailable: the database does not answer.
    """
    ended = [JobStatus.COMPLETED.value, JobStatus.FAILED.value, JobStatus.STOPPED.value]
    query = select(func.count()).select_from(streams).join(jobs, jobs.c.job_id == streams.c.job_id)
    with database.reading() as connection:
        return connection.scalar(query.where(jobs.c.status.not_in(ended))) or 0


def line_count(database: Database, job_id: int) -> int:
    """Return how many lines a job has, those of its manifest and those that were appended.

    Raises:
        StateUnavailable: the database does not answer.
    """
    with database.reading() as connection:
        last = connection.scalar(select(func.max(objects.c.line_index)).where(objects.c.job_id == job_id))
    return 0 if last is None else last + 1


def enter_stream(connection: Connection, job_id: int, now: float, *, notifies: bool) -> None:
    """Enter the stream of a new streaming job."""
    row = {"job_id": job_id, "notifies": notifies, "active_at": now, "unpublished": 0}
    connection.execute(insert(streams).values(row))


def note_finished(connection: Connection, job_id: int, before: ObjectState, told: Sequence[int], count: int) -> None:
    """Note, before `count` objects leave the state `before`, that a streaming job is to publish them.

    `told` are the lines of which its output topic, if it has one, is to be told.
    """
    notifies = connection.scalar(select(streams.c.notifies).where(streams.c.job_id == job_id))
    if notifies is None:
        return
    mine = streams.c.job_id == job_id
    connection.execute(update(streams).where(mine).values(unpublished=streams.c.unpublished + count))
    if notifies and told:
        # Of those alone that still are in that state: a step that is done again tells nobody twice.
        still = select(objects.c.job_id, objects.c.line_index)
        still = still.where(objects.c.job_id == job_id, objects.c.state == before.value, objects.c.line_index.in_(told))
        connection.execute(insert(notices).from_select(["job_id", "line_index"], still))


def _values(message: RefusedMessage) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "reason": message.reason,
        "body": message.body,
        "refused_at": message.refused_at,
    }
