"""Tasks: an object lent to a worker for a time, and how that ends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select
from sqlalchemy.exc import IntegrityError

from tracemark.errors import quoted
from tracemark_groundtruth.errors import TaskAnswered, TaskExpired, TaskNotHeld
from tracemark_groundtruth.state.connecting import SQLITE
from tracemark_groundtruth.state.database import Database, count
from tracemark_groundtruth.state.direct import only_row, rows_changed
from tracemark_groundtruth.state.reservations import (
    NEXT_RESERVED_END,
    Reservations,
    claim,
    has_any,
    take_free,
    take_over,
)
from tracemark_groundtruth.state.tables import (
    ANSWERED,
    HELD,
    ObjectState,
    TaskState,
    tasks,
)
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.turn_statements import (
    CLOSE_IF_FULL,
    END,
    FREE,
    FREE_PLACE,
    INSERT_TASK,
    LOCK_OBJECT,
    TASK,
    WITH_INPUT,
)

_THEIRS = and_(tasks.c.job_id == bindparam("job"), tasks.c.worker_id == bindparam("worker"))

_HELD_BY_WORKER = WITH_INPUT.where(_THEIRS, HELD)
_OVERDUE = select(tasks).where(tasks.c.job_id == bindparam("job"), HELD, tasks.c.expires_at <= bindparam("now"))
_NEXT_END = select(func.min(tasks.c.expires_at)).where(tasks.c.job_id == bindparam("job"), HELD)
_ANSWERED = select(func.count()).select_from(tasks).where(_THEIRS, ANSWERED)


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
            task = self.database.write(lambda connection: self.take_in(connection, worker, job_id, now, seconds))
        except IntegrityError:  # another request of the same worker came first, and this one finds what it got
            task = self.database.write(lambda connection: self.take_in(connection, worker, job_id, now, seconds))
        if task:
            self.database.changes.due(job_id, task.expires_at)
        return task

    def held(self, worker: WorkerId, task_id: str, now: float) -> Task:
        """Return a task that a worker holds.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: the worker does not hold it (any more).
        """
        with self.database.reading() as connection:
            return _task(_check(connection, worker, task_id, now))

    def answer(self, worker: WorkerId, task_id: str, answer: str, now: float, seconds: float | None = None) -> int:
        """Note a worker's answer, JSON as text, and return the number of the job.

        `seconds` are what the worker spent on it without pauses, never more than passed. The last answer that an object
        needs makes it due.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: the worker does not hold the task (any more).
        """

        def work(connection: Connection) -> int:
            _lock_object(connection, task_id)
            return self.answer_in(connection, worker, task_id, answer, now, seconds)

        return self.database.write(work)

    def answer_in(
        self, connection: Connection, worker: WorkerId, task_id: str, answer: str, now: float, seconds: float | None
    ) -> int:
        """Do as `answer`, within a transaction that has locked the object; it raises before it writes."""
        row = _check(connection, worker, task_id, now)
        # A clock may have been set back since.
        spent = None if seconds is None else max(0.0, min(seconds, now - row.accepted_at))
        _end(connection, row, TaskState.ANSWERED, now, answer, spent)
        if rows_changed(connection, CLOSE_IF_FULL, {**_of(row), "now": now}):
            self.database.tell(connection, row.job_id)
        return int(row.job_id)

    def give_back(self, worker: WorkerId, task_id: str, as_: TaskState, now: float) -> int:
        """Note that a worker declined or released a task, let another have it, and return the number of the job.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered: the worker does not hold the task (any more).
        """
        with self.database.writing() as connection:
            _lock_object(connection, task_id)
            # Also of one who has left the team: others wait for the object.
            row = _check(connection, worker, task_id, now, in_team=False)
            _end(connection, row, as_, now)
            connection.execute(FREE_PLACE, _of(row))
            self.database.tell(connection, row.job_id)
            return int(row.job_id)

    def expire(self, job_id: int, now: float) -> None:
        """Take back every task of a job whose time is over."""
        with self.database.reading() as connection:
            overdue = connection.execute(_OVERDUE, {"job": job_id, "now": now}).all()
        for row in overdue:
            with self.database.writing() as connection:
                _expire(connection, row, now)
        Reservations(self.database).expire(job_id, now)

    def next_end(self, job_id: int) -> float | None:
        """Return when the next lease or reservation of a job ends."""
        with self.database.reading() as connection:
            ends: list[float | None] = [
                connection.scalar(one, {"job": job_id}) for one in (_NEXT_END, NEXT_RESERVED_END)
            ]
        return min((end for end in ends if end is not None), default=None)

    def answered(self, worker: WorkerId, job_id: int) -> int:
        """Return how many objects of a job a worker has answered."""
        with self.database.reading() as connection:
            return connection.scalar(_ANSWERED, {"job": job_id, "worker": str(worker)}) or 0

    def has_work(self, worker: WorkerId, job_id: int, now: float) -> bool:
        """Return whether `take` would give the worker a task."""
        whose = {"job": job_id, "worker": str(worker)}
        with self.database.reading() as connection:
            held = connection.execute(_HELD_BY_WORKER, whose).first()
            free = held or connection.execute(FREE, {**whose, "now": now}).first()
            return bool(free) or has_any(connection, worker, job_id, now)

    def take_in(self, connection: Connection, worker: WorkerId, job_id: int, now: float, seconds: float) -> Task | None:
        """Do as `take`, within a transaction."""
        held = connection.execute(_HELD_BY_WORKER, {"job": job_id, "worker": str(worker)}).one_or_none()
        if held and held.expires_at > now:
            return _task(held)
        if held:
            _expire(connection, held, now)  # what was reserved beside it is over as well
            self.database.tell(connection, job_id)
        return self.take_next_in(connection, worker, job_id, now, seconds)

    def take_next_in(
        self, connection: Connection, worker: WorkerId, job_id: int, now: float, seconds: float
    ) -> Task | None:
        """Lend what is reserved for a worker who holds no task of the job, or a free object, within a transaction."""
        reserved = claim(connection, worker, job_id, now)
        if reserved:
            task = Task(reserved.task_id, job_id, reserved.line_index, now, now + seconds, reserved.task_input)
            return _insert(connection, worker, task)
        return _lend(connection, worker, job_id, now, seconds)


def _expire(connection: Connection, row: Row[*tuple[Any, ...]], now: float) -> None:
    connection.execute(LOCK_OBJECT, {"task": row.task_id})
    if _end(connection, row, TaskState.EXPIRED, now):
        connection.execute(FREE_PLACE, _of(row))


def _lend(connection: Connection, worker: WorkerId, job_id: int, now: float, seconds: float) -> Task | None:
    found = take_free(connection, worker, job_id, now) or take_over(connection, worker, job_id, now)
    if found is None:
        return None
    task = Task(str(uuid.uuid4()), job_id, found.line_index, now, now + seconds, found.task_input or "{}")
    return _insert(connection, worker, task)


def _insert(connection: Connection, worker: WorkerId, task: Task) -> Task:
    values = {
        "task_id": task.task_id,
        "job_id": task.job_id,
        "line_index": task.line_index,
        "worker_id": str(worker),
        "state": TaskState.HELD.value,
        "accepted_at": task.accepted_at,
        "expires_at": task.expires_at,
    }
    rows_changed(connection, INSERT_TASK, values)
    count(connection, "lent")
    return task


def _lock_object(connection: Connection, task_id: str) -> None:
    if connection.dialect.name != SQLITE:  # which has no locks of rows: who writes is alone
        connection.execute(LOCK_OBJECT, {"task": task_id})


def _check(connection: Connection, worker: WorkerId, task_id: str, now: float, *, in_team: bool = True) -> Any:
    """Return a task that a worker holds, as `TASK` finds it; `in_team`: who has left the team of its job has none."""
    row = only_row(connection, TASK, {"task": task_id})
    given_back = (TaskState.DECLINED.value, TaskState.RELEASED.value)
    if row is None or row.worker_id != str(worker) or row.state in given_back or (in_team and not row.in_team):
        raise TaskNotHeld(f"you hold no task {quoted(task_id, 60)}", remedy="take another task")
    if row.state == TaskState.ANSWERED.value:
        raise TaskAnswered("your answer to this task is saved already", remedy="take another task")
    is_open = row.object_state == ObjectState.OPEN.value
    if row.state == TaskState.EXPIRED.value or row.expires_at <= now or not is_open:
        raise TaskExpired("the time for this task is over, or its job was stopped", remedy="take another task")
    return row


def _task(row: Row[*tuple[Any, ...]]) -> Task:
    return Task(row.task_id, row.job_id, row.line_index, row.accepted_at, row.expires_at, row.task_input or "{}")


def _end(
    connection: Connection,
    row: Row[*tuple[Any, ...]],
    how: TaskState,
    now: float,
    answer: str | None = None,
    seconds: float | None = None,
) -> bool:
    ended = {"task": row.task_id, "how": how.value, "now": now, "given": answer, "seconds": seconds}
    if rows_changed(connection, END, ended) != 1:
        return False
    count(connection, how.value)
    return True


def _of(row: Row[*tuple[Any, ...]]) -> dict[str, int]:
    return {"job": row.job_id, "index": row.line_index}
