"""Backups: made while a job runs, from either database, restored to either, and refused where that cannot be right."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from support.next_schema import next_schema

from tracemark.errors import InvalidConfiguration, InvalidDocument
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state import backup
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.backup import Contents, back_up, restore
from tracemark_groundtruth.state.data_folder import exclusive_lock, open_state, restore_state, state_url
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.secrets import service_secrets
from tracemark_groundtruth.state.tables import SCHEMA_VERSION, JobStatus, metadata, workers
from tracemark_groundtruth.state.tables import settings as stored

Rows = dict[str, list[Any]]


@pytest.fixture(params=["to sqlite", "to postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database where nothing is yet."""
    if request.param == "to postgresql":
        return str(request.getfixturevalue("cluster").database())
    return f"sqlite:///{tmp_path / 'restored.db'}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


def rows(database: Database) -> Rows:
    """Return everything that a database holds."""
    with database.reading() as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def rows_at(url: str) -> Rows:
    database = Database.open(url)
    found = rows(database)
    database.dispose()
    return found


def half_labeled(shop: Any) -> Any:
    """Create a job of two objects, one of which is labeled, one lent; return who holds that."""
    shop.job("a", "ä 漢", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "seen")
    shop.take(worker)
    return worker


def test_a_restored_state_is_what_was_backed_up_whatever_the_database(
    shop: Any, database_url: str, other_url: str, file: Path
) -> None:
    half_labeled(shop)
    secrets = service_secrets(shop.database)
    before = rows(shop.database)

    written = back_up(database_url, file)
    restored = restore(file, other_url)

    assert rows_at(other_url) == before == rows(shop.database)
    assert written == restored
    assert (written.version, written.rows["objects"], written.rows["tasks"]) == (SCHEMA_VERSION, 2, 2)
    database = Database.open(other_url)
    assert service_secrets(database) == secrets
    database.dispose()


def test_a_job_goes_on_after_a_restore_and_later_answers_are_gone(
    shop: Any, database_url: str, other_url: str, file: Path
) -> None:
    worker = half_labeled(shop)
    back_up(database_url, file)
    lost = shop.task_queue.take(worker, shop.name)
    shop.task_queue.submit(worker, lost.task_id, {"class": {"label": "of after the backup"}})
    shop.advance()

    restore(file, other_url)
    database = Database.open(other_url)
    again = replace(shop, database=database)
    task = again.take(worker)
    again.task_queue.submit(worker, task.task_id, {"class": {"label": "of after the restore"}})
    again.advance()

    assert task.task_id == lost.task_id  # the worker's page of before still answers it
    assert again.record.status == JobStatus.COMPLETED
    assert [line["weld-class"]["class"]["label"] for line in again.output()] == ["seen", "of after the restore"]
    again.name = "Next"
    again.create({**again.document(), "LabelingJobName": "Next"})
    assert again.record.job_id == shop.record.job_id + 1  # numbers go on after those that were restored
    database.dispose()


def test_a_backup_made_while_others_write_holds_one_moment(database: Database, database_url: str, file: Path) -> None:
    """Each transaction adds one worker and counts him: a backup between the two would be torn."""
    ended, added = threading.Event(), threading.Event()
    with database.writing() as connection:
        connection.execute(insert(stored).values(name="count", value="0"))

    def add_workers() -> None:
        accounts, number = Accounts(database), 0
        while not ended.is_set():
            number += 1
            account = accounts.add(f"w{number}", "hash", [])
            with database.writing() as connection:
                connection.execute(
                    update(workers).where(workers.c.worker_id == str(account.worker_id)).values(disabled=True)
                )
                connection.execute(update(stored).where(stored.c.name == "count").values(value=str(number)))
            added.set()

    thread = threading.Thread(target=add_workers)
    thread.start()
    try:
        assert added.wait(20)
        for _ in range(5):
            back_up(database_url, file, overwrite=True)
            with closing(sqlite3.connect(file)) as copy:
                (disabled,) = copy.execute("SELECT count(*) FROM workers WHERE disabled").fetchone()
                (count,) = copy.execute("SELECT value FROM settings WHERE name = 'count'").fetchone()
            assert disabled == int(count) > 0
    finally:
        ended.set()
        thread.join()


