"""The statements of a turn: they are made once, for making one takes longer than running it."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from tracemark_groundtruth.state.tables import (
    HELD,
    KEPT,
    OPEN,
    SAME_OBJECT,
    SAME_RESERVED_OBJECT,
    JobStatus,
    ObjectState,
    jobs,
    memberships,
    objects,
    reservations,
    tasks,
    team_groups,
)
from tracemark_groundtruth.state.written_out import is_any

OBJECT = and_(objects.c.job_id == bindparam("job"), objects.c.line_index == bindparam("index"))
_TASK_ID = tasks.c.task_id == bindparam("task")
_THEIR_RESERVATION = (reservations.c.job_id == tasks.c.job_id) & (reservations.c.worker_id == tasks.c.worker_id)

LOCK_OBJECT = select(objects.c.line_index).join(tasks, SAME_OBJECT).where(_TASK_ID).with_for_update(of=objects)
LOCK_BOTH = (
    select(objects.c.line_index)
    .where(
        tuple_(objects.c.job_id, objects.c.line_index).in_(
            union_all(
                select(tasks.c.job_id, tasks.c.line_index).where(_TASK_ID),
                select(reservations.c.job_id, reservations.c.line_index)
                .join(tasks, _THEIR_RESERVATION)
                .where(_TASK_ID),
            )
        )
    )
    .order_by(objects.c.line_index)
    .with_for_update()
)
"""Locks the object of a `task` and the one that is reserved for its worker, in the order in which all lock them: two
workers who have each other's object reserved would wait for each other."""


def _in_team(job: ColumnElement[int], worker: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition, for rows of three tables, that a worker is in the work team of a job."""
    return and_(
        jobs.c.job_id == job,
        team_groups.c.team == jobs.c.team,
        team_groups.c.group_name == memberships.c.group_name,
        memberships.c.worker_id == worker,
    )


def still_in_team(work: Table) -> ColumnElement[int]:
    """Return the column `in_team`: 1 where the worker of a row is in the team of its job now, else 0."""
    return cast(exists().where(_in_team(work.c.job_id, work.c.worker_id)), Integer).label("in_team")


WITH_INPUT = select(tasks, objects.c.task_input, objects.c.state.label("object_state")).join(objects, SAME_OBJECT)
TASK = WITH_INPUT.add_columns(still_in_team(tasks)).where(_TASK_ID)
END = (
    update(tasks)
    .where(_TASK_ID, HELD)
    .values(
        state=bindparam("how"), ended_at=bindparam("now"), answer=bindparam("given"), seconds_spent=bindparam("seconds")
    )
)
_NEEDS_NOBODY = or_(
    and_(objects.c.free == 0, ~exists().where(SAME_RESERVED_OBJECT)), objects.c.open_until <= bindparam("now")
)
CLOSE_IF_FULL = (
    update(objects)
    .where(OBJECT, OPEN, _NEEDS_NOBODY, ~exists().where(SAME_OBJECT, HELD))
    .values(state=ObjectState.DUE.value, due_at=bindparam("now"))
)
FREE_PLACE = update(objects).where(OBJECT, OPEN).values(free=objects.c.free + 1)
INSERT_TASK = insert(tasks)

MAY_WORK = select(
    exists().where(_in_team(bindparam("job"), bindparam("worker")), is_any(jobs.c.status, JobStatus.IN_PROGRESS))
)

CAN_BE_THEIRS = and_(
    OPEN,
    # A sum is in no index: objects are found by line. By their ends, all open ones would be read and sorted each time.
    objects.c.open_until + literal_column("0") > bindparam("now"),
    ~exists().where(SAME_OBJECT, tasks.c.worker_id == bindparam("worker"), KEPT),
)
RESERVED_FOR_THEM = and_(reservations.c.job_id == bindparam("job"), reservations.c.worker_id == bindparam("worker"))
CLAIMED = (
    select(reservations, objects.c.task_input, CAN_BE_THEIRS.label("usable"))
    .join(objects, SAME_RESERVED_OBJECT)
    .where(RESERVED_FOR_THEM)
    .with_for_update(of=objects)
)
END_RESERVATION = delete(reservations).where(reservations.c.task_id == bindparam("task"))

FREE = (
    select(objects.c.line_index)
    .where(objects.c.job_id == bindparam("job"), objects.c.free > 0, CAN_BE_THEIRS)
    .order_by(objects.c.line_index)
    .limit(1)
)
"""The first object of a `job` that can be lent to a `worker` `now`."""
TAKE_FREE = (
    update(objects)
    .where(
        objects.c.job_id == bindparam("job"),
        objects.c.line_index == FREE.with_for_update(skip_locked=True).correlate(None).scalar_subquery(),
    )
    .values(free=objects.c.free - 1)
    .returning(objects.c.line_index, objects.c.task_input)
)
INSERT_RESERVATION = insert(reservations)
