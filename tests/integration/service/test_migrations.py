"""Migrations: a database of any earlier release becomes what a new one is, with everything in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect
from sqlalchemy.exc import IntegrityError
from support.at_once import run_at_once
from support.next_schema import next_schema

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.schema import Schema, revision
from tracemark_groundtruth.state.tables import SCHEMA_VERSION, metadata

# What releases before there were migrations made; the two databases spell some types differently.
VERSION_1 = """
CREATE TABLE settings (name VARCHAR(64) NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY (name));
CREATE TABLE workers (
  worker_id VARCHAR(64) NOT NULL, name VARCHAR(128) NOT NULL, name_key VARCHAR(256) NOT NULL,
  subject VARCHAR(36) NOT NULL, password_hash VARCHAR NOT NULL, disabled BOOLEAN NOT NULL, created_at {double} NOT NULL,
  PRIMARY KEY (worker_id), UNIQUE (name_key));
CREATE TABLE memberships (
  worker_id VARCHAR(64) NOT NULL, group_name VARCHAR(128) NOT NULL,
  PRIMARY KEY (worker_id, group_name), FOREIGN KEY(worker_id) REFERENCES workers (worker_id));
CREATE TABLE teams (
  name VARCHAR(63) NOT NULL, document VARCHAR NOT NULL, created_at {double} NOT NULL, updated_at {double} NOT NULL,
  PRIMARY KEY (name));
CREATE TABLE team_groups (
  team VARCHAR(63) NOT NULL, group_name VARCHAR(128) NOT NULL,
  PRIMARY KEY (team, group_name), FOREIGN KEY(team) REFERENCES teams (name) ON DELETE CASCADE);
CREATE TABLE jobs (
  job_id {serial} NOT NULL, name VARCHAR(63) NOT NULL, name_key VARCHAR(63) NOT NULL, team VARCHAR(63) NOT NULL,
  request VARCHAR NOT NULL, status VARCHAR(16) NOT NULL, failure_reason VARCHAR, created_at {double} NOT NULL,
  modified_at {double} NOT NULL,
  PRIMARY KEY (job_id), UNIQUE (name_key));
CREATE INDEX ix_jobs_status ON jobs (status);
CREATE TABLE iterations (
  job_id INTEGER NOT NULL, number INTEGER NOT NULL, begun_at {double} NOT NULL,
  UNIQUE (job_id, number), FOREIGN KEY(job_id) REFERENCES jobs (job_id));
CREATE TABLE objects (
  job_id INTEGER NOT NULL, line_index INTEGER NOT NULL, state VARCHAR(16) NOT NULL, free INTEGER NOT NULL,
  open_until {double}, due_at {double}, iteration INTEGER, remark VARCHAR NOT NULL, line VARCHAR NOT NULL,
  task_input VARCHAR, output {bytes},
  PRIMARY KEY (job_id, line_index), FOREIGN KEY(job_id) REFERENCES jobs (job_id));
CREATE INDEX objects_by_state ON objects (job_id, state, line_index);
CREATE TABLE tasks (
  task_id VARCHAR(36) NOT NULL, job_id INTEGER NOT NULL, line_index INTEGER NOT NULL, worker_id VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL, accepted_at {double} NOT NULL, expires_at {double} NOT NULL, ended_at {double},
  answer VARCHAR,
  PRIMARY KEY (task_id), FOREIGN KEY(job_id) REFERENCES jobs (job_id),
  FOREIGN KEY(worker_id) REFERENCES workers (worker_id));
CREATE INDEX held_tasks_by_end ON tasks (job_id, expires_at) WHERE state = 'held';
CREATE UNIQUE INDEX one_held_task_of_a_worker_per_job ON tasks (job_id, worker_id) WHERE state = 'held';
CREATE UNIQUE INDEX one_task_of_a_worker_per_object ON tasks (job_id, line_index, worker_id)
  WHERE state IN ('held', 'answered', 'declined');
