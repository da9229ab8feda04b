"""The secrets of a service: made when it first starts, the same for all its processes and for good."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import settings

_SECRET, _KEY_ID, _KEY = "secret", "api key id", "api secret"


@dataclass(frozen=True, slots=True)
class Secrets:
    """`signing` is 32 bytes that sign cookies and links; clients of the API sign with the two others."""

    signing: bytes = field(repr=False)
    api_key_id: str
    api_secret: str = field(repr=False)


def service_secrets(database: Database) -> Secrets:
    """Return the secrets, made if there are none.

    Raises:
        StateUnavailable: the database does not answer.
    """
    stored = _read(database)
    if not stored:
        with suppress(IntegrityError):  # another process has just made them
            _make(database)
        stored = _read(database)
    return Secrets(bytes.fromhex(stored[_SECRET]), stored[_KEY_ID], stored[_KEY])


def _read(database: Database) -> dict[str, str]:
    query = select(settings.c.name, settings.c.value).where(settings.c.name.in_([_SECRET, _KEY_ID, _KEY]))
    with database.reading() as connection:
        return {name: value for name, value in connection.execute(query)}


def _make(database: Database) -> None:
    made = {
        _SECRET: secrets.token_hex(32),
        _KEY_ID: f"TRACEMARK{secrets.token_hex(6).upper()}",
        _KEY: secrets.token_urlsafe(30),
    }
    with database.writing() as connection:
        connection.execute(insert(settings), [{"name": name, "value": value} for name, value in made.items()])
