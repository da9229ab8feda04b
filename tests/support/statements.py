"""Which statements a database is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from tracemark_groundtruth.state import direct
from tracemark_groundtruth.state.database import Database


@contextmanager
def noted(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Yield the statements that are run, each with parameters; also those that go past SQLAlchemy."""
    found: list[tuple[str, Any]] = []
    execute = direct.execute

    def note(_: object, __: object, statement: str, parameters: Any, ___: object, many: bool) -> None:
        found.append((statement, parameters[0] if many else parameters))

    def note_direct(driver: Any, text: str, values: Mapping[str, Any]) -> Any:
        found.append((text, values))
        return execute(driver, text, values)

    event.listen(database._engine, "before_cursor_execute", note)
    try:
        with patch.object(direct, "execute", note_direct):
            yield found
    finally:
        event.remove(database._engine, "before_cursor_execute", note)
