"""Tasks: an object lent to a worker for a time, and how that ends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark.errors import quoted
from tracemark_groundtruth.desk import WorkerId
from tracemark_groundtruth.errors import TaskAnswered, TaskExpired, TaskForeign
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import ObjectState, TaskState, objects, tasks

_KEPT = [TaskState.HELD.value, TaskState.ANSWERED.value, TaskState.DECLINED.value]
_OPEN = objects.c.state == ObjectState.OPEN.value


@dataclass(frozen=True, slots=True)
class Task:
    """A task that a worker holds; moments are seconds since 1970, `task_input` is JSON as text."""

    task_id: str
    job_id: int
    line_index: int
    accepted_at: float
    expires_at: float
    task_input: str


@dataclass(frozen=True)
class Tasks:
    """The tasks in a database; every method raises `StateUnavailable`.

    Whatever changes a task first locks its object: then two workers cannot be lent one place, nor an answer come in
    for an object that was closed.
    """

    database: Database

    def take(self, worker: WorkerId, job_id: int, now: float, seconds: float) -> Task | None:
        """Lend a free object to a worker for `seconds`, or return what the worker holds of this job."""
        try:
            return self._take(worker, job_id, now, seconds)
        except IntegrityError:  # another request of the same worker came first, and this one finds what it got
            return self._take(worker, job_id, now, seconds)

    def held(self, worker: WorkerId, task_id: str, now: float) -> Task:
        """Return a task that a worker holds.

        Raises:
            TaskForeign, TaskExpired, TaskAnswered: the worker does not hold it (any more).
        """
        with self.database.reading() as connection:
            _checked(connection, worker, task_id, now)
            return _task(connection, task_id)

    def answer(self, worker: WorkerId, task_id: str, answer: str, now: float) -> None:
        """Note a worker's answer, JSON as text; the last answer that an object needs makes it due.

        Raises:
            TaskForeign, TaskExpired, TaskAnswered: the worker does not hold the task (any more).
        """
        with self.database.writing() as connection:
            row = _locked(connection, worker, task_id, now)
            _end(connection, row, TaskState.ANSWERED, now, answer)
            others = exists().where(_of(row), tasks.c.state == TaskState.HELD.value)
            full = and_(_object(row), _OPEN, objects.c.free == 0, ~others)
            connection.execute(update(objects).where(full).values(state=ObjectState.DUE.value, due_at=now))

    def give_back(self, worker: WorkerId, task_id: str, as_: TaskState, now: float) -> None:
        """Note that a worker declined or released a task, and let another have it.

        Raises:
            TaskForeign, TaskExpired, TaskAnswered: the worker does not hold the task (any more).
        """
        with self.database.writing() as connection:
            row = _locked(connection, worker, task_id, now)
            _end(connection, row, as_, now)
            _free(connection, row)

    def expire(self, job_id: int, now: float) -> None:
        """Take back every task of a job whose time is over."""
        over = and_(tasks.c.job_id == job_id, tasks.c.state == TaskState.HELD.value, tasks.c.expires_at <= now)
        with self.database.reading() as connection:
            found = connection.execute(select(tasks).where(over)).all()
        for row in found:
            with self.database.writing() as connection:
                _expire(connection, row, now)

    def answered(self, worker: WorkerId, job_id: int) -> int:
        """Return how many objects of a job a worker has answered."""
        theirs = _theirs(worker, job_id) & (tasks.c.state == TaskState.ANSWERED.value)
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(tasks).where(theirs)) or 0

    def has_work(self, worker: WorkerId, job_id: int, now: float) -> bool:
        """Return whether `take` would give the worker a task."""
        with self.database.reading() as connection:
            held = _theirs(worker, job_id) & (tasks.c.state == TaskState.HELD.value)
            if connection.execute(select(tasks.c.task_id).where(held)).first():
                return True
            return (
                connection.execute(select(objects.c.line_index).where(_takeable(worker, job_id, now))).first()
                is not None
            )

    def _take(self, worker: WorkerId, job_id: int, now: float, seconds: float) -> Task | None:
        with self.database.writing() as connection:
            theirs = _theirs(worker, job_id) & (tasks.c.state == TaskState.HELD.value)
            held = connection.execute(select(tasks).where(theirs)).one_or_none()
            if held and held.expires_at > now:
                return _task(connection, held.task_id)
            if held:
                _expire(connection, held, now)
            return _lend(connection, worker, job_id, now, seconds)


def _expire(connection: Connection, row: Row[*tuple[Any, ...]], now: float) -> None:
    _lock(connection, row)
    if _end(connection, row, TaskState.EXPIRED, now):
        _free(connection, row)


def _lend(connection: Connection, worker: WorkerId, job_id: int, now: float, seconds: float) -> Task | None:
    free = select(objects.c.line_index).where(_takeable(worker, job_id, now)).order_by(objects.c.line_index).limit(1)
    index = connection.scalar(free.with_for_update(skip_locked=True))
    if index is None:
        return None
    task_id = str(uuid.uuid4())
    values = {
        "task_id": task_id,
        "job_id": job_id,
        "line_index": index,
        "worker_id": str(worker),
        "state": TaskState.HELD.value,
        "accepted_at": now,
        "expires_at": now + seconds,
    }
    connection.execute(insert(tasks).values(values))
    this = (objects.c.job_id == job_id) & (objects.c.line_index == index)
    connection.execute(update(objects).where(this).values(free=objects.c.free - 1))
    return _task(connection, task_id)


def _takeable(worker: WorkerId, job_id: int, now: float) -> ColumnElement[bool]:
    kept = exists().where(
        tasks.c.job_id == objects.c.job_id,
        tasks.c.line_index == objects.c.line_index,
        tasks.c.worker_id == str(worker),
        tasks.c.state.in_(_KEPT),
    )
    return and_(objects.c.job_id == job_id, _OPEN, objects.c.free > 0, objects.c.open_until > now, ~kept)


def _locked(connection: Connection, worker: WorkerId, task_id: str, now: float) -> Row[*tuple[Any, ...]]:
    _lock(connection, _checked(connection, worker, task_id, now))
    return _checked(connection, worker, task_id, now)


def _checked(connection: Connection, worker: WorkerId, task_id: str, now: float) -> Row[*tuple[Any, ...]]:
    row = connection.execute(select(tasks).where(tasks.c.task_id == task_id)).one_or_none()
    given_back = (TaskState.DECLINED.value, TaskState.RELEASED.value)
    if row is None or row.worker_id != str(worker) or row.state in given_back:
        raise TaskForeign(f"you hold no task {quoted(task_id, 60)}", remedy="take another task")
    if row.state == TaskState.ANSWERED.value:
        raise TaskAnswered("your answer to this task is saved already", remedy="take another task")
    if row.state == TaskState.EXPIRED.value or row.expires_at <= now:
        raise TaskExpired("the time for this task is over, or its job was stopped", remedy="take another task")
    return row


def _task(connection: Connection, task_id: str) -> Task:
    both = and_(tasks.c.job_id == objects.c.job_id, tasks.c.line_index == objects.c.line_index)
    query = select(tasks, objects.c.task_input).join(objects, both).where(tasks.c.task_id == task_id)
    row = connection.execute(query).one()
    return Task(row.task_id, row.job_id, row.line_index, row.accepted_at, row.expires_at, row.task_input or "{}")


def _lock(connection: Connection, row: Row[*tuple[Any, ...]]) -> None:
    connection.execute(select(objects.c.line_index).where(_object(row)).with_for_update())


def _end(
    connection: Connection, row: Row[*tuple[Any, ...]], state: TaskState, now: float, answer: str | None = None
) -> bool:
    this = and_(tasks.c.task_id == row.task_id, tasks.c.state == TaskState.HELD.value)
    ended = update(tasks).where(this).values(state=state.value, ended_at=now, answer=answer)
    return connection.execute(ended).rowcount == 1


def _free(connection: Connection, row: Row[*tuple[Any, ...]]) -> None:
    connection.execute(update(objects).where(_object(row) & _OPEN).values(free=objects.c.free + 1))


def _object(row: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    return and_(objects.c.job_id == row.job_id, objects.c.line_index == row.line_index)


def _of(row: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    return and_(tasks.c.job_id == row.job_id, tasks.c.line_index == row.line_index)


def _theirs(worker: WorkerId, job_id: int) -> ColumnElement[bool]:
    return and_(tasks.c.job_id == job_id, tasks.c.worker_id == str(worker))
