"""The workforce: accounts, and the groups by which work teams know them."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from sqlalchemy import Connection, Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, quoted
from tracemark_groundtruth.job.labeling_job import DEFAULT_REGION
from tracemark_groundtruth.state.access_tables import identities, roles
from tracemark_groundtruth.state.audit import SERVICE, Action, Actor, Event, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.tables import memberships, workers
from tracemark_groundtruth.state.task_queue import Account, WorkerId

MIN_PASSWORD = 12
MAX_PASSWORD = 256

_hasher = PasswordHasher()
ACCOUNTS = select(workers.c.name, workers.c.worker_id, workers.c.subject, workers.c.password_hash, workers.c.disabled)
_OF_NAME = ACCOUNTS.where(workers.c.name_key == bindparam("key"))
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """An account with its groups, its role, and the providers that sign it in."""

    account: Account
    groups: tuple[str, ...]
    role: Role = Role.WORKER
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accounts:
    """The accounts in a database; every method raises `StateUnavailable`.

    `by` is who changes them, for the audit log.
    """

    database: Database
    by: Actor = SERVICE

    def find(self, name: str) -> Account | None:
        """Return the account of a name, ignoring case."""
        with self.database.reading() as connection:
            row = connection.execute(_OF_NAME, {"key": name_key(name)}).one_or_none()
        return account_of(row) if row else None

    def add(self, name: str, password_hash: str, groups: Sequence[str]) -> Account:
        """Make an account.

        Raises:
            InvalidConfiguration: the name is taken, or no name.
        """
        account = new_account(name, password_hash)
        try:
            with self.database.writing() as connection:
                insert_account(connection, account, groups, self.by)
        except IntegrityError as error:
            raise InvalidConfiguration(
                f"there is a worker {quoted(name)} already",
                expected="a name that is new, ignoring case",
                remedy="choose another name",
            ) from error
        return account

    def list(self) -> Sequence[Member]:
        """Return every account, by name."""
        with self.database.reading() as connection:
            rows = connection.execute(ACCOUNTS.order_by(workers.c.name_key)).all()
            groups = _by_worker(connection, select(memberships.c.worker_id, memberships.c.group_name))
            given = _by_worker(connection, select(roles.c.worker_id, roles.c.role))
            issuers = _by_worker(connection, select(identities.c.worker_id, identities.c.issuer))
        return [
            Member(
                account_of(row),
                groups.get(row[1], ()),
                Role(next(iter(given.get(row[1], ())), Role.WORKER)),
                issuers.get(row[1], ()),
            )
            for row in rows
        ]

    def change_password(self, name: str, password_hash: str) -> None:
        """Give an account another password; sessions under the old one end.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        with self._changing(name, Action.ACCOUNT_PASSWORD) as (connection, worker_id):
            _update(connection, worker_id, password_hash=password_hash)

    def disable(self, name: str) -> None:
        """Let an account no longer sign in, work or use its API keys; what it answered stays.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        with self._changing(name, Action.ACCOUNT_DISABLE) as (connection, worker_id):
            _update(connection, worker_id, disabled=True)

    def enable(self, name: str) -> None:
        """Let a disabled account sign in again.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        with self._changing(name, Action.ACCOUNT_ENABLE) as (connection, worker_id):
            _update(connection, worker_id, disabled=False)

    def set_role(self, name: str, role: Role) -> None:
        """Say what an account may do.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        with self._changing(name, Action.ACCOUNT_ROLE, {"role": role.value}) as (connection, worker_id):
            replace_role(connection, worker_id, role)

    def set_groups(self, name: str, groups: Sequence[str]) -> None:
        """Put an account into these groups and no others.

        Raises:
            InvalidConfiguration: there is no such account.
        """
        with self._changing(name, Action.ACCOUNT_GROUPS, {"groups": [*groups]}) as (connection, worker_id):
            replace_groups(connection, worker_id, groups)

    def link(self, name: str, issuer: str, subject: str) -> None:
        """Let a provider sign in to an account; `subject` is its unchanging name of the person.

        Raises:
            InvalidConfiguration: there is no such account, or the person has one already.
        """
        detail = {"issuer": issuer, "provider_subject": subject}
        try:
            with self._changing(name, Action.ACCOUNT_LINK, detail) as (connection, worker_id):
                insert_identity(connection, issuer, subject, worker_id)
        except IntegrityError as error:
            raise InvalidConfiguration(
                f"{quoted(subject)} of {quoted(issuer)} has an account already",
                remedy="see 'tracemark audit --action account-link' for which, and disable what nobody needs",
            ) from error

    def count(self) -> int:
        """Return how many accounts there are."""
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(workers)) or 0

    @contextmanager
    def _changing(
        self, name: str, action: Action, detail: Mapping[str, Json] | None = None
    ) -> Iterator[tuple[Connection, str]]:
        """Yield a transaction and the account's id; what is done in it stands in the audit log."""
        with self.database.writing() as connection:
            row = connection.execute(_OF_NAME, {"key": name_key(name)}).one_or_none()
            if row is None:
                raise InvalidConfiguration(
                    f"there is no worker {quoted(name)}", remedy="see 'tracemark worker list' for the names"
                )
            yield connection, row.worker_id
            append(connection, Event(self.by, action, row.name, detail or {}))