CREATE INDEX tasks_by_object ON tasks (job_id, line_index, worker_id, state);
CREATE INDEX tasks_by_worker ON tasks (job_id, worker_id, state);
INSERT INTO settings VALUES ('schema version', '1');
"""
CONTENTS = """
INSERT INTO settings VALUES ('secret', 'c0ffee'), ('api key id', 'TRACEMARK1'), ('api secret', 'hush');
INSERT INTO workers VALUES ('w1', 'Ada', 'ada', 's1', 'hash', false, 1.5), ('w2', 'Bo', 'bo', 's2', 'hash', true, 2.5);
INSERT INTO memberships VALUES ('w1', 'welders');
INSERT INTO teams VALUES ('team', '{}', 3.5, 4.5);
INSERT INTO team_groups VALUES ('team', 'welders');
INSERT INTO jobs VALUES (7, 'Welds', 'welds', 'team', '{"a": "ä 漢"}', 'InProgress', NULL, 5.5, 1635788546.177);
INSERT INTO iterations VALUES (7, 1, 6.5);
INSERT INTO objects VALUES (7, 0, 'labeled', 0, NULL, NULL, 1, '', '{"n": 0}', '{}', NULL);
INSERT INTO objects VALUES (7, 1, 'open', 1, 7.5, NULL, NULL, '', '{"n": 1}', '{}', NULL);
INSERT INTO tasks VALUES ('t1', 7, 0, 'w1', 'answered', 8.5, 9.5, 9.0, '{"class": "good"}');
INSERT INTO tasks VALUES ('t2', 7, 1, 'w1', 'held', 8.5, 9.5, NULL, NULL);
"""
TABLES = ("settings", "workers", "memberships", "teams", "team_groups", "jobs", "iterations", "objects", "tasks")
OUTPUT = bytes(range(256))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    yield made
    made.dispose()


def run(connection: Connection, script: str) -> None:
    for statement in script.strip().rstrip(";").split(";\n"):
        connection.exec_driver_sql(statement)


@pytest.fixture
def version_1(engine: Engine) -> Engine:
    """A database of the first version, with contents."""
    sqlite = engine.dialect.name == "sqlite"
    types = {"double": "DOUBLE", "serial": "INTEGER", "bytes": "BLOB"}
    if not sqlite:
        types = {"double": "DOUBLE PRECISION", "serial": "SERIAL", "bytes": "BYTEA"}
    with engine.begin() as connection:
        run(connection, VERSION_1.format(**types))
        run(connection, CONTENTS)
        mark = "?" if sqlite else "%s"
        connection.exec_driver_sql(f"UPDATE objects SET output = {mark} WHERE line_index = 0", (OUTPUT,))
    return engine


def contents(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Return every row that version 1 had, with the columns that it had."""
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2").mappings() for name in TABLES}
        rows = {name: [dict(row) for row in of_table] for name, of_table in found.items()}
    rows["settings"] = [row for row in rows["settings"] if row["name"] != "schema version"]
    for row in rows["objects"]:
        row["output"] = bytes(row["output"]) if row["output"] else None
    return rows


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> bool:
    return all(
        len(rows) == len(after[name])
        and all(row.items() <= new.items() for row, new in zip(rows, after[name], strict=True))
        for name, rows in before.items()
    )


def described(engine: Engine) -> dict[str, Any]:
    """Return columns, keys and indexes of every table, whatever their order."""
    found = inspect(engine)
    return {
        name: {
            "columns": sorted(str(sorted(column.items(), key=str)) for column in found.get_columns(name)),
            "primary key": found.get_pk_constraint(name)["constrained_columns"],
            "foreign keys": sorted(str(key) for key in found.get_foreign_keys(name)),
            "unique": sorted(str(key["column_names"]) for key in found.get_unique_constraints(name)),
            "indexes": sorted(indexed(index) for index in found.get_indexes(name)),
        }
        for name in set(found.get_table_names()) - {"alembic_version"}
    }


def indexed(index: Any) -> str:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str((index["name"], index["column_names"], bool(index["unique"]), sorted(options.items())))


def versions(engine: Engine) -> tuple[Any, Any]:
    with engine.connect() as connection:
        ours = connection.exec_driver_sql("SELECT value FROM settings WHERE name = 'schema version'").scalars().all()
        alembics = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    return ours, alembics


def test_the_version_of_the_tables_is_the_number_of_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(Schema().config(connection))

    found = [script.revision for script in scripts.walk_revisions()]

    assert found == [revision(number) for number in range(SCHEMA_VERSION, 0, -1)]


def test_migrations_lead_to_the_tables_that_the_code_names(version_1: Engine, database_url: str) -> None:
    Database.open(database_url).dispose()

    with version_1.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, metadata)
    assert differences == []


