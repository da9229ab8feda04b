"""The database: how it is opened, and transactions whose end is durable."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from tracemark.errors import InvalidConfiguration, one_line
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.changes import Changes
from tracemark_groundtruth.state.connecting import SQLITE, database_url, file_url, new_engine
from tracemark_groundtruth.state.outbox import Outbox
from tracemark_groundtruth.state.schema import SCHEMA, Schema
from tracemark_groundtruth.state.write_group import WriteGroup, changes_so_far, until_undisturbed
from tracemark_groundtruth.watching.counts import Counts
from tracemark_groundtruth.watching.tracing import NO_TRACING, Tracing

_CREATION_LOCK = 7_201_771  # any number, the same for every service
_CLAIMS = 7_201_772
_SHARES = 7_201_773
ALIVE = 7_201_774
"""Of the advisory lock, with `Database.owner`, that a process holds while it lives."""

CHANNEL = "tracemark_jobs"
"""Where processes tell each other of jobs: `<owner>:<job>,<job>…`."""

_TOLD = "tracemark jobs told of"
_COUNTED = "tracemark task events"
_JOBS_A_NOTICE = 500  # PostgreSQL takes 8,000 bytes

T = TypeVar("T")

_LIVING = text(
    "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :alive AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def new_owner() -> int:
    """Return a number for a process that no other has."""
    return secrets.randbelow(2**31 - 1) + 1


class Database:
    """SQLite in a file, or PostgreSQL; several processes may use either, threads may share one `Database`.

    Within a process writers of SQLite wait for each other here: its own waiting is a sleep of up to 0.1 s that
    starves some of a hundred threads.
    """

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == SQLITE
        self._engine = new_engine(url)
        self._writers: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()
        self._group = WriteGroup(self._writers, self._transaction, changes_so_far)
        self.changes = Changes()
        """What has happened to jobs, here and in other processes."""
        self.counts = Counts()
        """How many tasks of this process were lent, and how they ended."""
        self.tracing: Tracing = NO_TRACING
        self.outbox = Outbox()
        """What webhooks are to be told."""
        self.owner = new_owner()
        """The number of this process, under which it claims objects."""
        self.file = Path(url.database or "") if self.is_sqlite else None
        self._url = url
        self.place = url.render_as_string(hide_password=True)

    @classmethod
    def at(cls, url: str) -> Database:
        """Return the database at a URL, without looking at what is in it: nothing is connected, made or upgraded.

        Raises:
            InvalidConfiguration: the URL is none, or names another kind of database.
        """
        return cls(database_url(url))

    @classmethod
    def open(cls, url: str, schema: Schema = SCHEMA) -> Database:
        """Connect; make the tables of a new database, upgrade those of an earlier release.

        Raises:
            InvalidConfiguration: the URL is none, or names another kind of database, or one of a later release.
            StateUnavailable: the database cannot be reached.
        """
        database = cls.at(url)
        try:
            database._prepare_tables(schema)
        except BaseException:
            database.dispose()
            raise
        return database

    @classmethod
    def in_file(cls, file: Path) -> Database:
        """Open the SQLite database in a file; see `open`."""
        return cls.open(file_url(file))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection; each of its statements sees what was written before it, see `snapshot`.

        Raises:
            StateUnavailable: the database does not answer.
        """
        with self._translate(), self.tracing.span("transaction", kind="read"), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Yield a connection all of whose statements see the state of one moment, while others go on writing.

        Raises:
            StateUnavailable: the database does not answer.
        """
        # SQLite's transactions are such anyway.
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._translate(), self._engine.connect() as bare:
            connection = bare.execution_options(**options)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection; what was done with it is on the disk when the block ends, or nothing of it is.

        Raises:
            StateUnavailable: the database does not answer, or its disk is full.
        """
        with self._translate(), self._writers, self._transaction() as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returns, done in a transaction that is on the disk then.

        On SQLite the work of several threads that wait for the disk becomes one transaction. A `TracemarkError` of one
        that has written nothing leaves the others as they are; after any other error all is done again, each in a
        transaction of its own. PostgreSQL ends one of two that wait for each other, which is done again, too. So `work`
        changes nothing but the database.

        Raises:
            StateUnavailable: the database does not answer, or its disk is full.
        """
        with self._translate():
            written: T = self._group.do(work) if self.is_sqlite else until_undisturbed(self._transaction, work)
            return written

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self.tracing.span("transaction", kind="write"), self._engine.connect() as bare:
            connection = bare.execution_options(writes=True)
            for left in (_TOLD, _COUNTED):  # of a transaction that failed
                connection.info.pop(left, None)
            with connection.begin():
                yield connection
            told, counted = connection.info.pop(_TOLD, ()), connection.info.pop(_COUNTED, None)
        self.changes.tell(told)
        if counted:
            self.counts.add(counted)

    def tell(self, connection: Connection, job_id: int) -> None:
        """Say, once the transaction of `writing` is over, that something has happened to a job.

        Other processes hear of it when this one looks at the job.
        """
        connection.info.setdefault(_TOLD, set()).add(job_id)

    def announce(self, connection: Connection, job_id: int) -> None:
        """Say so to every process with the transaction itself, so that it is said even if this process dies then.

        For what happens rarely: transactions that do so commit one after the other.
        """
        self.tell(connection, job_id)
        self._notify(connection, [job_id])

    def publish(self, jobs: Collection[int]) -> None:
        """Tell the other processes of jobs.

        Raises:
            StateUnavailable: the database does not answer.
        """
        if jobs and not self.is_sqlite:
            with self.reading() as connection:
                self._notify(connection, sorted(jobs))

    def others(self, connection: Connection) -> Sequence[int]:
        """Return the numbers of the other processes that live and share this database."""
        if self.is_sqlite:
            return ()
        living = connection.execute(_LIVING, {"alive": ALIVE}).scalars()
        return [owner for owner in living if owner != self.owner]

    def share(self, connection: Connection, job_id: int) -> None:
        """Wait until no other transaction deals out objects of a job; none does until this one ends."""
        if not self.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s, %s)", (_SHARES, job_id))

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

    @property
    def connect_arguments(self) -> Mapping[str, Any]:
        """How the driver is told to connect to where this database is."""
        return self._engine.dialect.create_connect_args(self._url)[1]

    def _notify(self, connection: Connection, jobs: Sequence[int]) -> None:
        if self.is_sqlite:
            return
        for start in range(0, len(jobs), _JOBS_A_NOTICE):
            some = ",".join(map(str, jobs[start : start + _JOBS_A_NOTICE]))
            connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, f"{self.owner}:{some}"))

    def require_answer(self) -> None:
        """Return when the database has answered.

        Raises:
            StateUnavailable: it does not.
        """
        with self.reading() as connection:
            connection.exec_driver_sql("SELECT 1")

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
            raise StateUnavailable(
                f"the state cannot be read or written ({_cause(error)})",
                place=self.place,
                remedy="nothing was changed; make room on the disk, check that the database is running, then try again",
            ) from error

    def _prepare_tables(self, schema: Schema) -> None:
        with self.reading() as connection:
            if schema.is_current(connection, self.place):
                return
        try:
            with self._altering() as connection:
                if not self.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_CREATION_LOCK})")
                schema.bring_up_to_date(connection, self.place)
        except IntegrityError as error:
            raise InvalidConfiguration(
                f"the state cannot be upgraded, as something in it does not fit the new tables ({_cause(error)})",
                place=self.place,
                remedy="nothing was changed; keep to the release that wrote the state, and report this",
            ) from error

    @contextmanager
    def _altering(self) -> Iterator[Connection]:
        with self._translate(), self._writers, self._engine.connect() as bare:
            if self.is_sqlite:
                # A table is altered by dropping it for a copy, which would delete what refers to it. The setting is
                # of a connection and cannot be changed in a transaction: this connection is used for nothing else.
                bare.detach()
                bare.connection.cursor().execute("PRAGMA foreign_keys = OFF")
            connection = bare.execution_options(writes=True)
            with connection.begin():
                yield connection


def count(connection: Connection, event: str, times: int = 1) -> None:
    """Have `Database.counts` count something once the transaction is over, and only if it is not undone."""
    connection.info.setdefault(_COUNTED, Counter())[event] += times


def _cause(error: SQLAlchemyError) -> str:
    return one_line(str(error.orig if isinstance(error, DBAPIError) else error), 300)