def new_account(name: str, password_hash: str) -> Account:
    """Return an account that is not stored yet.

    Raises:
        InvalidConfiguration: the name is no name.
    """
    if not _NAME.fullmatch(name):
        raise _unusable_name(name)
    worker = WorkerId(f"private.{DEFAULT_REGION}.{secrets.token_hex(8)}")
    return Account(name, worker, str(uuid.uuid4()), password_hash)


def insert_account(connection: Connection, account: Account, groups: Sequence[str], by: Actor) -> None:
    """Store a new account; raises `IntegrityError` when its name is taken."""
    values = {
        "worker_id": str(account.worker_id),
        "name": account.name,
        "name_key": name_key(account.name),
        "subject": account.subject,
        "password_hash": account.password_hash,
        "disabled": account.disabled,
        "created_at": time.time(),
    }
    connection.execute(insert(workers).values(values))
    replace_groups(connection, str(account.worker_id), groups)
    append(connection, Event(by, Action.ACCOUNT_ADD, account.name, {"groups": [*groups]}))


def insert_identity(connection: Connection, issuer: str, subject: str, worker_id: str) -> None:
    """Note as whom a provider knows an account; raises `IntegrityError` when the person has an account."""
    values = {"issuer": issuer, "subject": subject, "worker_id": worker_id, "linked_at": time.time()}
    connection.execute(insert(identities).values(values))


def replace_groups(connection: Connection, worker_id: str, groups: Sequence[str]) -> None:
    """Put an account into these groups and no others."""
    connection.execute(delete(memberships).where(memberships.c.worker_id == worker_id))
    for group in dict.fromkeys(groups):
        connection.execute(insert(memberships).values(worker_id=worker_id, group_name=group))


def replace_role(connection: Connection, worker_id: str, role: Role) -> None:
    """Give an account a role."""
    connection.execute(delete(roles).where(roles.c.worker_id == worker_id))
    connection.execute(insert(roles).values(worker_id=worker_id, role=role.value))


def _update(connection: Connection, worker_id: str, **values: object) -> None:
    connection.execute(update(workers).where(workers.c.worker_id == worker_id).values(**values))


def _by_worker(connection: Connection, query: Select[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for worker_id, text in sorted(tuple(row) for row in connection.execute(query)):
        found[worker_id] = (*found.get(worker_id, ()), text)
    return found


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return name.casefold()[:256]


def account_of(row: Row[str, str, str, str, bool]) -> Account:
    """Return the account of a row of `ACCOUNTS`."""
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
