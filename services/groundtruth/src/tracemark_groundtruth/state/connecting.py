"""How a database is connected to: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.state.turn_function import TURN_FUNCTION

SQLITE, POSTGRESQL = "sqlite", "postgresql"
_BUSY_SECONDS = 30.0
_BETWEEN_TRIES_SECONDS = 0.02
_CONNECTIONS = 48


def file_url(file: Path) -> str:
    """Return the URL of the SQLite database in a file."""
    return URL.create(SQLITE, database=str(file)).render_as_string()


def database_url(text: str) -> URL:
    """Read the URL of a database.

    Raises:
        InvalidConfiguration: it is none, or that of another kind of database.
    """
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, SQLAlchemyError) as error:
        raise _unusable("it is no database URL") from error
    if backend == SQLITE and url.database:
        return url
    if backend == POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    raise _unusable(f"it names {backend!r}")


def _unusable(cause: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"the database URL cannot be used: {cause}",
        expected="postgresql://user:password@host/database, or sqlite:////path/to/file",
        remedy="correct TRACEMARK_DATABASE_URL, or unset it to use a file in the data folder",
    )


def new_engine(url: URL) -> Engine:
    """Return what connects to a database, in transactions that either read or write."""
    if url.get_backend_name() == SQLITE:
        engine = create_engine(
            url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(url, pool_pre_ping=True, pool_size=_CONNECTIONS, max_overflow=0)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver's guess
    _write_ahead(connection)
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have changes of a file written to a log of their own, so that reading and writing go on beside each other.

    The first connection to a new or a restored file changes its journal. SQLite does not wait by itself for another
    that does so or writes, as both read already and could wait for each other: sqlite.org/c3ref/busy_handler.html.
    """
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
        time.sleep(_BETWEEN_TRIES_SECONDS)


def _prepare_postgresql(connection: Any, record: object) -> None:
    connection.execute(TURN_FUNCTION)
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # A transaction that first reads and then writes would fail at once where another has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
