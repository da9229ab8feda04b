"""The tables about who may do what, and who did what. Moments are seconds since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Double, ForeignKey, Integer, PrimaryKeyConstraint, Table, event

from tracemark_groundtruth.state.tables import SafeText, metadata

all_tables = metadata  # those of `tables` and these
KEPT_SECONDS = 12 * 3_600
"""How long the database itself refuses that an entry of the audit log is deleted: less than the shortest retention, for
its clock may differ from the service's."""

identities = Table(
    "identities",
    metadata,
    Column("issuer", SafeText(512), nullable=False),
    Column("subject", SafeText(255), nullable=False),
    Column("worker_id", ForeignKey("workers.worker_id"), nullable=False, index=True),
    Column("linked_at", Double, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

roles = Table(  # who has no row is a worker
    "roles",
    metadata,
    Column("worker_id", ForeignKey("workers.worker_id"), primary_key=True),
    Column("role", SafeText(16), nullable=False),
)

job_owners = Table(  # a job without a row was created with the service's own key
    "job_owners",
    metadata,
    Column("job_id", ForeignKey("jobs.job_id"), primary_key=True),
    Column("worker_id", ForeignKey("workers.worker_id"), nullable=False, index=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key_id", SafeText(32), primary_key=True),
    Column("worker_id", ForeignKey("workers.worker_id"), nullable=False, index=True),
    Column("note", SafeText(128), nullable=False),
    Column("sealed_secret", SafeText(), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("revoked_at", Double),
)

audit = Table(
    "audit",
    metadata,
    Column("entry_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Double, nullable=False, index=True),
    Column("via", SafeText(16), nullable=False),
    Column("actor", SafeText(128), nullable=False),
    Column("action", SafeText(32), nullable=False),
    Column("subject", SafeText(256), nullable=False),
    Column("detail", SafeText(), nullable=False),
)

# The database itself refuses to change an entry, or to delete a recent one: a hole in this program cannot.
_SQLITE = (
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    "CREATE TRIGGER recent_audit_entries_stay BEFORE DELETE ON audit"
    f" WHEN OLD.at > (julianday('now') - 2440587.5) * 86400 - {KEPT_SECONDS}"
    " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
    "CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER recent_audit_entries_stay BEFORE DELETE ON audit FOR EACH ROW"
    f" WHEN (OLD.at > extract(epoch FROM now()) - {KEPT_SECONDS}) EXECUTE FUNCTION refuse_audit_change()",
    "CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
)
for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        _made: DDL = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(audit, "after_create", _made.execute_if(dialect=_dialect))
