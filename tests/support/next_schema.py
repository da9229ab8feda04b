"""The schema of a release to come, for tests of what an upgrade does."""

from __future__ import annotations

import shutil
from pathlib import Path

from tracemark_groundtruth.state.schema import Schema, revision
from tracemark_groundtruth.state.tables import SCHEMA_VERSION

NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = {revision!r}, {before!r}

def upgrade():
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("color", sa.String(9), nullable=False, server_default="blue"))
    for table, column in (("teams", "document"), ("tasks", "state"), ("objects", "state")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.String(), type_=sa.String(99), existing_nullable=False)
    {last}
"""


def next_schema(tmp_path: Path, last: str = "pass") -> Schema:
    """Return it: its migration copies tables that others refer to, and runs `last` at its end."""
    folder = tmp_path / "50% migrations"
    shutil.copytree(Schema().migrations, folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = NEXT.format(revision=revision(SCHEMA_VERSION + 1), before=revision(SCHEMA_VERSION), last=last)
    (folder / "versions/version_next.py").write_text(text)
    return Schema(SCHEMA_VERSION + 1, folder)
