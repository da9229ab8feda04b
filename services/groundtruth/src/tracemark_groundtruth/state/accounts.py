"""The workforce: accounts, and the groups by which work teams know them."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.job.labeling_job import DEFAULT_REGION
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.tables import memberships, workers
from tracemark_groundtruth.state.task_queue import Account, WorkerId

MIN_PASSWORD = 12
MAX_PASSWORD = 256

_hasher = PasswordHasher()
_ACCOUNTS = select(workers.c.name, workers.c.worker_id, workers.c.subject, workers.c.password_hash, workers.c.disabled)
_OF_NAME = _ACCOUNTS.where(workers.c.name_key == bindparam("key"))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """An account with its groups."""

    account: Account
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Accounts:
    """The accounts in a database; every method raises `StateUnavailable`."""

    database: Database

    def find(self, name: str) -> Account | None:
        """Return the account of a name, ignoring case."""
        with self.database.reading() as connection:
            row = connection.execute(_OF_NAME, {"key": _key(name)}).one_or_none()
        return _account(row) if row else None

    def add(self, name: str, password_hash: str, groups: Sequence[str]) -> Account:
        """Make an account.

        Raises:
            InvalidConfiguration: the name is taken, or no name.
        """
        if not _NAME.fullmatch(name):
            raise _unusable_name(name)
        worker = WorkerId(f"private.{DEFAULT_REGION}.{secrets.token_hex(8)}")
        account = Account(name, worker, str(uuid.uuid4()), password_hash)
        try:
            self._insert(account, groups)
        except IntegrityError as error:
            raise InvalidConfiguration(
                f"there is a worker {quoted(name)} already",
                expected="a name that is new, ignoring case",
                remedy="choose another name",
            ) from error
        return account

    def list(self) -> Sequence[Member]:
        """Return every account with its groups, by name."""
        with self.database.reading() as connection:
            rows = connection.execute(_ACCOUNTS.order_by(workers.c.name_key)).all()
            groups = connection.execute(select(memberships).order_by(memberships.c.group_name)).all()
        return [Member(_account(row), tuple(g.group_name for g in groups if g.worker_id == row[1])) for row in rows]

    def change_password(self, name: str, password_hash: str) -> None:
        """Give an account another password; sessions under the old one end.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        self._change(name, {"password_hash": password_hash})

    def disable(self, name: str) -> None:
        """Let an account no longer sign in or work; what it answered stays.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        self._change(name, {"disabled": True})

    def count(self) -> int:
        """Return how many accounts there are."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(workers)) or 0

    def _change(self, name: str, values: Mapping[str, object]) -> None:
        with self.database.writing() as connection:
            changed = connection.execute(update(workers).where(workers.c.name_key == _key(name)).values(**values))
        if not changed.rowcount:
            raise InvalidConfiguration(
                f"there is no worker {quoted(name)}", remedy="see 'tracemark worker list' for the names"
            )

    def _insert(self, account: Account, groups: Sequence[str]) -> None:
        values = {
            "worker_id": str(account.worker_id),
            "name": account.name,
            "name_key": _key(account.name),
            "subject": account.subject,
            "password_hash": account.password_hash,
            "disabled": account.disabled,
            "created_at": time.time(),
        }
        with self.database.writing() as connection:
            connection.execute(insert(workers).values(values))
            for group in dict.fromkeys(groups):
                connection.execute(insert(memberships).values(worker_id=str(account.worker_id), group_name=group))


def _key(name: str) -> str:
    return name.casefold()[:256]


def _account(row: Row[str, str, str, str, bool]) -> Account:
    name, worker_id, subject, password_hash, disabled = row
    return Account(name, WorkerId(worker_id), subject, password_hash, disabled)


def _unusable_name(name: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"{quoted(name)} cannot be a worker's name",
        expected="1 to 128 of letters, digits and . _ @ + -, a letter or digit first",
        remedy="choose another name",
    )


def hash_password(password: str) -> str:
    """Return the argon2id hash of a new password, which is all that is kept of it.

    Raises:
        InvalidConfiguration: it has fewer than 12 characters, or more than 256.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidConfiguration(
            f"the password has {len(password)} characters",
            expected=f"{MIN_PASSWORD} to {MAX_PASSWORD}",
            remedy="choose another",
        )
    return _hasher.hash(password)
