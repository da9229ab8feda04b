"""Turns: an answer is taken, and what the worker sees next is lent, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, select, tuple_, union_all
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.reservations import Reserved, reserve_free
from tracemark_groundtruth.state.tables import JobStatus, jobs, memberships, objects, reservations, tasks, team_groups
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.tasks import Task, Tasks
from tracemark_groundtruth.state.written_out import is_any

_MAY_WORK = select(
    exists().where(
        jobs.c.job_id == bindparam("job"),
        is_any(jobs.c.status, JobStatus.IN_PROGRESS),
        team_groups.c.team == jobs.c.team,
        team_groups.c.group_name == memberships.c.group_name,
        memberships.c.worker_id == bindparam("worker"),
    )
)
_ANSWERED = tasks.c.task_id == bindparam("task")
_THEIR_RESERVATION = (reservations.c.job_id == tasks.c.job_id) & (reservations.c.worker_id == tasks.c.worker_id)
_LOCK_BOTH = (
    select(objects.c.line_index)
    .where(
        tuple_(objects.c.job_id, objects.c.line_index).in_(
            union_all(
                select(tasks.c.job_id, tasks.c.line_index).where(_ANSWERED),
                select(reservations.c.job_id, reservations.c.line_index)
                .join(tasks, _THEIR_RESERVATION)
                .where(_ANSWERED),
            )
        )
    )
    .order_by(objects.c.line_index)
    .with_for_update()
)


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
            if not self.database.is_sqlite:
                # The object that was answered and the reserved one, in the order in which all lock them: two workers
                # who have each other's object reserved would wait for each other.
                connection.execute(_LOCK_BOTH, {"task": task_id})
            job_id = Tasks(self.database).answer_in(connection, worker, task_id, answer, now, seconds)
            return self._following(connection, worker, job_id, now)

        try:
            turn = self.database.write(work)
        except IntegrityError:  # another request of the same worker came first; nothing was written
            turn = self.database.write(work)
        if turn.task:
            self.database.changes.due(turn.job_id, turn.task.expires_at)
        return turn

    def _following(self, connection: Connection, worker: WorkerId, job_id: int, now: float) -> StoredTurn:
        # Read before the answer is on the disk: nothing must be in the way of saying so then.
        seconds = self.lease_seconds(connection, job_id)
        if not connection.scalar(_MAY_WORK, {"job": job_id, "worker": str(worker)}):
            return StoredTurn(job_id)
        task = Tasks(self.database).take_next_in(connection, worker, job_id, now, seconds)
        ahead = reserve_free(connection, worker, job_id, now, task.expires_at) if task else None
        return StoredTurn(job_id, task, ahead)
