"""The database: how it is opened, and transactions whose end is durable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from tracemark.errors import InvalidConfiguration, one_line
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.access_tables import schema
from tracemark_groundtruth.state.tables import SCHEMA_VERSION, settings

_SQLITE, _POSTGRESQL = "sqlite", "postgresql"
_BUSY_SECONDS = 30
_CONNECTIONS = 48
_VERSION = "schema version"
_CREATION_LOCK = 7_201_771  # any number, the same for every service
_CLAIMS = 7_201_772


class Database:
    """SQLite in a file, or PostgreSQL; several processes may use either, threads may share one `Database`.

    Within a process writers of SQLite wait for each other here: its own waiting is a sleep of up to 0.1 s that
    starves some of a hundred threads.
    """

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == _SQLITE
        self._engine = _engine(url)
        self._writers: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self.changed = threading.Event()
        """Set when this process has written something; who waits for changes clears it before looking."""
        self._place = url.render_as_string(hide_password=True)

    @classmethod
    def open(cls, url: str) -> Database:
        """Connect, and make the tables of a new database.

        Raises:
            InvalidConfiguration: the URL is none, or names another kind of database, or one of another version.
            StateUnavailable: the database cannot be reached.
        """
        database = cls(_check(url))
        try:
            database._make_tables()
        except BaseException:
            database.dispose()
            raise
        return database

    @classmethod
    def in_file(cls, file: Path) -> Database:
        """Open the SQLite database in a file; see `open`."""
        return cls.open(URL.create(_SQLITE, database=str(file)).render_as_string())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of everything.

        Raises:
            StateUnavailable: the database does not answer.
        """
        with self._translate(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection; what was done with it is on the disk when the block ends, or nothing of it is.

        Raises:
            StateUnavailable: the database does not answer, or its disk is full.
        """
        with self._translate(), self._writers, self._engine.connect() as bare:
            connection = bare.execution_options(writes=True)
            with connection.begin():
                yield connection
        self.changed.set()

    @contextmanager
    def claim(self, job_id: int) -> Iterator[bool]:
        """Yield whether no other process has this job now; none gets it until the block ends.

        SQLite's file belongs to one service process anyway.
        """
        if self.is_sqlite:
            yield True
            return
        with self.reading() as connection:
            claimed = connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(%s, %s)", (_CLAIMS, job_id))
            yield bool(claimed.scalar())

    def dispose(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def _translate(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (DBAPIError, SQLAlchemyError) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise StateUnavailable(
                f"the state cannot be read or written ({one_line(str(cause), 300)})",
                place=self._place,
                remedy="nothing was changed; make room on the disk, check that the database is running, then try again",
            ) from error

    def _make_tables(self) -> None:
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})")
            schema.create_all(connection)
            version = connection.scalar(select(settings.c.value).where(settings.c.name == _VERSION))
            if version is None:
                connection.execute(insert(settings).values(name=_VERSION, value=str(SCHEMA_VERSION)))
        if version is not None and version != str(SCHEMA_VERSION):
            raise InvalidConfiguration(
                f"the state has version {version}",
                place=self._place,
                expected=f"version {SCHEMA_VERSION}, which this release of tracemark reads",
                remedy="use the release that wrote it, or another data folder or database",
            )


def _check(text: str) -> URL:
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, SQLAlchemyError) as error:
        raise _unusable("it is no database URL") from error
    if backend == _SQLITE and url.database:
        return url
    if backend == _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    raise _unusable(f"it names {backend!r}")


def _unusable(cause: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"the database URL cannot be used: {cause}",
        expected="postgresql://user:password@host/database, or sqlite:////path/to/file",
        remedy="correct TRACEMARK_DATABASE_URL, or unset it to use a file in the data folder",
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == _SQLITE:
        engine = create_engine(
            url, connect_args={"timeout": _BUSY_SECONDS}, pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, pool_pre_ping=True, pool_size=_CONNECTIONS, max_overflow=0)


def _prepare_sqlite(connection: Any, record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver's guess
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    # A transaction that first reads and then writes would fail at once where another has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
