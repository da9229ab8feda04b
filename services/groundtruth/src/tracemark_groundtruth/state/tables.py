"""The tables of the service's state. Moments are seconds since 1970 in UTC; documents are JSON as text."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    and_,
)

from tracemark_groundtruth.state.written_out import is_any

SCHEMA_VERSION = 2
"""One more with every file in `migrations/versions/`: a change of a table below needs one, see CONTRIBUTING.md."""

metadata = MetaData()
alembic_metadata = MetaData()


class SafeText(TypeDecorator[str]):
    """Text of any origin: what a database cannot hold, NUL in PostgreSQL and lone surrogates in both, is replaced.

    So a name from outside that holds such is just one that nobody has.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: object) -> Any:
        """Return the text as it is stored."""
        if not isinstance(value, str):
            return value
        return value.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


class JobStatus(StrEnum):
    """`LabelingJobStatus`, word for word."""

    INITIALIZING = "Initializing"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    STOPPED = "Stopped"
    COMPLETED = "Completed"
    FAILED = "Failed"


class ObjectState(StrEnum):
    """Where a data object is on its way from the input manifest to the output manifest."""

    NEW = "new"
    OPEN = "open"
    DUE = "due"
    BATCHED = "batched"
    LABELED = "labeled"
    FAILED = "failed"
    LEFT_OUT = "left out"
    ALREADY_LABELED = "already labeled"
    STOPPED = "stopped"


class TaskState(StrEnum):
    """What became of a task: held by its worker now, or how it ended."""

    HELD = "held"
    ANSWERED = "answered"
    DECLINED = "declined"
    RELEASED = "released"
    EXPIRED = "expired"


