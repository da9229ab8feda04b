"""Alembic's entry point: it runs migrations in the transaction of its caller; see `state/schema.py`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from tracemark_groundtruth.state.event_tables import all_tables
from tracemark_groundtruth.state.tables import SafeText


def render(kind: str, item: Any, autogenerate_context: Any) -> str | Literal[False]:
    """Return how a type of ours is written in a migration: as what it is to the database, whatever becomes of it."""
    if kind == "type" and isinstance(item, SafeText):
        length = getattr(item.impl_instance, "length", None)
        return f"sa.String({length or ''})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables,
    render_as_batch=True,  # SQLite alters a table by a copy; on PostgreSQL the same lines are plain ALTERs
    render_item=render,
)
context.run_migrations()
