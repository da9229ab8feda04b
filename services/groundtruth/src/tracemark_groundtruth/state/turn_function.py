"""A turn as one function of PostgreSQL, made of the statements that a turn takes on SQLite, too.

Most of what a statement costs is asking and waiting: here the database is asked once instead of ten times. The function
does what happens at nearly every answer, and leaves the rest to `Turns`, in the same transaction. It belongs to a
connection and ends with it: nothing is left in the database that another release would find.
"""

from __future__ import annotations

import re

from sqlalchemy import ClauseElement, Double, bindparam, func, select
from sqlalchemy.dialects import postgresql

from tracemark_groundtruth.state import turn_statements as statements
from tracemark_groundtruth.state.tables import ObjectState, SafeText, TaskState

_DIALECT = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
_PARAMETER = re.compile(r"(?<!:):([a-z]\w*)", re.ASCII)


def _written(statement: ClauseElement, **names: str) -> str:
    """Return a statement in which each parameter is the variable of its name, or what `names` says."""
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))  # which are the columns of an insert

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in names:
            return names[name]
        constant = compiled.params[name]
        return f"p_{name}" if constant is None else repr(constant)  # a number, or the word for a state

    return _PARAMETER.sub(value, str(compiled))


_HELD = {"job": "held.job_id", "index": "held.line_index"}
_OF_JOB = {"job": "held.job_id"}

TURN_FUNCTION = f"""
CREATE FUNCTION pg_temp.tracemark_turn(
    p_task text, p_worker text, p_given text, p_seconds double precision, p_now double precision, p_ahead text
)
RETURNS TABLE (
    r_job integer, r_closed boolean, r_task text, r_line integer, r_input text, r_until double precision,
    r_ahead_line integer, r_ahead_input text
)
LANGUAGE plpgsql AS $turn$
DECLARE
    held record;
    reserved record;
    next_free record;
BEGIN
    PERFORM 1 FROM ({_written(statements.LOCK_BOTH)}) AS locked;
    SELECT * INTO held FROM ({_written(statements.TASK)}) AS found;
    IF NOT FOUND OR held.worker_id <> p_worker OR held.in_team = 0 OR held.state <> '{TaskState.HELD}'
        OR held.object_state <> '{ObjectState.OPEN}' OR held.expires_at <= p_now THEN
        RETURN;
    END IF;
    {
    _written(
        statements.END,
        how=f"'{TaskState.ANSWERED}'",
        seconds="CASE WHEN p_seconds IS NOT NULL THEN greatest(0, least(p_seconds, p_now - held.accepted_at)) END",
    )
};
    {_written(statements.CLOSE_IF_FULL, **_HELD)};
    r_job := held.job_id;
    r_closed := FOUND;
    IF ({_written(statements.MAY_WORK, **_OF_JOB)}) THEN
        SELECT * INTO reserved FROM ({_written(statements.CLAIMED, **_OF_JOB)}) AS found;
        IF FOUND AND reserved.usable AND reserved.expires_at > p_now THEN
            {_written(statements.END_RESERVATION, task="reserved.task_id")};
            IF FOUND THEN
                r_task := reserved.task_id;
                r_line := reserved.line_index;
                r_input := reserved.task_input;
                -- Each task of a job is lent for the same whole number of seconds.
                r_until := p_now + round(held.expires_at - held.accepted_at);
                {
    _written(
        statements.INSERT_TASK,
        task_id="r_task",
        job_id="r_job",
        line_index="r_line",
        worker_id="p_worker",
        state=f"'{TaskState.HELD}'",
        accepted_at="p_now",
        expires_at="r_until",
    )
};
                {_written(statements.TAKE_FREE, **_OF_JOB)} INTO next_free;
                IF FOUND THEN
                    r_ahead_line := next_free.line_index;
                    r_ahead_input := next_free.task_input;
                    {
    _written(
        statements.INSERT_RESERVATION,
        task_id="p_ahead",
        job_id="r_job",
        line_index="r_ahead_line",
        worker_id="p_worker",
        reserved_at="p_now",
        expires_at="r_until",
    )
};
                END IF;
            END IF;
        END IF;
    END IF;
    RETURN NEXT;
END
$turn$
"""  # noqa: S608
"""Takes an answer and lends what is reserved for its worker, and reserves what comes then under the id `p_ahead`.

No row says that nothing was written, as the task is not held any more; `r_task` is null where it could lend nothing.
"""


TURN = select(
    func.pg_temp.tracemark_turn(
        bindparam("task", type_=SafeText()),
        bindparam("worker", type_=SafeText()),
        bindparam("given", type_=SafeText()),
        bindparam("seconds", type_=Double()),
        bindparam("now", type_=Double()),
        bindparam("ahead", type_=SafeText()),
    ).table_valued(
        "r_job", "r_closed", "r_task", "r_line", "r_input", "r_until", "r_ahead_line", "r_ahead_input", name="turn"
    )
)
"""Calls it; the columns of its one row are those that it returns."""
