"""The secrets of a service: made when it first starts, the same for all its processes and for good."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.sealing import SECRET_KEY, Seal, WrongKey, is_sealed
from tracemark_groundtruth.state.tables import settings

PREVIOUS_KEY = "TRACEMARK_PREVIOUS_SECRET_KEY"

_SECRET, _KEY_ID, _KEY = "secret", "api key id", "api secret"
_SEALED = (_SECRET, _KEY)


@dataclass(frozen=True, slots=True)
class Secrets:
    """`signing` is 32 bytes that sign cookies and links and seal personal API keys; clients of the API that run beside
    the service sign with the two others.
    """

    signing: bytes = field(repr=False)
    api_key_id: str
    api_secret: str = field(repr=False)

    @property
    def api_keys_seal(self) -> Seal:
        """The seal of personal API keys."""
        return Seal.derived(self.signing, "api keys")


@dataclass(frozen=True, slots=True)
class Seals:
    """What opens the secrets in the database: nothing, or a key from outside it, and the one that it replaces."""

    current: Seal | None = None
    previous: Seal | None = None

    @classmethod
    def parse(cls, environ: Mapping[str, str]) -> Seals:
        """Read TRACEMARK_SECRET_KEY and TRACEMARK_PREVIOUS_SECRET_KEY.

        Raises:
            InvalidConfiguration: one is too short, or there is only a previous one.
        """
        current, previous = (environ.get(name, "").strip() for name in (SECRET_KEY, PREVIOUS_KEY))
        if previous and not current:
            raise InvalidConfiguration(
                f"{PREVIOUS_KEY} is set, {SECRET_KEY} is not", remedy=f"set {SECRET_KEY} to the new key"
            )
        return cls(*(Seal.of_passphrase(text) if text else None for text in (current, previous)))


def service_secrets(database: Database, seals: Seals | None = None) -> Secrets:
    """Return the secrets, made if there are none, and sealed from now on if `seals` has a key.

    Raises:
        InvalidConfiguration: they are sealed with another key.
        StateUnavailable: the database does not answer.
    """
    seals, stored = seals or Seals(), _read(database)
    if not stored:
        with suppress(IntegrityError):  # another process has just made them
            _make(database)
        stored = _read(database)
    opened = {name: _open(seals, name, text) for name, text in stored.items()}
    if seals.current:
        _seal(database, seals.current, stored, opened)
    return Secrets(bytes.fromhex(opened[_SECRET]), opened[_KEY_ID], opened[_KEY])


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


def _open(seals: Seals, name: str, text: str) -> str:
    if not is_sealed(text):
        return text
    for seal in (seals.current, seals.previous):
        with suppress(WrongKey):
            if seal:
                return seal.open(text, name)
    raise InvalidConfiguration(
        f"the secrets in the database are sealed, and {SECRET_KEY} does not open them",
        expected="the key with which the service ran before, the same for all its processes and commands",
        remedy=f"set {SECRET_KEY} to it; to replace it, set {PREVIOUS_KEY} to the old one",
    )


def _seal(database: Database, seal: Seal, stored: Mapping[str, str], opened: Mapping[str, str]) -> None:
    """Seal what is not sealed with this key; where another process has just done so, its text stays."""
    for name in _SEALED:
        with suppress(WrongKey):
            if is_sealed(stored[name]) and seal.open(stored[name], name):
                continue
        row = (settings.c.name == name) & (settings.c.value == stored[name])
        with database.writing() as connection:
            connection.execute(update(settings).where(row).values(value=seal.seal(opened[name], name)))
