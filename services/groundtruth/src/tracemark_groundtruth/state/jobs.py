"""The labeling jobs: what was asked for, and how far each is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, exists, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from tracemark.document import Json, read_json
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.state.access_tables import job_owners
from tracemark_groundtruth.state.arrivals import lock_job
from tracemark_groundtruth.state.audit import Event, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.streams import enter_stream
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, jobs, objects
from tracemark_groundtruth.state.written_out import is_any

ACTIVE = (JobStatus.INITIALIZING, JobStatus.IN_PROGRESS, JobStatus.STOPPING)
UNFINISHED = (ObjectState.NEW, ObjectState.OPEN, ObjectState.DUE, ObjectState.BATCHED)
_ANY = true()

# Made once: the runner asks so after whatever happens.
_ACTIVE_OF = (
    select(jobs)
    .where(is_any(jobs.c.status, *ACTIVE), jobs.c.job_id.in_(bindparam("job_ids", expanding=True)))
    .order_by(jobs.c.created_at, jobs.c.job_id)
)


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job and its status; `request` is the `CreateLabelingJob` document that `job` was read from."""

    job_id: int
    job: LabelingJob
    request: Mapping[str, Json]
    status: JobStatus
    failure_reason: str | None
    created_at: float
    modified_at: float

    @property
    def name(self) -> str:
        """The name of the job."""
        return self.job.name


