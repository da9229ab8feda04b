"""Reservations: the object that a worker is lent next, loaded ahead while they judge the one before."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.errors import TaskExpired
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.direct import only_row, rows_changed
from tracemark_groundtruth.state.tables import (
    HELD,
    SAME_RESERVED_OBJECT,
    ObjectState,
    objects,
    reservations,
    tasks,
)
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.turn_statements import (
    CAN_BE_THEIRS,
    CLAIMED,
    END_RESERVATION,
    FREE_PLACE,
    INSERT_RESERVATION,
    OBJECT,
    RESERVED_FOR_THEM,
    TAKE_FREE,
    still_in_team,
)

_MINE = select(reservations).where(RESERVED_FOR_THEM)
_ALL_MINE = select(reservations).where(reservations.c.worker_id == bindparam("worker"))
_BY_ID = select(reservations, objects.c.task_input).join(objects, SAME_RESERVED_OBJECT)
_ONE = _BY_ID.where(reservations.c.task_id == bindparam("task"))
_SEEN = _ONE.add_columns(objects.c.state.label("object_state"), still_in_team(reservations))
_MINE_TO_SHOW = _BY_ID.where(RESERVED_FOR_THEM)
_OVERDUE = select(reservations).where(
    reservations.c.job_id == bindparam("job"), reservations.c.expires_at <= bindparam("now")
)
NEXT_RESERVED_END = select(func.min(reservations.c.expires_at)).where(reservations.c.job_id == bindparam("job"))
_HELD_UNTIL = select(tasks.c.expires_at).where(
    tasks.c.job_id == bindparam("job"), tasks.c.worker_id == bindparam("worker"), HELD
)
_OF_OTHERS = (
    select(reservations, objects.c.task_input)
    .join(objects, SAME_RESERVED_OBJECT)
    .where(reservations.c.job_id == bindparam("job"), reservations.c.worker_id != bindparam("worker"), CAN_BE_THEIRS)
    .order_by(reservations.c.reserved_at)
    .limit(1)
)
_TAKEN_OVER = _OF_OTHERS.with_for_update(of=objects, skip_locked=True)
_LOCK = select(objects.c.line_index).where(OBJECT).with_for_update()


@dataclass(frozen=True, slots=True)
class Reserved:
    """A task to be: its id, object, `task_input` as JSON, and until when (seconds since 1970) it is kept."""

    task_id: str
    job_id: int
    line_index: int
    reserved_at: float
    expires_at: float
    task_input: str


@dataclass(frozen=True)
class Reservations:
    """The reservations in a database; every method raises `StateUnavailable`.

    A reservation lasts as long as the task that its worker holds. Whatever ends one first locks its object, as for
    tasks.
    """

    database: Database

    def reserve(self, worker: WorkerId, job_id: int, now: float) -> Reserved | None:
        """Reserve a free object for a worker who holds a task, or return what is reserved for them already.

        Returns:
            None when nothing is free for them now, or they hold no task of the job.
        """
        try:
            return self.database.write(lambda connection: reserve_in(connection, worker, job_id, now))
        except IntegrityError:  # another request of the same worker came first, and this one finds what it got
            return self.database.write(lambda connection: reserve_in(connection, worker, job_id, now))

    def find(self, worker: WorkerId, task_id: str, now: float) -> Reserved | None:
        """Return a reservation of a worker; None when it is over, was never theirs, or they left the job's team.

        Raises:
            TaskExpired: its object needs nobody any more, as when the job was stopped.
        """
        with self.database.reading() as connection:
            row = connection.execute(_SEEN, {"task": task_id}).one_or_none()
        if row is None or row.worker_id != str(worker) or not row.in_team or row.expires_at <= now:
            return None
        if row.object_state != ObjectState.OPEN.value:
            raise TaskExpired("this item needs no answer any more, or its job was stopped", remedy="take another task")
        return _reserved(row)

    def give_back(self, worker: WorkerId, task_id: str) -> None:
        """End a reservation of a worker, if there is such a one."""
        with self.database.writing() as connection:
            row = connection.execute(_ONE, {"task": task_id}).one_or_none()
            if row and row.worker_id == str(worker):
                _end(connection, row)

    def leave(self, worker: WorkerId, job_id: int | None = None) -> None:
        """End every reservation of a worker, or the one in a job."""
        query, values = (_ALL_MINE, {}) if job_id is None else (_MINE, {"job": job_id})
        with self.database.reading() as connection:
            mine = connection.execute(query, {**values, "worker": str(worker)}).all()
        for row in mine:
            self.give_back(worker, row.task_id)

    def expire(self, job_id: int, now: float) -> None:
        """End the reservations of a job whose time is over."""
        with self.database.reading() as connection:
            overdue = connection.execute(_OVERDUE, {"job": job_id, "now": now}).all()
        for row in overdue:
            with self.database.writing() as connection:
                _end(connection, row)


def reserve_in(connection: Connection, worker: WorkerId, job_id: int, now: float) -> Reserved | None:
    """Do as `Reservations.reserve`, within a transaction."""
    whose = {"job": job_id, "worker": str(worker), "now": now}
    # At once: between two questions another request could give it back.
    mine = connection.execute(_MINE_TO_SHOW, whose).one_or_none()
    if mine and mine.expires_at > now:
        return _reserved(mine)
    if mine:
        _end(connection, mine)
    until = connection.scalar(_HELD_UNTIL, whose)
    return reserve_free(connection, worker, job_id, now, until) if until and until > now else None


def reserve_free(connection: Connection, worker: WorkerId, job_id: int, now: float, until: float) -> Reserved | None:
    """Reserve a free object for a worker for whom none is reserved, until the task that they hold ends."""
    free = take_free(connection, worker, job_id, now)
    if free is None:
        return None
    made = Reserved(str(uuid.uuid4()), job_id, free.line_index, now, until, free.task_input or "{}")
    values = {
        "task_id": made.task_id,
        "job_id": job_id,
        "line_index": made.line_index,
        "worker_id": str(worker),
        "reserved_at": now,
        "expires_at": until,
    }
    rows_changed(connection, INSERT_RESERVATION, values)
    return made


def take_free(connection: Connection, worker: WorkerId, job_id: int, now: float) -> Any:
    """Take a place of the first object that can be lent to a worker; return its `line_index` and `task_input`."""
    return only_row(connection, TAKE_FREE, {"job": job_id, "worker": str(worker), "now": now})


def claim(connection: Connection, worker: WorkerId, job_id: int, now: float) -> Reserved | None:
    """End a worker's reservation and return it, its place still taken; None when there is none that can be used."""
    whose = {"job": job_id, "worker": str(worker), "now": now}
    mine = only_row(connection, CLAIMED, whose)
    if mine is None or rows_changed(connection, END_RESERVATION, {"task": mine.task_id}) != 1:
        return None  # or somebody who found nothing else has taken it over
    if mine.usable and mine.expires_at > now:
        return _reserved(mine)
    connection.execute(FREE_PLACE, {"job": job_id, "index": mine.line_index})
    return None


