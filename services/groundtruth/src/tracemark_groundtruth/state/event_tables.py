"""The table of what programs elsewhere are still to be told. Moments are seconds since 1970 in UTC."""

from __future__ import annotations

from sqlalchemy import Column, Double, Index, Integer, PrimaryKeyConstraint, Table

from tracemark_groundtruth.state import access_tables
from tracemark_groundtruth.state.tables import SafeText, metadata

all_tables = access_tables.all_tables  # those and this one

deliveries = Table(  # an event that a webhook has not taken yet
    "deliveries",
    metadata,
    Column("event_id", SafeText(36), nullable=False),
    Column("url", SafeText(2048), nullable=False),
    Column("created_at", Double, nullable=False),
    Column("next_at", Double, nullable=False),  # when it is tried next; while it is tried, when others may
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("body", SafeText(), nullable=False),
    PrimaryKeyConstraint("event_id", "url"),
)
Index("deliveries_by_moment", deliveries.c.url, deliveries.c.next_at)
