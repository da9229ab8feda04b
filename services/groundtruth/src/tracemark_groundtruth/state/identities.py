"""People whom a provider signs in: whose account is whose, made at the first sign-in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.access_tables import identities, roles
from tracemark_groundtruth.state.accounts import (
    ACCOUNTS,
    account_of,
    insert_account,
    insert_identity,
    name_key,
    new_account,
    replace_groups,
    replace_role,
)
from tracemark_groundtruth.state.audit import Action, Actor, Event, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Identity, Role
from tracemark_groundtruth.state.tables import memberships, workers
from tracemark_groundtruth.state.task_queue import Account

PROVIDER = Actor("provider", "(provider)")

_TRIES = 5


@dataclass(frozen=True)
class Identities:
    """The people in a database whom providers sign in."""

    database: Database

    def account(self, identity: Identity) -> Account:
        """Return a person's account, which may be disabled.

        It is made at the first sign-in and never found by its name: where the name is taken, the new account gets
        another. Groups and role that the provider decides are as it says from now on, except for a disabled account.

        Raises:
            StateUnavailable: the database does not answer.
        """
        for _ in range(_TRIES):
            try:
                with self.database.writing() as connection:
                    return _sign_in(connection, identity)
            except IntegrityError:  # another process has just made an account of this person, or of this name
                continue
        raise StateUnavailable("the account could not be made: others were made at the same moment", remedy="try again")


def _sign_in(connection: Connection, identity: Identity) -> Account:
    known = (identities.c.issuer == identity.issuer, identities.c.subject == identity.subject)
    query = ACCOUNTS.join(identities, identities.c.worker_id == workers.c.worker_id).where(*known)
    row = connection.execute(query).one_or_none()
    account = account_of(row) if row else _make(connection, identity)
    if not account.disabled:
        _follow_groups(connection, account, identity)
        _follow_role(connection, account, identity)
    return account


def _make(connection: Connection, identity: Identity) -> Account:
    # No text has this as its hash, and a new one ends the sessions as a new password does.
    account = new_account(_free_name(connection, identity.name), f"!{secrets.token_hex(16)}")
    insert_account(connection, account, identity.groups, PROVIDER)
    insert_identity(connection, identity.issuer, identity.subject, str(account.worker_id))
    detail = {"issuer": identity.issuer, "provider_subject": identity.subject}
    append(connection, Event(PROVIDER, Action.ACCOUNT_LINK, account.name, detail))
    return account


def _free_name(connection: Connection, name: str) -> str:
    for candidate in _names(name):
        taken = select(workers.c.worker_id).where(workers.c.name_key == name_key(candidate))
        if not connection.execute(taken).first():
            return candidate
    raise AssertionError("names never end")


def _names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}-{number}" if number < 100 else f"{name}-{secrets.token_hex(4)}"


def _follow_groups(connection: Connection, account: Account, identity: Identity) -> None:
    of_account = memberships.c.worker_id == str(account.worker_id)
    before = set(connection.scalars(select(memberships.c.group_name).where(of_account)))
    kept = set() if identity.managed is None else before - identity.managed
    after = kept | set(identity.groups)
    if after != before:
        replace_groups(connection, str(account.worker_id), sorted(after))
        append(connection, Event(PROVIDER, Action.ACCOUNT_GROUPS, account.name, {"groups": sorted(after)}))


def _follow_role(connection: Connection, account: Account, identity: Identity) -> None:
    of_account = roles.c.worker_id == str(account.worker_id)
    before = connection.scalar(select(roles.c.role).where(of_account)) or Role.WORKER.value
    if identity.role is not None and identity.role.value != before:
        replace_role(connection, str(account.worker_id), identity.role)
        append(connection, Event(PROVIDER, Action.ACCOUNT_ROLE, account.name, {"role": identity.role.value}))
