"""Backups of the state: one SQLite file, whatever the database, made while services run and restored to either kind."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text

from tracemark.errors import InvalidConfiguration, InvalidDocument, one_line, quoted
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.connecting import file_url
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.schema import SCHEMA, Schema
from tracemark_groundtruth.state.tables import alembic_version, metadata, settings

_ROWS = 1_000
_MAGIC = b"SQLite format 3\0"
_LEAVING_SECONDS = 10.0
"""How long PostgreSQL may count connections that were closed: the process behind one ends a moment later."""
_COMPANY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the version of its tables, and how many rows each of them has."""

    version: int
    rows: Mapping[str, int]


def back_up(url: str, file: Path, *, overwrite: bool = False, schema: Schema = SCHEMA) -> Contents:
    """Write the state of one moment to `file`, which only its owner reads; the database is not stopped, nor upgraded.

    Raises:
        InvalidConfiguration: there is no state, or one of a later release; `file` is there already or cannot be made.
        StateUnavailable: the database does not answer, or there is no room for the file.
    """
    source = Database.at(url)
    try:
        with _written(file, overwrite) as partial:
            _copy_from(source, partial, schema)
            contents = _contents(partial, schema, source.place)
            _keep_in_one_file(partial)
    finally:
        source.dispose()
    return contents


def restore(file: Path, url: str, *, overwrite: bool = False, schema: Schema = SCHEMA) -> Contents:
    """Put a backup in the place of the state: all of it or, with an error, nothing. An older one is upgraded.

    No service may use the state; with SQLite the caller sees to that.

    Raises:
        InvalidDocument: the file is no backup, or damaged.
        InvalidConfiguration: a later release wrote the backup; there is a state and not `overwrite`; a service uses it.
        StateUnavailable: the database does not answer, or there is no room.
    """
    target = Database.at(url)
    try:
        with TemporaryDirectory(prefix="tracemark-") as folder:
            copy = Path(folder) / "state.db"
            _copy_backup(file, copy, schema)
            Database.open(file_url(copy), schema).dispose()  # upgrades it
            _refuse_overwriting(target, overwrite)
            _copy_to(target, url, copy, schema)
            return _contents(copy, schema, str(file))
    finally:
        target.dispose()


def _copy_from(source: Database, partial: Path, schema: Schema) -> None:
    if source.file:
        if not source.file.is_file():
            raise _no_state(source.place)
        _copy_file(source.file, partial)
        return
    with _opened(partial) as copy, source.snapshot() as reading, copy.writing() as writing:
        version = schema.stored_version(reading, source.place)
        if version is None:
            raise _no_state(source.place)
        schema.make_as_of(writing, version)
        _copy_rows(reading, writing, _tables(writing))


def _copy_to(target: Database, url: str, copy: Path, schema: Schema) -> None:
    if target.file:
        _copy_file(copy, target.file)
        return
    Database.open(url, schema).dispose()
    with _opened(copy) as backup, backup.snapshot() as reading, target.writing() as writing:
        _refuse_company(writing, target.place)
        tables = _tables(reading)
        # The audit log guards itself against being emptied; what is restored is the log as it was.
        writing.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER USER")
        writing.exec_driver_sql(f"TRUNCATE {', '.join(table.name for table in tables)}")
        _copy_rows(reading, writing, tables)
        writing.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER USER")
        _set_sequences(writing)


def _tables(connection: Connection) -> list[Table]:
    """Return the tables of a SQLite database, each after those that it refers to, without Alembic's own."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != alembic_version.name]


def _copy_rows(reading: Connection, writing: Connection, tables: list[Table]) -> None:
    for table in tables:
        rows = reading.execution_options(yield_per=_ROWS).execute(select(table)).mappings()
        for batch in rows.partitions():
            writing.execute(insert(table), [dict(row) for row in batch])


def _set_sequences(connection: Connection) -> None:
    """Have PostgreSQL go on counting after the highest number that was restored."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            highest = func.max(column)
            connection.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _refuse_overwriting(target: Database, overwrite: bool) -> None:
    if overwrite or (target.file and not target.file.is_file()):
        return
    with target.reading() as connection:
        there = inspect(connection).has_table(settings.name)
    if there:
        raise InvalidConfiguration(
            "there is a state already",
            place=target.place,
            remedy="restore to another data folder or database, or replace this one with --overwrite",
        )


