"""Jobs shared out to processes, streams, people and their keys, the audit log, reservations and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("state = 'open'")
_SQLITE_TRIGGERS = (
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER recent_audit_entries_stay BEFORE DELETE ON audit"
    " WHEN OLD.at > (julianday('now') - 2440587.5) * 86400 - 43200"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)
_POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER recent_audit_entries_stay BEFORE DELETE ON audit FOR EACH ROW"
    " WHEN (OLD.at > extract(epoch FROM now()) - 43200) EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)


def upgrade() -> None:
    """Bring the tables from version 1 to 2."""
    _sign_in_failures()
    _arrivals()
    _claims()
    _notices()
    _refused_messages()
    _reservations()
    _streams()
    _objects()
    _tasks()
    _people()
    _audit()
    _deliveries()


def _sign_in_failures() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("sign_in_failures") as batch_op:
        batch_op.create_index(("ix_sign_in_failures_last_at"), ["last_at"], unique=False)


def _arrivals() -> None:
    op.create_table(
        "arrivals",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("dedup_id", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("line_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.PrimaryKeyConstraint("job_id", "dedup_id"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=False),
        sa.Column("first_line", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_line", sa.Integer(), server_default="-1", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("iteration", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    with op.batch_alter_table("claims") as batch_op:
        batch_op.create_index(("ix_claims_job_id"), ["job_id"], unique=False)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("line_index", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.PrimaryKeyConstraint("job_id", "line_index"),
    )


def _refused_messages() -> None:
    op.create_table(
        "refused_messages",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(128), nullable=False),
        sa.Column("refused_at", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.PrimaryKeyConstraint("job_id", "message_id"),
    )


def _reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("task_id", sa.String(36), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("line_index", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("reserved_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"],
            ["workers.worker_id"],
        ),
        sa.PrimaryKeyConstraint("task_id"),
        sa.UniqueConstraint("job_id", "worker_id", name="one_reservation_of_a_worker_per_job"),
    )
    with op.batch_alter_table("reservations") as batch_op:
        batch_op.create_index("reservations_by_object", ["job_id", "line_index"], unique=False)
        batch_op.create_index("reservations_by_worker", ["worker_id"], unique=False)


def _streams() -> None:
    op.create_table(
        "streams",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("notifies", sa.Boolean(), nullable=False),
        sa.Column("active_at", sa.Double(), nullable=False),
        sa.Column("published_at", sa.Double(), nullable=True),
        sa.Column("unpublished", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["jobs.job_id"],
        ),
        sa.PrimaryKeyConstraint("job_id"),
    )


def _objects() -> None:
    with op.batch_alter_table("objects") as batch_op:
        batch_op.create_index(
            "open_objects_by_end",
            ["job_id", "open_until"],
            unique=False,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        )


def _tasks() -> None:
    with op.batch_alter_table("tasks") as batch_op:
        batch_op.add_column(sa.Column("seconds_spent", sa.Double(), nullable=True))


def _people() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(512), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("linked_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_identities_worker_id", "identities", ["worker_id"])
    op.create_table(
        "roles",
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("worker_id"),
    )
    op.create_table(
        "job_owners",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"]),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("job_id"),
    )
    op.create_index("ix_job_owners_worker_id", "job_owners", ["worker_id"])
    op.create_table(
        "api_keys",
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("worker_id", sa.String(64), nullable=False),
        sa.Column("note", sa.String(128), nullable=False),
        sa.Column("sealed_secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["worker_id"], ["workers.worker_id"]),
        sa.PrimaryKeyConstraint("key_id"),
    )
    op.create_index("ix_api_keys_worker_id", "api_keys", ["worker_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    for statement in _SQLITE_TRIGGERS if op.get_context().dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS:
        op.execute(statement)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "url"),
    )
    op.create_index("deliveries_by_moment", "deliveries", ["url", "next_at"])