def test_a_new_database_has_what_an_upgraded_one_has(
    request: pytest.FixtureRequest, version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    sqlite = version_1.dialect.name == "sqlite"
    other = f"sqlite:///{tmp_path / 'new.db'}" if sqlite else request.getfixturevalue("cluster").database()
    Database.open(database_url).dispose()
    Database.open(other).dispose()
    new = create_engine(other.replace("postgresql://", "postgresql+psycopg://"))
    made = described(new)
    new.dispose()

    assert made == described(version_1)


def test_the_first_migration_makes_what_earlier_releases_made(
    request: pytest.FixtureRequest, version_1: Engine, tmp_path: Path
) -> None:
    sqlite = version_1.dialect.name == "sqlite"
    other = f"sqlite:///{tmp_path / 'new.db'}" if sqlite else request.getfixturevalue("cluster").database()
    new = create_engine(other.replace("postgresql://", "postgresql+psycopg://"))
    with new.begin() as connection:
        command.upgrade(Schema().config(connection), revision(1))

    made = described(new)
    new.dispose()

    assert made == described(version_1)


def test_what_a_database_of_the_first_version_holds_is_kept(version_1: Engine, database_url: str) -> None:
    before = contents(version_1)

    Database.open(database_url).dispose()

    assert kept(before, contents(version_1))
    assert before["objects"][0]["output"] == OUTPUT


def test_a_table_that_others_refer_to_is_altered_and_nothing_is_lost(
    version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    before = contents(version_1)

    Database.open(database_url, next_schema(tmp_path)).dispose()

    after = contents(version_1)
    assert kept(before, after)
    assert after["jobs"][0]["color"] == "blue"
    assert versions(version_1) == ([str(SCHEMA_VERSION + 1)], [revision(SCHEMA_VERSION + 1)])


def test_an_altered_table_still_refuses_a_second_task_of_a_worker(
    version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    Database.open(database_url, next_schema(tmp_path)).dispose()

    with pytest.raises(IntegrityError), version_1.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tasks (task_id, job_id, line_index, worker_id, state, accepted_at, expires_at)"
            " VALUES ('t3', 7, 9, 'w1', 'held', 8.5, 9.5)"
        )


def test_rows_that_refer_to_none_are_refused_after_an_upgrade_too(
    version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    database = Database.open(database_url, next_schema(tmp_path))

    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO memberships VALUES ('nobody', 'welders')")
    database.dispose()


def test_a_migration_that_fails_changes_nothing(version_1: Engine, database_url: str, tmp_path: Path) -> None:
    before = contents(version_1), described(version_1)

    with pytest.raises(StateUnavailable, match="nothing was changed"):
        Database.open(database_url, next_schema(tmp_path, last='op.execute("SELECT nothing FROM nowhere")'))

    assert (contents(version_1), described(version_1)) == before


def test_a_migration_that_leaves_rows_without_what_they_refer_to_changes_nothing(
    version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    before = contents(version_1)

    with pytest.raises(InvalidConfiguration, match="nothing was changed"):
        Database.open(database_url, next_schema(tmp_path, last='op.execute("DELETE FROM workers")'))

    assert contents(version_1) == before


@pytest.mark.parametrize("version", ["99", "", "1.5", "-1", "²", "one"])
def test_a_state_of_a_version_that_is_not_known_is_refused_and_left_alone(
    version_1: Engine, database_url: str, version: str
) -> None:
    with version_1.begin() as connection:
        connection.exec_driver_sql(f"UPDATE settings SET value = '{version}' WHERE name = 'schema version'")
    before = contents(version_1), described(version_1)

    with pytest.raises(InvalidConfiguration, match=r"(?s)does not know.*use the release that wrote it") as caught:
        Database.open(database_url)

    assert f"version {version}" in str(caught.value)
    assert (contents(version_1), described(version_1)) == before


def test_processes_that_start_at_once_upgrade_a_database_once(
    version_1: Engine, database_url: str, tmp_path: Path
) -> None:
    before, schema = contents(version_1), next_schema(tmp_path)
    imports = (
        "from pathlib import Path\n"
        "from tracemark_groundtruth.state.database import Database\n"
        "from tracemark_groundtruth.state.schema import Schema"
    )
    opening = "Database.open(sys.argv[1], Schema(int(sys.argv[2]), Path(sys.argv[3]))).dispose()"

    ends = run_at_once(imports, opening, database_url, str(schema.version), str(schema.migrations), processes=3)

    assert ends == [("", 0)] * 3
    assert kept(before, contents(version_1))
    assert versions(version_1) == ([str(schema.version)], [revision(schema.version)])


def test_a_database_that_is_new_or_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tracemark_groundtruth.state.database import Database\n"
        "for _ in range(2): Database.in_file(Path(sys.argv[1])).dispose()\n"
        "print([name for name in sys.modules if name.startswith('alembic')])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "state.db")], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"
