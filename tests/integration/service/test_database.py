"""The database: what may name it, whose it is, and what happens when it fails."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, update
from support.at_once import run_at_once

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state import connecting
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.data_folder import exclusive_lock, open_state
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.secrets import service_secrets
from tracemark_groundtruth.state.tables import SCHEMA_VERSION, settings, workers

IMPORTS = "from tracemark_groundtruth.state.database import Database"


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://a/b", "sqlite://", "oracle://x"])
def test_a_url_of_no_known_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidConfiguration, match="TRACEMARK_DATABASE_URL"):
        Database.open(url)


def test_a_database_that_is_not_there_is_unavailable_and_its_password_is_not_told() -> None:
    with pytest.raises(StateUnavailable) as caught:
        Database.open("postgresql://me:hush@127.0.0.1:1/nothing?connect_timeout=2")

    assert "hush" not in str(caught.value)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that writes to a file as `tracemark restore` leaves it, whose journal is none of its own yet."""
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        connection.executescript("CREATE TABLE other (one); BEGIN IMMEDIATE")
        yield connection


def test_a_file_that_another_program_writes_to_is_waited_for(
    tmp_path: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: writer.rollback())

    Database.in_file(tmp_path / "state.db").dispose()

    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchall() == [("wal",)]


def test_a_file_that_another_program_writes_to_for_ever_is_unavailable(
    tmp_path: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_BUSY_SECONDS", 0.1)

    with pytest.raises(StateUnavailable, match=r"state\.db.*database is locked"):
        Database.in_file(tmp_path / "state.db")

    writer.rollback()
    assert writer.execute("SELECT name FROM sqlite_master").fetchall() == [("other",)]


def test_a_file_that_is_no_database_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state.db").write_bytes(b"no database" * 100)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("it was waited for"))

    with pytest.raises(StateUnavailable, match="not a database"):
        Database.in_file(tmp_path / "state.db")


def test_processes_that_start_at_once_make_a_database_once(database_url: str) -> None:
    opening = "Database.open(sys.argv[1]).dispose()"

    ends = run_at_once(IMPORTS, opening, database_url, processes=4)

    assert ends == [("", 0)] * 4


def test_a_state_of_another_version_is_refused(database: Database, database_url: str) -> None:
    with database.writing() as connection:
        connection.execute(update(settings).values(value="99"))

    with pytest.raises(InvalidConfiguration, match="version 99"):
        Database.open(database_url)


def test_what_was_done_before_an_error_is_undone(database: Database) -> None:
    def change_and_fail() -> None:
        with database.writing() as connection:
            connection.execute(update(settings).values(value="99"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    with database.reading() as connection:
        assert connection.scalars(select(settings.c.value)).all() == [str(SCHEMA_VERSION)]


def test_two_processes_share_the_secrets(database: Database, database_url: str) -> None:
    other = Database.open(database_url)

    assert service_secrets(database) == service_secrets(other)
    other.dispose()


def test_a_job_is_run_by_one_process_at_a_time(cluster: object, database: Database, database_url: str) -> None:
    other = Database.open(database_url)
    with database.claim(1) as first, other.claim(1) as second, other.claim(2) as another:
        claims = (first, second, another)
    with other.claim(1) as later:
        pass
    other.dispose()

    # A SQLite file belongs to one service anyway: the lock of its folder sees to that.
    assert claims == ((True, True, True) if database.is_sqlite else (True, False, True))
    assert later


def test_two_services_cannot_share_a_folder(tmp_path: Path) -> None:
    with exclusive_lock(tmp_path), pytest.raises(InvalidConfiguration, match="another service runs"):  # noqa: SIM117
        with exclusive_lock(tmp_path):
            pass


def test_names_of_workers_are_one_whatever_their_case(database: Database) -> None:
    accounts = Accounts(database)
    ada = accounts.add("Ada", "hash", ["welders", "welders"])

    with pytest.raises(InvalidConfiguration, match="already"):
        accounts.add("ADA", "hash", [])
    accounts.disable("aDa")
    accounts.change_password("ada", "other")

    (member,) = accounts.list()
    assert (member.account.worker_id, member.account.disabled, member.account.password_hash) == (
        ada.worker_id,
        True,
        "other",
    )
    assert (member.groups, accounts.count()) == (("welders",), 1)


@pytest.mark.parametrize("name", ["", " a", "a b", "<b>", "a" * 129, "ä"])
def test_a_name_that_is_none_is_refused(database: Database, name: str) -> None:
    with pytest.raises(InvalidConfiguration):
        Accounts(database).add(name, "hash", [])


def test_the_state_lies_where_only_its_owner_reads(tmp_path: Path) -> None:
    with open_state(tmp_path, None) as database, database.reading() as connection:
        assert connection.execute(select(workers)).all() == []

    assert (tmp_path / ".tracemark").stat().st_mode & 0o077 == 0
