"""API keys of persons: made, found and revoked. A key's secret is kept sealed, since checking a signature needs it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.state.access_tables import api_keys, roles
from tracemark_groundtruth.state.accounts import name_key
from tracemark_groundtruth.state.audit import SERVICE, Action, Actor, Event, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.sealing import Seal
from tracemark_groundtruth.state.tables import workers

DEFAULT_DAYS = 90
MAX_DAYS = 366
MAX_NOTE = 128

_DAY_SECONDS = 24 * 3_600
_KEY_ID = re.compile(r"[A-Z0-9]{16,32}", re.ASCII)
_KEYS: Select[*tuple[Any, ...]] = (
    select(api_keys, workers.c.name, workers.c.disabled, func.coalesce(roles.c.role, Role.WORKER.value).label("role"))
    .join(workers, workers.c.worker_id == api_keys.c.worker_id)
    .outerjoin(roles, roles.c.worker_id == api_keys.c.worker_id)
)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A person's key without its secret; moments are seconds since 1970. `role` and `disabled` are its account's."""

    key_id: str
    account: str
    worker_id: str
    role: Role
    disabled: bool
    note: str
    created_at: float
    expires_at: float
    revoked_at: float | None

    def state(self, now: float) -> str:
        """Return `revoked`, `expired`, `disabled` or `active`."""
        if self.revoked_at is not None:
            return "revoked"
        if now >= self.expires_at:
            return "expired"
        return "disabled" if self.disabled else "active"


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key with its secret."""

    key: ApiKey
    secret: str = field(repr=False)


@dataclass(frozen=True)
class PersonalKeys:
    """The keys in a database; `seal` seals their secrets, `by` is who changes them, for the audit log."""

    database: Database
    seal: Seal = field(repr=False)
    by: Actor = SERVICE
    clock: Callable[[], float] = time.time

    def create(self, account: str, days: int = DEFAULT_DAYS, note: str = "") -> SecretKey:
        """Make a key that is valid for so many days; its secret is shown now and never again.

        Raises:
            InvalidConfiguration: there is no such account, it is disabled or may not use the API, or the days or the
                note are out of bounds.
            StateUnavailable: the database does not answer.
        """
        _check(days, note)
        key_id, secret, now = f"TMKEY{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30), self.clock()
        with self.database.writing() as connection:
            owner = _usable(account, connection.execute(_owner(account)).one_or_none())
            values = {
                "key_id": key_id,
                "worker_id": owner.worker_id,
                "note": note,
                "sealed_secret": self.seal.seal(secret, key_id),
                "created_at": now,
                "expires_at": now + days * _DAY_SECONDS,
            }
            connection.execute(insert(api_keys).values(values))
            detail = {"key": key_id, "days": days}
            append(connection, Event(self.by, Action.KEY_CREATE, owner.name, detail))
            row = connection.execute(_KEYS.where(api_keys.c.key_id == key_id)).one()
        return SecretKey(_key(row), secret)

    def find(self, key_id: str) -> SecretKey | None:
        """Return the key of an id, whatever its state.

        Raises:
            WrongKey: the row was altered, or copied from another one.
            StateUnavailable: the database does not answer.
        """
        if not _KEY_ID.fullmatch(key_id):
            return None
        with self.database.reading() as connection:
            row = connection.execute(_KEYS.where(api_keys.c.key_id == key_id)).one_or_none()
        return SecretKey(_key(row), self.seal.open(row.sealed_secret, key_id)) if row else None

    def list(self, account: str = "") -> Sequence[ApiKey]:
        """Return the keys of an account, or all, the newest first.

        Raises:
            StateUnavailable: the database does not answer.
        """
        query = _KEYS.order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)
        if account:
            query = query.where(workers.c.name_key == name_key(account))
        with self.database.reading() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, key_id: str) -> ApiKey:
        """Make a key invalid at once and for good.

        Raises:
            InvalidConfiguration: there is no such key.
            StateUnavailable: the database does not answer.
        """
        of_id, valid = api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None)
        with self.database.writing() as connection:
            changed = connection.execute(update(api_keys).where(of_id, valid).values(revoked_at=self.clock()))
            row = connection.execute(_KEYS.where(of_id)).one_or_none()
            if row is None:
                raise InvalidConfiguration(
                    f"there is no key {quoted(key_id)}", remedy="see 'tracemark key list' for the ids"
                )
            if changed.rowcount:
                append(connection, Event(self.by, Action.KEY_REVOKE, row.name, {"key": key_id}))
        return _key(row)


def _owner(account: str) -> Select[*tuple[Any, ...]]:
    role = func.coalesce(roles.c.role, Role.WORKER.value).label("role")
    found = select(workers.c.worker_id, workers.c.name, workers.c.disabled, role)
    return found.outerjoin(roles, roles.c.worker_id == workers.c.worker_id).where(
        workers.c.name_key == name_key(account)
    )


def _check(days: int, note: str) -> None:
    if not 1 <= days <= MAX_DAYS:
        raise InvalidConfiguration(f"a key cannot be valid for {days} days", expected=f"1 to {MAX_DAYS}")
    if len(note) > MAX_NOTE:
        raise InvalidConfiguration(f"the note has {len(note)} characters", expected=f"at most {MAX_NOTE}")


def _usable(account: str, owner: Row[*tuple[Any, ...]] | None) -> Row[*tuple[Any, ...]]:
    if owner is None:
        raise InvalidConfiguration(
            f"there is no worker {quoted(account)}", remedy="see 'tracemark worker list' for the names"
        )
    if owner.disabled:
        raise InvalidConfiguration(f"{owner.name} is disabled", remedy=f"first 'tracemark worker enable {owner.name}'")
    if owner.role == Role.WORKER.value:
        raise InvalidConfiguration(
            f"{owner.name} is a worker, who may not use the API",
            remedy=f"first 'tracemark worker role {owner.name} owner', or admin",
        )
    return owner


def _key(row: Row[*tuple[Any, ...]]) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        account=row.name,
        worker_id=row.worker_id,
        role=Role(row.role),
        disabled=row.disabled,
        note=row.note,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