@dataclass(frozen=True)
class Jobs:
    """The jobs in a database; every method raises `StateUnavailable`."""

    database: Database

    def add(
        self, job: LabelingJob, request: Mapping[str, Json], owner: str | None = None, event: Event | None = None
    ) -> bool:
        """Enter a new job and return True; False when there is one of this name, ignoring case.

        `owner` is the id of the worker whose job it is, `event` what the audit log is to say of it.
        """
        now = time.time()
        values = {
            "name": job.name,
            "name_key": job.name.lower(),
            "team": job.team,
            "request": json.dumps(request),
            "status": JobStatus.INITIALIZING.value,
            "created_at": now,
            "modified_at": now,
        }
        try:
            with self.database.writing() as connection:
                (job_id,) = connection.execute(insert(jobs).values(values)).inserted_primary_key or (0,)
                self.database.announce(connection, int(job_id))
                if job.is_streaming:
                    enter_stream(connection, job_id, now, notifies=job.output_topic_arn is not None)
                if owner:
                    connection.execute(insert(job_owners).values(job_id=job_id, worker_id=owner))
                if event:
                    append(connection, event)
                self.database.outbox.enter(connection, job.name, JobStatus.INITIALIZING, None, now)
        except IntegrityError:
            return False
        self.database.outbox.wake()
        return True

    def find(self, name: str, where: ColumnElement[bool] = _ANY) -> JobRecord | None:
        """Return the job of a name, ignoring case, if `where` holds for it."""
        return self._one(select(jobs).where(jobs.c.name_key == name.lower(), where))

    def get(self, job_id: int) -> JobRecord:
        """Return a job by its number, which must be one."""
        with self.database.reading() as connection:
            return get_job(connection, job_id)

    def list(self, *statuses: JobStatus, where: ColumnElement[bool] = _ANY) -> Sequence[JobRecord]:
        """Return the jobs of these statuses, or all, for which `where` holds, the oldest first."""
        query = select(jobs).where(where).order_by(jobs.c.created_at, jobs.c.job_id)
        if statuses:
            query = query.where(jobs.c.status.in_([status.value for status in statuses]))
        with self.database.reading() as connection:
            return [_record(row) for row in connection.execute(query)]

    def active(self, job_ids: Collection[int]) -> Sequence[JobRecord]:
        """Return those of some jobs that are not over, the oldest first."""
        if not job_ids:
            return ()
        with self.database.reading() as connection:
            return [_record(row) for row in connection.execute(_ACTIVE_OF, {"job_ids": list(job_ids)})]

    def counts(self, job_id: int) -> Mapping[ObjectState, int]:
        """Return how many objects of a job are in each state; states without any are left out."""
        query = select(objects.c.state, func.count()).where(objects.c.job_id == job_id).group_by(objects.c.state)
        with self.database.reading() as connection:
            return {ObjectState(state): count for state, count in connection.execute(query)}

    def advance(
        self,
        job_id: int,
        before: Sequence[JobStatus],
        after: JobStatus,
        reason: str | None = None,
        event: Event | None = None,
    ) -> bool:
        """Change the status and return True; False when it is none of `before` any more.

        `event` is what the audit log is to say of it.
        """
        with self.database.writing() as connection:
            changed = self._advance(connection, job_id, before, after, reason)
            if changed and event:
                append(connection, event)
        self.database.outbox.wake()
        return changed

    def end(self, job_id: int, before: JobStatus, after: JobStatus, reason: str | None = None) -> bool:
        """Do as `advance`, unless there are objects that are not finished: one may just have been appended."""
        states = [state.value for state in UNFINISHED]
        unfinished = exists().where(objects.c.job_id == job_id, objects.c.state.in_(states))
        with self.database.writing() as connection:
            lock_job(connection, job_id)
            if connection.scalar(select(unfinished)):
                return False
            changed = self._advance(connection, job_id, [before], after, reason)
        self.database.outbox.wake()
        return changed

    def change_request(self, job_id: int, change: Callable[[dict[str, Json]], None]) -> None:
        """Let `change` alter the document of a job, which nobody else does meanwhile."""
        with self.database.writing() as connection:
            lock_job(connection, job_id)
            text = connection.scalars(select(jobs.c.request).where(jobs.c.job_id == job_id)).one()
            document = dict(json.loads(text))
            change(document)
            connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(request=json.dumps(document)))

    def _advance(
        self, connection: Connection, job_id: int, before: Sequence[JobStatus], after: JobStatus, reason: str | None
    ) -> bool:
        told = {} if reason is None else {"failure_reason": reason}  # why it stops is still to be known when it has
        statement = (
            update(jobs)
            .where(jobs.c.job_id == job_id, jobs.c.status.in_([status.value for status in before]))
            .values(status=after.value, modified_at=time.time(), **told)
        )
        changed = connection.execute(statement).rowcount == 1
        if changed:
            self.database.announce(connection, job_id)
            self._enter_event(connection, job_id, after)
        return changed

    def _enter_event(self, connection: Connection, job_id: int, after: JobStatus) -> None:
        if self.database.outbox.urls:
            row = connection.execute(select(jobs.c.name, jobs.c.failure_reason).where(jobs.c.job_id == job_id)).one()
            self.database.outbox.enter(connection, row.name, after, row.failure_reason, time.time())

    def _one(self, query: Select[*tuple[Any, ...]]) -> JobRecord | None:
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return _record(row) if row else None


def get_job(connection: Connection, job_id: int) -> JobRecord:
    """Do as `Jobs.get`, within a transaction."""
    row = connection.execute(select(jobs).where(jobs.c.job_id == job_id)).one_or_none()
    assert row, f"no job {job_id}"  # noqa: S101 - jobs are never deleted
    return _record(row)


def owned_by(worker_id: str | None) -> ColumnElement[bool]:
    """Return the condition that a job is this worker's; with None, that it is anybody's."""
    if worker_id is None:
        return _ANY
    return exists().where(job_owners.c.job_id == jobs.c.job_id, job_owners.c.worker_id == worker_id)


def _record(row: Row[*tuple[Any, ...]]) -> JobRecord:
    job, request = _parse(row.request, row.name)
    status = JobStatus(row.status)
    return JobRecord(row.job_id, job, request, status, row.failure_reason, row.created_at, row.modified_at)


@lru_cache(maxsize=1_024)
def _parse(text: str, name: str) -> tuple[LabelingJob, Mapping[str, Json]]:
    """Read a document, once: the runner looks at every job in progress again and again."""
    document = read_json(text, f"job {name}")
    return LabelingJob.of(document), document.mapping()
