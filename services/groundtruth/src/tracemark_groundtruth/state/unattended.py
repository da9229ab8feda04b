"""The net under events: which jobs have something to do, found for all of them in two statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf

from sqlalchemy import ColumnElement, Double, and_, bindparam, exists, func, or_, select

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord
from tracemark_groundtruth.state.tables import HELD, OPEN, JobStatus, ObjectState, jobs, objects, reservations, tasks
from tracemark_groundtruth.state.written_out import is_any


def _any(state: ObjectState, *further: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(objects.c.job_id == jobs.c.job_id, is_any(objects.c.state, state), *further).correlate(jobs)


_NOW = bindparam("now", type_=Double)
_OVERDUE = exists().where(tasks.c.job_id == jobs.c.job_id, HELD, tasks.c.expires_at <= _NOW)
_OVERDUE_RESERVED = exists().where(reservations.c.job_id == jobs.c.job_id, reservations.c.expires_at <= _NOW)
_FINISHED = ~or_(*(_any(state) for state in (ObjectState.NEW, ObjectState.OPEN)))
_CAN_MOVE = or_(
    _OVERDUE,
    _OVERDUE_RESERVED,
    _any(ObjectState.OPEN, objects.c.open_until <= _NOW),
    _any(ObjectState.DUE),
    _any(ObjectState.BATCHED),
    _FINISHED,
)
_IN_PROGRESS = is_any(jobs.c.status, JobStatus.IN_PROGRESS)
_ON_THE_WAY = is_any(jobs.c.status, JobStatus.INITIALIZING, JobStatus.STOPPING)
_WITH_WORK = select(jobs.c.job_id).where(or_(_ON_THE_WAY, and_(_IN_PROGRESS, _CAN_MOVE)))
_OPEN_OBJECTS = (
    select(jobs.c.job_id, func.count(objects.c.job_id))
    .select_from(jobs)
    .join(objects, and_(objects.c.job_id == jobs.c.job_id, OPEN), isouter=True)
    .where(_IN_PROGRESS, _any(ObjectState.NEW))
    .group_by(jobs.c.job_id)
)


def jobs_with_work(database: Database, records: Sequence[JobRecord], now: float) -> Collection[int]:
    """Return those of the active jobs `records` for which there is something to do; `now` is in seconds since 1970.

    Raises:
        StateUnavailable: the database does not answer.
    """
    with database.reading() as connection:
        found = set(connection.scalars(_WITH_WORK, {"now": now}))
        waiting: dict[int, int] = {job_id: count for job_id, count in connection.execute(_OPEN_OBJECTS)}
    room = {one.job_id for one in records if waiting.get(one.job_id, inf) < one.job.max_concurrent_tasks}
    return found | room