def test_only_its_owner_reads_a_backup_and_it_is_one_file(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    back_up(database_url, folder / "one")

    (found,) = folder.iterdir()
    assert stat.S_IMODE(found.stat().st_mode) == 0o600


def test_a_backup_does_not_replace_a_file_unless_told_to(database: Database, database_url: str, file: Path) -> None:
    file.write_text("mine")

    with pytest.raises(InvalidConfiguration, match="--overwrite"):
        back_up(database_url, file)

    assert file.read_text() == "mine"
    back_up(database_url, file, overwrite=True)
    assert file.read_bytes().startswith(b"SQLite format 3")


def test_a_backup_that_fails_leaves_the_one_of_before(tmp_path: Path, file: Path) -> None:
    file.write_text("of yesterday")

    with pytest.raises(StateUnavailable):
        back_up("postgresql://me@127.0.0.1:1/nothing?connect_timeout=2", file, overwrite=True)

    assert file.read_text() == "of yesterday"
    assert [found.name for found in tmp_path.iterdir()] == [file.name]


def test_a_place_without_a_state_is_not_backed_up(request: pytest.FixtureRequest, other_url: str, file: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="no state"):
        back_up(other_url, file)

    assert not file.exists()
    assert not (file.parent / "restored.db").exists()


def test_a_file_where_none_can_be_written_is_refused(database: Database, database_url: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="cannot be written"):
        back_up(database_url, tmp_path / "missing/backup")


def test_a_state_is_not_overwritten_unless_told_to(database: Database, database_url: str, file: Path) -> None:
    back_up(database_url, file)
    Accounts(database).add("later", "hash", [])
    before = rows(database)
    database.dispose()

    with pytest.raises(InvalidConfiguration, match="--overwrite"):
        restore(file, database_url)

    assert rows_at(database_url) == before
    restore(file, database_url, overwrite=True)
    assert rows_at(database_url)["workers"] == []


def test_a_database_in_use_is_not_replaced(cluster: Any, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_LEAVING_SECONDS", 0.2)
    url = cluster.database()
    service = Database.open(url)
    Accounts(service).add("ada", "hash", [])
    back_up(url, file)

    with service.reading(), pytest.raises(InvalidConfiguration, match="1 other connections"):
        restore(file, url, overwrite=True)

    assert len(rows(service)["workers"]) == 1
    service.dispose()


def test_a_connection_that_is_about_to_end_is_waited_for(cluster: Any, file: Path) -> None:
    """PostgreSQL counts a connection that was closed until the process behind it has ended."""
    url = cluster.database()
    service = Database.open(url)
    back_up(url, file)
    reading = ExitStack()
    reading.enter_context(service.reading())

    def end() -> None:
        reading.close()
        service.dispose()

    ending = threading.Timer(0.5, end)
    ending.start()
    try:
        restored = restore(file, url, overwrite=True)
    finally:
        ending.join()

    assert restored.version == SCHEMA_VERSION


def test_a_data_folder_in_use_is_not_restored_to(tmp_path: Path, file: Path) -> None:
    with open_state(tmp_path, None):
        back_up(state_url(tmp_path, None), file)

    with exclusive_lock(tmp_path), pytest.raises(InvalidConfiguration, match="another service runs"):
        restore_state(file, tmp_path, None, overwrite=True)

    assert restore_state(file, tmp_path, None, overwrite=True).rows["workers"] == 0


def give_version(file: Path, version: str) -> None:
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.execute("UPDATE settings SET value = ? WHERE name = 'schema version'", (version,))


def test_a_backup_of_a_later_release_is_refused(
    database: Database, database_url: str, other_url: str, file: Path
) -> None:
    back_up(database_url, file)
    give_version(file, "99")

    with pytest.raises(InvalidConfiguration, match="version 99") as caught:
        restore(file, other_url)

    assert str(file) in str(caught.value)
    with pytest.raises(InvalidConfiguration, match="no state"):
        back_up(other_url, file.with_name("other"))


def test_a_backup_of_an_earlier_release_is_upgraded_when_it_is_restored(
    shop: Any, database_url: str, other_url: str, file: Path, tmp_path: Path
) -> None:
    half_labeled(shop)
    later = next_schema(tmp_path)
    Database.open(other_url).dispose()

    written = back_up(database_url, file, schema=later)
    restored = restore(file, other_url, overwrite=True, schema=later)

    assert (written.version, restored.version) == (SCHEMA_VERSION, later.version)
    database = Database.open(other_url, later)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT name, color FROM jobs").all() == [(shop.name, "blue")]
        assert connection.exec_driver_sql("SELECT count(*) FROM tasks").scalar() == 2
    database.dispose()
    Database.open(database_url).dispose()  # and it is not upgraded by being backed up


def damage_middle(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:12288] = bytes(255 for _ in range(8192))
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:10_000])