def _refuse_company(connection: Connection, place: str) -> None:
    deadline = time.monotonic() + _LEAVING_SECONDS
    while (others := connection.scalar(_COMPANY)) and time.monotonic() < deadline:
        time.sleep(0.05)
        connection.execute(select(func.pg_stat_clear_snapshot()))  # or a transaction sees what it saw first
    if others:
        raise InvalidConfiguration(
            f"{others} other connections use the database",
            place=place,
            remedy="end every service and program that uses it, then restore again",
        )


def _copy_backup(file: Path, copy: Path, schema: Schema) -> None:
    """Copy a backup, once it is seen to be one of this release or an earlier one, and whole."""
    try:
        with file.open("rb") as opened:
            is_database = opened.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise InvalidDocument(f"the backup cannot be read ({error})", place=quoted(str(file))) from error
    if not is_database:
        raise _no_backup(file, "it is no SQLite database")
    try:
        with closing(_connect(file)) as source, closing(_made(copy)) as target:
            source.backup(target)
            damage = _damage(target)
    except sqlite3.DatabaseError as error:
        raise _no_backup(file, one_line(str(error), 300)) from error
    if damage:
        raise _no_backup(file, damage)
    with _opened(copy) as backup, backup.reading() as connection:
        if schema.stored_version(connection, str(file)) is None:
            raise _no_backup(file, "it holds nothing of tracemark")


def _damage(database: sqlite3.Connection) -> str:
    (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        return one_line(str(found), 300)
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    return f"rows of {broken[0]!r} refer to missing rows of {broken[2]!r}" if broken else ""


def _contents(file: Path, schema: Schema, place: str) -> Contents:
    with _opened(file) as copy, copy.reading() as connection:
        version = schema.stored_version(connection, place)
        if version is None:
            raise _no_state(place)
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in _tables(connection)
        }
    return Contents(version, counts)


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    database = Database.at(file_url(file))
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _written(file: Path, overwrite: bool) -> Iterator[Path]:
    """Yield a path beside `file`; what lies there takes its place when the block ends without an error."""
    if file.exists() and not overwrite:
        raise InvalidConfiguration(
            f"{quoted(str(file))} is there already", remedy="name another file, or replace it with --overwrite"
        )
    try:
        with TemporaryDirectory(prefix=".tracemark-", dir=file.parent) as folder:
            partial = Path(folder) / "state.db"
            _made(partial).close()
            yield partial
            partial.replace(file)
    except OSError as error:
        raise InvalidConfiguration(
            f"{quoted(str(file))} cannot be written ({error})", remedy="name a file in a folder that can be written"
        ) from error


def _made(file: Path) -> sqlite3.Connection:
    """Open a SQLite database that only its owner reads, before anything is in it."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
    return sqlite3.connect(file)


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file.resolve()))}?mode=ro", uri=True)


def _copy_file(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment, into a new file or over what one holds, whole or not at all."""
    try:
        with closing(_connect(source)) as reading, closing(_made(target)) as writing:
            reading.backup(writing)
    except (sqlite3.Error, OSError) as error:
        raise StateUnavailable(
            f"the state cannot be copied ({error})",
            place=f"{source} to {target}",
            remedy="nothing was changed; make room on the disk, end what uses the files, then try again",
        ) from error


def _keep_in_one_file(file: Path) -> None:
    """Fold SQLite's log into the file, which is copied and sent alone."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _no_state(place: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        "there is no state to back up",
        place=place,
        remedy="name the service's data folder with --data, or its database with TRACEMARK_DATABASE_URL",
    )


def _no_backup(file: Path, cause: str) -> InvalidDocument:
    return InvalidDocument(
        f"this is no backup that can be restored: {cause}",
        place=quoted(str(file)),
        expected="a whole file as 'tracemark backup' writes it",
        remedy="take an earlier backup; nothing was changed",
    )
