"""How many jobs and objects there are to be done, for those who watch the service."""

from __future__ import annotations

from sqlalchemy import func, literal, select, union_all

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import ACTIVE, UNFINISHED
from tracemark_groundtruth.state.tables import ObjectState, jobs, objects
from tracemark_groundtruth.state.written_out import is_any
from tracemark_groundtruth.watching.state_figures import StateFigures

_JOB, _OBJECT, _OLDEST = "job", "object", "oldest"

# Finished jobs and finished objects are not read, so the statement costs what there is still to do, not what was done.
_ACTIVE = is_any(jobs.c.status, *ACTIVE)
_STATES = [
    select(literal(_OBJECT), literal(state.value), func.count(), literal(0.0))
    .select_from(objects)
    .join(jobs, jobs.c.job_id == objects.c.job_id)
    .where(_ACTIVE, objects.c.state == state.value)
    for state in UNFINISHED
]
_DUE = (
    select(literal(_OLDEST), literal(""), func.count(objects.c.due_at), func.min(objects.c.due_at))
    .select_from(objects)
    .join(jobs, jobs.c.job_id == objects.c.job_id)
    .where(_ACTIVE, objects.c.state == ObjectState.DUE.value)
)
_JOBS = select(literal(_JOB), jobs.c.status, func.count(), literal(0.0)).where(_ACTIVE).group_by(jobs.c.status)
_FIGURES = union_all(_JOBS, *_STATES, _DUE)


def state_figures(database: Database) -> StateFigures | None:
    """Return the figures, by one statement; None when the database does not answer."""
    try:
        with database.reading() as connection:
            rows = connection.execute(_FIGURES).all()
    except StateUnavailable:
        return None
    found = {status.value: 0 for status in ACTIVE} | {name: count for what, name, count, _ in rows if what == _JOB}
    unfinished = {name: count for what, name, count, _ in rows if what == _OBJECT}
    return StateFigures(found, unfinished, next(oldest for what, _, _, oldest in rows if what == _OLDEST))