def refer_to_none(file: Path) -> None:
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.execute("INSERT INTO objects VALUES (7, 0, 'new', 0, NULL, NULL, NULL, '', '{}', NULL, NULL)")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def make_other(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE cats (name)")


@pytest.mark.parametrize(
    "spoil",
    [
        damage_middle,
        cut,
        make_other,
        lambda file: file.write_bytes(b""),
        lambda file: file.write_text("no"),
        Path.unlink,
    ],
    ids=["damaged", "cut", "another program's", "empty", "text", "missing"],
)
def test_what_is_no_whole_backup_is_refused_and_the_state_left_alone(
    tmp_path: Path, file: Path, spoil: Callable[[Path], object]
) -> None:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    database = Database.open(url)
    Accounts(database).add("ada", "hash", [])
    database.dispose()
    before = rows_at(url)
    back_up(url, file)
    spoil(file)

    with pytest.raises(InvalidDocument, match="backup"):
        restore(file, url, overwrite=True)

    assert rows_at(url) == before


def test_a_restore_that_fails_half_way_changes_nothing(cluster: Any, tmp_path: Path, file: Path) -> None:
    """PostgreSQL refuses a text that is too long for its column, which SQLite does not, after tables are written."""
    url = cluster.database()
    database = Database.open(url)
    Accounts(database).add("ada", "hash", [])
    before = rows(database)
    database.dispose()
    back_up(url, file)
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.execute("INSERT INTO workers VALUES ('w', ?, 'bo', 's', 'hash', 0, 1.0)", ("b" * 999,))

    with pytest.raises(StateUnavailable, match="nothing was changed"):
        restore(file, url, overwrite=True)

    assert rows_at(url) == before


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(st.lists(st.tuples(texts, st.floats(0, 4e9), st.booleans()), max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_texts_numbers_and_switches_come_back_as_they_were(
    tmp_path: Path, database_url: str, found: list[tuple[str, float, bool]]
) -> None:
    file, url = tmp_path / "random.backup", f"sqlite:///{tmp_path / 'random.db'}"
    database = Database.open(database_url)
    with database.writing() as connection:
        connection.execute(workers.delete())
        for number, (text, moment, switch) in enumerate(found):
            row = {
                "worker_id": str(number),
                "name": text,
                "name_key": str(number),
                "subject": "s",
                "password_hash": text,
            }
            connection.execute(insert(workers).values(**row, disabled=switch, created_at=moment))
    before = rows(database)
    database.dispose()

    back_up(database_url, file, overwrite=True)
    contents: Contents = restore(file, url, overwrite=True)
    there = rows_at(url)
    restore(file, database_url, overwrite=True)

    assert there == before == rows_at(database_url)
    assert contents.rows["workers"] == len(found)
