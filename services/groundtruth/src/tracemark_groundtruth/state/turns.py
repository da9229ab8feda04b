"""Turns: an answer is taken, and what the worker sees next is lent, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.reservations import Reserved, reserve_in
from tracemark_groundtruth.state.tables import JobStatus, jobs, memberships, team_groups
from tracemark_groundtruth.state.task_queue import WorkerId
from tracemark_groundtruth.state.tasks import Task, Tasks

_MAY_WORK = select(
    exists().where(
        jobs.c.job_id == bindparam("job"),
        jobs.c.status == JobStatus.IN_PROGRESS.value,
        team_groups.c.team == jobs.c.team,
        team_groups.c.group_name == memberships.c.group_name,
        memberships.c.worker_id == bindparam("worker"),
    )
)


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """What comes after an answer to a task of the job `job_id`: the next task, and what is reserved behind it."""

    job_id: int
    task: Task | None = None
    ahead: Reserved | None = None


@dataclass(frozen=True)
class Turns:
    """The turns of workers in a database; `lease_seconds` gives those of a job by its number."""

    database: Database
    lease_seconds: Callable[[int], float]

    def take(self, worker: WorkerId, task_id: str, answer: str, seconds: float | None, now: float) -> StoredTurn:
        """Do as `Tasks.answer`, `Tasks.take` and `Reservations.reserve`.

        Raises:
            TaskNotHeld, TaskExpired, TaskAnswered, StateUnavailable: see `Tasks.answer`.
        """

        def work(connection: Connection) -> StoredTurn:
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
        if not connection.scalar(_MAY_WORK, {"job": job_id, "worker": str(worker)}):
            return StoredTurn(job_id)
        task = Tasks(self.database).take_in(connection, worker, job_id, now, self.lease_seconds(job_id))
        ahead = reserve_in(connection, worker, job_id, now) if task else None
        return StoredTurn(job_id, task, ahead)
