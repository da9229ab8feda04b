"""The tables as they were when migrations began: a database of an earlier release has them and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_HELD = sa.text("state = 'held'")
_KEPT = sa.text("state IN ('held', 'answered', 'declined')")


def upgrade() -> None:
    """Bring an empty database to version 1."""
    _settings_and_people()
    _teams()
    _jobs()
    _tasks()


def _settings_and_people() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "workers",
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("name_key", sa.String(256), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_table(
        "memberships",
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("group_name", sa.String(128), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("worker_id", "group_name"),
    )


def _teams() -> None:
    op.create_table(
        "teams",
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "team_groups",
        sa.Column("team", sa.String(63), nullable=False),
        sa.Column("group_name", sa.String(128), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["teams.name"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team", "group_name"),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("name_key", sa.String(63), nullable=False),
        sa.Column("team", sa.String(63), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("failure_reason", sa.String(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("modified_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("job_id"),
        sa.UniqueConstraint("name_key"),
    )
    op.create_index("ix_jobs_status", "jobs", ["status"])
    op.create_table(
        "iterations",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"]),
        sa.UniqueConstraint("job_id", "number"),
    )


def _tasks() -> None:
    op.create_table(
        "objects",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("line_index", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("open_until", sa.Double(), nullable=True),
        sa.Column("due_at", sa.Double(), nullable=True),
        sa.Column("iteration", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("task_input", sa.String(), nullable=True),
        sa.Column("output", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"]),
        sa.PrimaryKeyConstraint("job_id", "line_index"),
    )
    op.create_index("objects_by_state", "objects", ["job_id", "state", "line_index"])
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("line_index", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("accepted_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"]),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("task_id"),
    )
    _task_indexes()


def _task_indexes() -> None:
    op.create_index("tasks_by_object", "tasks", ["job_id", "line_index", "worker_id", "state"])
    op.create_index("tasks_by_worker", "tasks", ["job_id", "worker_id", "state"])
    for name, columns, unique, where in (
        ("held_tasks_by_end", ["job_id", "expires_at"], False, _HELD),
        ("one_held_task_of_a_worker_per_job", ["job_id", "worker_id"], True, _HELD),
        ("one_task_of_a_worker_per_object", ["job_id", "line_index", "worker_id"], True, _KEPT),
    ):
        op.create_index(name, "tasks", columns, unique=unique, sqlite_where=where, postgresql_where=where)
