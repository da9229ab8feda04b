"""Answers whose objects have all of theirs and are not consolidated yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select

from tracemark.document import Json
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import ACTIVE
from tracemark_groundtruth.state.tables import ANSWERED, SAME_OBJECT, ObjectState, jobs, objects, tasks
from tracemark_groundtruth.state.written_out import is_any

_WAITS = is_any(objects.c.state, ObjectState.DUE, ObjectState.BATCHED)
_ANY = (
    select(objects.c.line_index)
    .join(jobs, jobs.c.job_id == objects.c.job_id)
    .where(is_any(jobs.c.status, *ACTIVE), _WAITS)
    .limit(1)
)
_ANSWERS = (
    select(tasks.c.line_index, tasks.c.answer)
    .join(objects, SAME_OBJECT)
    .where(and_(tasks.c.job_id == bindparam("job"), ANSWERED, _WAITS))
    .order_by(tasks.c.line_index, tasks.c.ended_at, tasks.c.task_id)
)
_LATEST = (
    select(func.max(tasks.c.ended_at)).join(objects, SAME_OBJECT).where(tasks.c.job_id == bindparam("job"), _WAITS)
)


@dataclass(frozen=True)
class WaitingAnswers:
    """Those of the job `job_id`; every method raises `StateUnavailable`."""

    database: Database
    job_id: int

    def latest(self) -> float | None:
        """Return when the last of them was given or changed, in seconds since 1970; None when there is none."""
        with self.database.reading() as connection:
            at: float | None = connection.scalar(_LATEST, {"job": self.job_id})
        return at

    def fields(self) -> Mapping[int, Sequence[Mapping[str, Json]]]:
        """Return the fields of each answer by the line of its object, the first given first."""
        found: dict[int, list[Mapping[str, Json]]] = {}
        with self.database.reading() as connection:
            for line, answer in connection.execute(_ANSWERS, {"job": self.job_id}):
                found.setdefault(line, []).append(json.loads(answer or "{}"))
        return found


def any_waits(database: Database) -> bool:
    """Return whether an object of any job that goes on waits to be consolidated.

    Raises:
        StateUnavailable: the database does not answer.
    """
    with database.reading() as connection:
        return connection.scalar(_ANY) is not None
