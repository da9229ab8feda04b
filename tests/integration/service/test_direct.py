"""Statements that are run past SQLAlchemy do on SQLite what they do on PostgreSQL, and fail as others do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.direct import only_row, rows_changed
from tracemark_groundtruth.state.turn_statements import END, INSERT_TASK, TASK


@pytest.fixture
def task(shop: Any) -> Any:
    shop.job("a", "b", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    return shop.take(shop.worker("ada"))


def test_a_row_is_the_one_that_sqlalchemy_finds(database: Database, task: Any) -> None:
    with database.reading() as connection:
        found = only_row(connection, TASK, {"task": task.task_id})
        expected = connection.execute(TASK, {"task": task.task_id}).one()

    assert found._asdict() == expected._asdict()
    assert {name: type(value) for name, value in found._asdict().items()} == {
        name: type(value) for name, value in expected._asdict().items()
    }


@pytest.mark.parametrize("task_id", ["none", "", "NUL \0", "lone \ud800", "'; DROP TABLE tasks; --", ":task"])
@pytest.mark.usefixtures("task")
def test_a_name_from_outside_is_just_one_that_nobody_has(database: Database, task_id: str) -> None:
    with database.reading() as connection:
        assert only_row(connection, TASK, {"task": task_id}) is None


def test_how_many_rows_were_changed_is_told(database: Database, task: Any) -> None:
    values = {"task": task.task_id, "how": "answered", "now": 1.0, "given": '{"a": "\ud800"}', "seconds": None}
    with database.writing() as connection:
        changed = [rows_changed(connection, END, values) for _ in range(2)]

    with database.reading() as connection:
        row = only_row(connection, TASK, {"task": task.task_id})
    assert changed == [1, 0]
    assert (row.state, row.answer, row.seconds_spent) == ("answered", '{"a": "\ufffd\ufffd\ufffd"}', None)


def test_a_row_that_is_there_already_is_an_error_of_sqlalchemy(database: Database, task: Any) -> None:
    with database.reading() as connection:
        row = connection.execute(TASK, {"task": task.task_id}).one()
    values = {column.name: row._mapping[column.name] for column in INSERT_TASK.table.columns}

    with pytest.raises(IntegrityError), database.writing() as connection:
        rows_changed(connection, INSERT_TASK, values)


def test_what_the_database_refuses_is_told_with_its_words(database: Database) -> None:
    with pytest.raises(StateUnavailable, match="nowhere"), database.reading() as connection:
        only_row(connection, text("SELECT 1 AS one FROM nowhere"), {})


def test_what_fails_while_a_row_is_read_is_told_as_well(tmp_path: Path) -> None:
    file = Database.in_file(tmp_path / "state.db")
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0")

    def read() -> None:
        with file.reading() as connection:
            driver: Any = connection.connection.driver_connection
            driver.set_progress_handler(lambda: True, 1_000)
            only_row(connection, endless, {})

    with pytest.raises(StateUnavailable, match="interrupted"):
        read()

    file.dispose()


def test_a_transaction_that_is_undone_leaves_nothing(database: Database, task: Any) -> None:
    values = {"task": task.task_id, "how": "answered", "now": 1.0, "given": "{}", "seconds": 1.0}

    def fail(connection: Connection) -> None:
        rows_changed(connection, END, values)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(fail)

    with database.reading() as connection:
        assert only_row(connection, TASK, {"task": task.task_id}).state == "held"
