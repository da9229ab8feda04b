"""Objects that come while a job runs: each is entered once, and none after the job has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from tracemark_groundtruth.job.arrival import Appended, Arrival
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import JobStatus, ObjectState, arrivals, jobs, objects, streams


@dataclass(frozen=True, slots=True)
class NotOpen:
    """The job takes no objects now: its status."""

    status: JobStatus


@dataclass(frozen=True, slots=True)
class OtherContent:
    """A deduplication id was used before, for another object: which of those to append."""

    position: int


@dataclass(frozen=True)
class Arrivals:
    """What is appended to the job `job_id`; every method raises `StateUnavailable`."""

    database: Database
    job_id: int

    def append(
        self, coming: Sequence[Arrival], now: float, *, strict: bool = False
    ) -> Appended | NotOpen | OtherContent:
        """Enter those of the objects that the job does not have, after its last line, all or none of them.

        `strict`: an id that was used for other content enters nothing.
        """
        with self.database.writing() as connection:
            status = lock_job(connection, self.job_id)
            if status is not JobStatus.IN_PROGRESS:
                return NotOpen(status)
            known = self._known(connection, coming)
            if strict and (wrong := _other_content(coming, known)) is not None:
                return OtherContent(wrong)
            new = _first_of_each(coming, known, self._lines(connection, coming))
            self._enter(connection, new, now)
            self.database.announce(connection, self.job_id)
        return Appended(len(new), len(coming) - len(new))

    def _known(self, connection: Connection, coming: Sequence[Arrival]) -> Mapping[str, str]:
        """Return the digests of the objects that came under the same ids."""
        keys = [one.key for one in coming if one.key]
        query = select(arrivals.c.dedup_id, arrivals.c.digest)
        mine = query.where(arrivals.c.job_id == self.job_id, arrivals.c.dedup_id.in_(keys))
        return {row.dedup_id: row.digest for row in connection.execute(mine)} if keys else {}

    def _lines(self, connection: Connection, coming: Sequence[Arrival]) -> set[str]:
        """Return the lines that the job has already, of objects without an id."""
        texts = [one.line.to_json() for one in coming if one.key is None]
        query = select(objects.c.line).where(objects.c.job_id == self.job_id, objects.c.line.in_(texts))
        return set(connection.scalars(query)) if texts else set()

    def _enter(self, connection: Connection, new: Sequence[Arrival], now: float) -> None:
        if not new:
            return
        last = select(func.max(objects.c.line_index)).where(objects.c.job_id == self.job_id)
        found = connection.scalar(last)
        first = 0 if found is None else found + 1
        connection.execute(insert(objects), [self._row(first + place, one) for place, one in enumerate(new)])
        if keyed := [self._key(first + place, one) for place, one in enumerate(new) if one.key]:
            connection.execute(insert(arrivals), keyed)
        connection.execute(update(streams).where(streams.c.job_id == self.job_id).values(active_at=now))

    def _row(self, index: int, one: Arrival) -> dict[str, object]:
        line, state = one.line.to_json(), ObjectState.NEW.value
        return {"job_id": self.job_id, "line_index": index, "line": line, "state": state}

    def _key(self, index: int, one: Arrival) -> dict[str, object]:
        return {"job_id": self.job_id, "dedup_id": one.key, "digest": one.digest, "line_index": index}


def lock_job(connection: Connection, job_id: int) -> JobStatus:
    """Let nobody else change the job until the transaction ends, and return its status."""
    # Not its key: tasks that name the job may be entered meanwhile.
    query = select(jobs.c.status).where(jobs.c.job_id == job_id).with_for_update(key_share=True)
    return JobStatus(connection.scalars(query).one())


def _other_content(coming: Sequence[Arrival], known: Mapping[str, str]) -> int | None:
    wrong = (place for place, one in enumerate(coming) if one.key and known.get(one.key, one.digest) != one.digest)
    return next(wrong, None)


def _first_of_each(coming: Sequence[Arrival], keys: Mapping[str, str], lines: set[str]) -> list[Arrival]:
    seen = {*keys, *lines}
    new = []
    for one in coming:
        name = one.key or one.line.to_json()
        if name not in seen:
            new.append(one)
        seen.add(name)
    return new
