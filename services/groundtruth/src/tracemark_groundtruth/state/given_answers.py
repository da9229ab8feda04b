"""Answers that a worker has given: found again, and changed until their object is consolidated."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select, update

from tracemark.errors import quoted
from tracemark_groundtruth.errors import AnswerFinal, TaskNotHeld
from tracemark_groundtruth.state.audit import Action, Actor, Event, append, further
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.hourly_bound import HourlyBound
from tracemark_groundtruth.state.tables import (
    ANSWERED,
    ObjectState,
    TaskState,
    jobs,
    objects,
    tasks,
    workers,
)
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.tasks import Task
from tracemark_groundtruth.state.turn_statements import LOCK_OBJECT, TASK, WITH_INPUT
from tracemark_groundtruth.state.written_out import is_any

_CHANGEABLE = is_any(objects.c.state, ObjectState.OPEN, ObjectState.DUE)
_BEFORE = (
    WITH_INPUT.where(
        tasks.c.job_id == bindparam("job"),
        tasks.c.worker_id == bindparam("worker"),
        ANSWERED,
        _CHANGEABLE,
        or_(
            tasks.c.ended_at < bindparam("moment"),
            and_(tasks.c.ended_at == bindparam("moment"), tasks.c.task_id < bindparam("task")),
        ),
    )
    .order_by(tasks.c.ended_at.desc(), tasks.c.task_id.desc())
    .limit(1)
)
_REPLACE = (
    update(tasks)
    .where(tasks.c.task_id == bindparam("task"), ANSWERED)
    .values(answer=bindparam("given"), ended_at=bindparam("now"), seconds_spent=bindparam("seconds"))
)

_NAMES = (
    select(workers.c.name.label("worker"), jobs.c.name.label("job"))
    .select_from(tasks)
    .join(workers, workers.c.worker_id == tasks.c.worker_id)
    .join(jobs, jobs.c.job_id == tasks.c.job_id)
    .where(tasks.c.task_id == bindparam("task"))
)


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer, JSON as text, with the task that it was given to."""

    task: Task
    answer: str


@dataclass(frozen=True)
class GivenAnswers:
    """The answers in a database; moments are seconds since 1970, every method raises `StateUnavailable`.

    `recorded` bounds how many changes of a worker stand in the audit log.
    """

    database: Database
    recorded: HourlyBound = field(default_factory=HourlyBound)

    def find(self, worker: WorkerId, task_id: str) -> GivenAnswer:
        """Return a worker's answer that can still be changed.

        Raises:
            TaskNotHeld: the worker has answered no such task.
            AnswerFinal: its object was consolidated, or is being.
        """
        with self.database.reading() as connection:
            row = _check(connection.execute(TASK, {"task": task_id}).one_or_none(), worker, task_id)
        return GivenAnswer(_task(row), row.answer or "{}")

    def before(self, worker: WorkerId, task_id: str) -> GivenAnswer | None:
        """Return the worker's last answer of the same job before that to `task_id`, if it can still be changed.

        A task that has no answer yet comes after all of them.

        Raises:
            TaskNotHeld: the worker never had such a task.
        """
        with self.database.reading() as connection:
            row = connection.execute(TASK, {"task": task_id}).one_or_none()
            if row is None or row.worker_id != str(worker) or not row.in_team:
                raise _unknown(task_id)
            moment = row.ended_at if row.state == TaskState.ANSWERED.value else inf
            values = {"job": row.job_id, "worker": str(worker), "moment": moment, "task": task_id}
            found = connection.execute(_BEFORE, values).one_or_none()
        return GivenAnswer(_task(found), found.answer or "{}") if found else None

    def last(self, worker: WorkerId, job_id: int, now: float) -> GivenAnswer | None:
        """Return the worker's last answer of a job, if it can still be changed."""
        values = {"job": job_id, "worker": str(worker), "moment": now + 1, "task": ""}
        with self.database.reading() as connection:
            found = connection.execute(_BEFORE, values).one_or_none()
        return GivenAnswer(_task(found), found.answer or "{}") if found else None

    def replace(self, worker: WorkerId, task_id: str, answer: str, seconds: float | None, now: float) -> int:
        """Put another answer in the place of one and return the number of the job; `seconds` come on top.

        The object is locked, so that a batch is begun with the one answer or the other, never between them. That it
        was changed, not what it says, stands in the audit log; of a flood of changes only how many there were.

        Raises:
            TaskNotHeld, AnswerFinal: see `find`.
        """
        with self.database.writing() as connection:
            connection.execute(LOCK_OBJECT, {"task": task_id})
            row = _check(connection.execute(TASK, {"task": task_id}).one_or_none(), worker, task_id)
            most = max(0.0, now - row.accepted_at)  # a clock may have been set back since
            spent = None if seconds is None else min((row.seconds_spent or 0.0) + seconds, most)
            values = {"task": task_id, "given": answer, "now": now, "seconds": spent}
            connection.execute(_REPLACE, values)
            unrecorded = self.recorded.admit(str(worker))
            if unrecorded is not None:
                names = connection.execute(_NAMES, {"task": task_id}).one()
                detail = {"object": row.line_index, "task": task_id, **further(unrecorded)}
                append(connection, Event(Actor("portal", names.worker), Action.ANSWER_CHANGE, names.job, detail))
            return int(row.job_id)


def _check(row: Row[*tuple[Any, ...]] | None, worker: WorkerId, task_id: str) -> Row[*tuple[Any, ...]]:
    is_theirs = row is not None and row.worker_id == str(worker) and row.in_team
    if row is None or not is_theirs or row.state != TaskState.ANSWERED.value:
        raise _unknown(task_id)
    if row.object_state not in (ObjectState.OPEN.value, ObjectState.DUE.value):
        raise AnswerFinal("the answers to this item were put together meanwhile", remedy="go on with another task")
    return row


def _unknown(task_id: str) -> TaskNotHeld:
    return TaskNotHeld(f"you have answered no task {quoted(task_id, 60)}", remedy="take another task")


def _task(row: Row[*tuple[Any, ...]]) -> Task:
    return Task(row.task_id, row.job_id, row.line_index, row.accepted_at, row.expires_at, row.task_input or "{}")
