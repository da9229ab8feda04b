"""Turns: an answer is taken, and what the worker sees next is lent, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.state.database import Database, count
from tracemark_groundtruth.state.direct import only_row
from tracemark_groundtruth.state.reservations import Reserved, reserve_free
from tracemark_groundtruth.state.tables import TaskState
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.tasks import Task, Tasks
from tracemark_groundtruth.state.turn_function import TURN
from tracemark_groundtruth.state.turn_statements import MAY_WORK


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """What comes after an answer to a task of the job `job_id`: the next task, and what is reserved behind it."""

    job_id: int
    task: Task | None = None
    ahead: Reserved | None = None


@dataclass(frozen=True)
class Turns:
    """The turns of workers in a database; `lease_seconds` gives those of a job by its number, read where it must be."""

    database: Database
    lease_seconds: Callable[[Connection, int], float]

    def take(self, worker: WorkerId, task_id: str, answer: str, seconds: float | None, now: float) -> StoredTurn:
        """Do as `Tasks.answer`, `Tasks.take` and `Reservations.reserve`.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `Tasks.answer`.
        """

        def work(connection: Connection) -> StoredTurn:
            turn = None if self.database.is_sqlite else self._at_once(connection, worker, task_id, answer, seconds, now)
            if turn is None:
                job_id = Tasks(self.database).answer_in(connection, worker, task_id, answer, now, seconds)
                turn = StoredTurn(job_id)
            # Read before the answer is on the disk: nothing must be in the way of saying so then.
            lease = self.lease_seconds(connection, turn.job_id)
            return turn if turn.task else self._following(connection, worker, turn.job_id, now, lease)

        try:
            turn = self.database.write(work)
        except IntegrityError:  # another request of the same worker came first; nothing was written
            turn = self.database.write(work)
        if turn.task:
            self.database.changes.due(turn.job_id, turn.task.expires_at)
        return turn

    def _at_once(
        self, connection: Connection, worker: WorkerId, task_id: str, answer: str, seconds: float | None, now: float
    ) -> StoredTurn | None:
        """Return the turn that PostgreSQL takes by itself, without a task where more is to be done for one.

        None when it has written nothing, because the task is not held any more.
        """
        ahead = str(uuid.uuid4())
        given = {"task": task_id, "worker": str(worker), "given": answer, "seconds": seconds, "now": now}
        row = connection.execute(TURN, {**given, "ahead": ahead}).one_or_none()
        if row is None:
            return None
        count(connection, TaskState.ANSWERED.value)
        if row.r_closed:
            self.database.tell(connection, row.r_job)
        if row.r_task is None:
            return StoredTurn(row.r_job)
        count(connection, "lent")
        task = Task(row.r_task, row.r_job, row.r_line, now, row.r_until, row.r_input or "{}")
        if row.r_ahead_line is None:
            return StoredTurn(row.r_job, task)
        reserved = Reserved(ahead, row.r_job, row.r_ahead_line, now, row.r_until, row.r_ahead_input or "{}")
        return StoredTurn(row.r_job, task, reserved)

    def _following(
        self, connection: Connection, worker: WorkerId, job_id: int, now: float, seconds: float
    ) -> StoredTurn:
        if not only_row(connection, MAY_WORK, {"job": job_id, "worker": str(worker)})[0]:
            return StoredTurn(job_id)
        task = Tasks(self.database).take_next_in(connection, worker, job_id, now, seconds)
        ahead = reserve_free(connection, worker, job_id, now, task.expires_at) if task else None
        return StoredTurn(job_id, task, ahead)