settings = Table(
    "settings",
    metadata,
    Column("name", SafeText(64), primary_key=True),
    Column("value", SafeText(), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("worker_id", SafeText(64), primary_key=True),
    Column("name", SafeText(128), nullable=False),
    Column("name_key", SafeText(256), nullable=False, unique=True),  # names are unique, ignoring case
    Column("subject", SafeText(36), nullable=False),
    Column("password_hash", SafeText(), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Double, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("worker_id", ForeignKey("workers.worker_id"), primary_key=True),
    Column("group_name", SafeText(128), primary_key=True),
)

teams = Table(
    "teams",
    metadata,
    Column("name", SafeText(63), primary_key=True),
    Column("document", SafeText(), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("updated_at", Double, nullable=False),
)

team_groups = Table(
    "team_groups",
    metadata,
    Column("team", ForeignKey("teams.name", ondelete="CASCADE"), nullable=False),
    Column("group_name", SafeText(128), nullable=False),
    PrimaryKeyConstraint("team", "group_name"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", Integer, primary_key=True),
    Column("name", SafeText(63), nullable=False),
    Column("name_key", SafeText(63), nullable=False, unique=True),
    Column("team", SafeText(63), nullable=False),
    Column("request", SafeText(), nullable=False),
    Column("status", SafeText(16), nullable=False, index=True),
    Column("failure_reason", SafeText()),
    Column("created_at", Double, nullable=False),
    Column("modified_at", Double, nullable=False),
)

objects = Table(
    "objects",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("line_index", Integer, nullable=False),
    Column("state", SafeText(16), nullable=False),
    Column("free", Integer, nullable=False, default=0),  # how many more workers may be given it
    Column("open_until", Double),
    Column("due_at", Double),
    Column("iteration", Integer),
    Column("remark", SafeText(), nullable=False, default=""),
    Column("line", SafeText(), nullable=False),  # what is long comes last, so that a scan need not read over it
    Column("task_input", SafeText()),
    Column("output", LargeBinary),
    PrimaryKeyConstraint("job_id", "line_index"),
)
Index("objects_by_state", objects.c.job_id, objects.c.state, objects.c.line_index)

OPEN = is_any(objects.c.state, ObjectState.OPEN)
Index("open_objects_by_end", objects.c.job_id, objects.c.open_until, sqlite_where=OPEN, postgresql_where=OPEN)

tasks = Table(
    "tasks",
    metadata,
    Column("task_id", SafeText(36), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("line_index", Integer, nullable=False),
    Column("worker_id", ForeignKey("workers.worker_id"), nullable=False),
    Column("state", SafeText(16), nullable=False),
    Column("accepted_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("answer", SafeText()),
    Column("seconds_spent", Double),  # without the pauses, as the page measured; None where it did not
)
HELD = is_any(tasks.c.state, TaskState.HELD)
ANSWERED = is_any(tasks.c.state, TaskState.ANSWERED)
KEPT = is_any(tasks.c.state, TaskState.HELD, TaskState.ANSWERED, TaskState.DECLINED)
"""The states of a task because of which its worker is not lent its object again."""
SAME_OBJECT = and_(tasks.c.job_id == objects.c.job_id, tasks.c.line_index == objects.c.line_index)

# The database itself refuses a second answer of a worker to an object, and a second task of a worker in a job.
Index(
    "one_task_of_a_worker_per_object",
    tasks.c.job_id,
    tasks.c.line_index,
    tasks.c.worker_id,
    unique=True,
    sqlite_where=KEPT,
    postgresql_where=KEPT,
)
Index(
    "one_held_task_of_a_worker_per_job",
    tasks.c.job_id,
    tasks.c.worker_id,
    unique=True,
    sqlite_where=HELD,
    postgresql_where=HELD,
)
# Without it whoever asks for the tasks of one object reads those of the whole job.
Index("tasks_by_object", tasks.c.job_id, tasks.c.line_index, tasks.c.worker_id, tasks.c.state)
Index("tasks_by_worker", tasks.c.job_id, tasks.c.worker_id, tasks.c.state)
Index("held_tasks_by_end", tasks.c.job_id, tasks.c.expires_at, sqlite_where=HELD, postgresql_where=HELD)

streams = Table(  # one row for each streaming job
    "streams",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("notifies", Boolean, nullable=False),  # whether an output topic is told of each finished object
    Column("active_at", Double, nullable=False),  # when objects came last, or the output manifest was written last
    Column("published_at", Double),
    Column("unpublished", Integer, nullable=False, default=0),  # finished objects that the output manifest lacks
)

arrivals = Table(  # appended objects that are told apart by an id, not by their content
    "arrivals",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("dedup_id", SafeText(64), primary_key=True),  # SHA-256
    Column("digest", SafeText(64), nullable=False),  # of the line
    Column("line_index", Integer, nullable=False),
)

notices = Table(  # finished objects that the output topic has not been told of yet
    "notices",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("line_index", Integer, primary_key=True),
)

refused_messages = Table(
    "refused_messages",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("message_id", SafeText(128), primary_key=True),
    Column("refused_at", Double, nullable=False),
    Column("reason", SafeText(), nullable=False),
    Column("body", SafeText(), nullable=False),
)

# The object that a worker is lent next, while the page loads it ahead: it takes one of the object's places, and becomes
# a task of the same id when the worker takes it.
reservations = Table(
    "reservations",
    metadata,
    Column("task_id", SafeText(36), primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("line_index", Integer, nullable=False),
    Column("worker_id", ForeignKey("workers.worker_id"), nullable=False),
    Column("reserved_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    UniqueConstraint("job_id", "worker_id", name="one_reservation_of_a_worker_per_job"),
)
Index("reservations_by_object", reservations.c.job_id, reservations.c.line_index)
Index("reservations_by_worker", reservations.c.worker_id)
SAME_RESERVED_OBJECT = and_(
    reservations.c.job_id == objects.c.job_id, reservations.c.line_index == objects.c.line_index
)

iterations = Table(
    "iterations",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("begun_at", Double, nullable=False),
    UniqueConstraint("job_id", "number"),
)

# What a process works on: new objects of some lines of a job, or an iteration. Free where `owner` does not live.
claims = Table(
    "claims",
    metadata,
    Column("claim_id", Integer, primary_key=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False, index=True),
    Column("owner", Integer, nullable=False),
    Column("first_line", Integer, nullable=False, server_default="0"),
    Column("last_line", Integer, nullable=False, server_default="-1"),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("iteration", Integer),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name", SafeText(160), primary_key=True),  # what attempts count for: a name, or a browser known to it
    Column("failures", Integer, nullable=False),
    Column("last_at", Double, nullable=False, index=True),
    Column("next_at", Double, nullable=False),
)

alembic_version = Table(
    "alembic_version",
    alembic_metadata,  # Alembic's own table: it belongs to none of the versions that it tells apart
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
