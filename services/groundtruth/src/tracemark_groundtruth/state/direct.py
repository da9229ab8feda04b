"""Runs the statements of every answer: on SQLite past SQLAlchemy, which is nine tenths of what such a one costs there.

The statements are still SQLAlchemy's, written out once. PostgreSQL is asked once for all of them, see `turn_function`.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ClauseElement, Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from tracemark_groundtruth.state.connecting import SQLITE
from tracemark_groundtruth.state.tables import SafeText

_DIALECT = sqlite.dialect(paramstyle="named")
_SAFE = SafeText()


def only_row(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
    """Return the row that a statement of at most one finds or returns, its columns as attributes; None for none.

    Raises:
        SQLAlchemyError: as `Connection.execute`.
    """
    if connection.dialect.name != SQLITE:
        return connection.execute(statement, values).one_or_none()
    return _run(connection, statement, values)[0]


def rows_changed(connection: Connection, statement: Any, values: Mapping[str, Any]) -> int:
    """Run a statement that writes, and return how many rows it has changed.

    Raises:
        SQLAlchemyError: as `Connection.execute`, `IntegrityError` among them.
    """
    if connection.dialect.name != SQLITE:
        return connection.execute(statement, values).rowcount
    return _run(connection, statement, values)[1]


def _run(connection: Connection, statement: Any, values: Mapping[str, Any]) -> tuple[Any, int]:
    """Return the first row of a statement, None without one, and how many it has changed."""
    text, constants = _written(statement, tuple(values))
    given = {name: _SAFE.process_bind_param(value, None) for name, value in values.items()}
    driver: Any = connection.connection.driver_connection
    try:
        cursor = execute(driver, text, {**constants, **given})
        found, columns = cursor.fetchone(), tuple(column[0] for column in cursor.description or ())
        cursor.close()  # there may be more rows; while it is open the transaction cannot end
    except sqlite3.Error as error:
        raise DBAPIError.instance(text, given, error, sqlite3.Error, dialect=connection.dialect) from error
    return None if found is None else _row(columns)._make(found), cursor.rowcount


def execute(driver: sqlite3.Connection, text: str, values: Mapping[str, Any]) -> sqlite3.Cursor:
    """Hand a statement to the driver: all of them come by here."""
    return driver.execute(text, values)


@lru_cache(maxsize=64)
def _written(statement: ClauseElement, names: tuple[str, ...]) -> tuple[str, Mapping[str, Any]]:
    """Return a statement as text, and the values of those of its parameters that are constants."""
    compiled = statement.compile(dialect=_DIALECT, column_keys=list(names))  # which are the columns of an insert
    return str(compiled), {name: value for name, value in compiled.params.items() if name not in names}


@lru_cache(maxsize=64)
def _row(columns: tuple[str, ...]) -> Any:
    """Return the type of rows of some columns."""
    return namedtuple("Row", columns)