def take_over(connection: Connection, worker: WorkerId, job_id: int, now: float) -> Reserved | None:
    """End another worker's reservation for one who finds nothing free: an object waits for nobody who does not work."""
    whose = {"job": job_id, "worker": str(worker), "now": now}
    row = connection.execute(_TAKEN_OVER, whose).one_or_none()
    if row is None or rows_changed(connection, END_RESERVATION, {"task": row.task_id}) != 1:
        return None
    return _reserved(row)


def has_any(connection: Connection, worker: WorkerId, job_id: int, now: float) -> bool:
    """Return whether `claim` or `take_over` would give a worker something."""
    whose = {"job": job_id, "worker": str(worker), "now": now}
    return any(connection.execute(query, whose).first() for query in (_MINE, _OF_OTHERS))


def _end(connection: Connection, row: Row[*tuple[Any, ...]]) -> None:
    place = {"job": row.job_id, "index": row.line_index}
    connection.execute(_LOCK, place)
    if rows_changed(connection, END_RESERVATION, {"task": row.task_id}) == 1:
        connection.execute(FREE_PLACE, place)


def _reserved(row: Row[*tuple[Any, ...]]) -> Reserved:
    text = row.task_input or "{}"
    return Reserved(row.task_id, row.job_id, row.line_index, row.reserved_at, row.expires_at, text)
