"""Conditions whose values are written into the statement itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal_column


def is_any(column: ColumnElement[Any], *values: StrEnum) -> ColumnElement[bool]:
    """Return whether a column holds one of some values.

    SQLite finds no index of some rows alone by a parameter, and a list of parameters is put in anew at each execution.
    """
    written: list[ColumnElement[str]] = [literal_column(f"'{value.value}'") for value in values]
    return column.in_(written) if len(written) > 1 else column == written[0]
