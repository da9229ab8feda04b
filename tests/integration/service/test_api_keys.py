"""Keys of persons: what the database holds of them, and whose they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.state.access_tables import api_keys
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.api_keys import PersonalKeys
from tracemark_groundtruth.state.audit import Action, Audit, Wanted
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.sealing import Seal, WrongKey, is_sealed
from tracemark_groundtruth.state.secrets import Seals, service_secrets
from tracemark_groundtruth.state.tables import settings

NEW, OLD = "n" * 32, "o" * 32


@pytest.fixture
def keys(database: Database) -> PersonalKeys:
    accounts = Accounts(database)
    for name, role in (("anna", Role.OWNER), ("bert", Role.ADMIN), ("carl", Role.WORKER)):
        accounts.add(name, "$argon2id$hash", ["welders"])
        accounts.set_role(name, role)
    return PersonalKeys(database, service_secrets(database).api_keys_seal)


def test_a_key_is_found_by_its_id_with_its_secret_and_its_person(keys: PersonalKeys) -> None:
    made = keys.create("Anna", 30, "import")

    found = keys.find(made.key.key_id)

    assert found == made
    assert (made.key.account, made.key.role, made.key.note) == ("anna", Role.OWNER, "import")
    assert made.key.expires_at - made.key.created_at == 30 * 24 * 3_600


@pytest.mark.parametrize(
    "key_id", ["TMKEY0000000000000000", "", "x", "a\0b", "'; DROP TABLE api_keys --", "\ud800" * 20]
)
def test_there_is_no_other_key(keys: PersonalKeys, key_id: str) -> None:
    assert keys.find(key_id) is None


def test_the_database_does_not_hold_the_secret(keys: PersonalKeys, database: Database) -> None:
    made = keys.create("anna")

    with database.reading() as connection:
        stored = connection.execute(select(api_keys)).one()

    assert made.secret not in repr(tuple(stored))
    assert is_sealed(stored.sealed_secret)
    assert made.secret not in repr(made)


def test_a_secret_that_was_copied_to_another_key_opens_nothing(keys: PersonalKeys, database: Database) -> None:
    annas, berts = keys.create("anna").key, keys.create("bert").key
    with database.writing() as connection:
        sealed = connection.scalar(select(api_keys.c.sealed_secret).where(api_keys.c.key_id == annas.key_id))
        connection.execute(update(api_keys).where(api_keys.c.key_id == berts.key_id).values(sealed_secret=sealed))

    with pytest.raises(WrongKey):
        keys.find(berts.key_id)


@pytest.mark.parametrize(
    ("create", "words"),
    [
        (lambda keys: keys.create("nobody"), "worker list"),
        (lambda keys: keys.create("carl"), "worker role carl owner"),
        (lambda keys: keys.create("anna", 0), "1 to 366"),
        (lambda keys: keys.create("anna", 367), "1 to 366"),
        (lambda keys: keys.create("anna", 1, "x" * 129), "at most 128"),
        (lambda keys: keys.revoke("TMKEY0000000000000000"), "key list"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_remedy(
    keys: PersonalKeys, create: Callable[[PersonalKeys], object], words: str
) -> None:
    with pytest.raises(InvalidConfiguration, match=words):
        create(keys)

    assert keys.list() == []


def test_a_disabled_person_gets_no_key_and_has_none_that_is_active(keys: PersonalKeys, database: Database) -> None:
    made = keys.create("anna").key
    Accounts(database).disable("anna")

    with pytest.raises(InvalidConfiguration, match="worker enable anna"):
        keys.create("anna")
    assert [key.state(made.created_at) for key in keys.list()] == ["disabled"]


def test_the_states_of_a_key(keys: PersonalKeys) -> None:
    made = keys.create("anna", 1).key
    before, after = made.expires_at - 1, made.expires_at

    active, expired = made.state(before), made.state(after)
    revoked = keys.revoke(made.key_id)
    again = keys.revoke(made.key_id)

    assert (active, expired, revoked.state(before)) == ("active", "expired", "revoked")
    assert again == revoked


def test_keys_are_listed_by_person(keys: PersonalKeys) -> None:
    keys.create("anna")
    keys.create("bert")

    assert [key.account for key in keys.list("ANNA")] == ["anna"]
    assert sorted(key.account for key in keys.list()) == ["anna", "bert"]


def test_keys_are_in_the_audit_log_without_their_secrets(keys: PersonalKeys, database: Database) -> None:
    made = keys.create("anna")
    keys.revoke(made.key.key_id)
    keys.revoke(made.key.key_id)

    entries = [entry.event for entry in Audit(database).find(Wanted(subject="anna"), 2)]

    assert [entry.action for entry in entries] == [Action.KEY_REVOKE, Action.KEY_CREATE]
    assert entries[0].detail == {"key": made.key.key_id}
    assert made.secret not in repr(entries)


def sealed(database: Database) -> list[bool]:
    with database.reading() as connection:
        rows = {name: value for name, value in connection.execute(select(settings.c.name, settings.c.value))}
    return [is_sealed(rows[name]) for name in ("secret", "api secret")]


def seals(current: str = "", previous: str = "") -> Seals:
    return Seals.parse({"TRACEMARK_SECRET_KEY": current, "TRACEMARK_PREVIOUS_SECRET_KEY": previous})


def test_with_a_key_from_outside_the_database_alone_opens_nothing(keys: PersonalKeys, database: Database) -> None:
    made, before = keys.create("anna"), service_secrets(database)
    known = sealed(database)

    after = service_secrets(database, seals(OLD))

    assert (known, sealed(database)) == ([False, False], [True, True])
    assert after == before == service_secrets(database, seals(OLD))
    assert PersonalKeys(database, after.api_keys_seal).find(made.key.key_id) == made
    for other in (None, seals(NEW), seals("x" * 40)):
        with pytest.raises(InvalidConfiguration, match="TRACEMARK_SECRET_KEY"):
            service_secrets(database, other)


def test_the_key_from_outside_can_be_replaced(database: Database) -> None:
    before = service_secrets(database, seals(OLD))

    replaced = service_secrets(database, seals(NEW, OLD))

    assert before == replaced == service_secrets(database, seals(NEW))
    with pytest.raises(InvalidConfiguration):
        service_secrets(database, seals(OLD))


def test_a_previous_key_opens_and_does_not_seal(database: Database) -> None:
    before = service_secrets(database)

    assert service_secrets(database, Seals(previous=Seal.of_passphrase(OLD))) == before
    assert sealed(database) == [False, False]


@pytest.mark.parametrize(("current", "previous"), [("short", ""), (NEW, "short"), ("", OLD)])
def test_a_key_that_cannot_be_one_is_refused(current: str, previous: str) -> None:
    with pytest.raises(InvalidConfiguration, match="SECRET_KEY"):
        seals(current, previous)


def test_secrets_that_were_swapped_in_the_database_open_nothing(database: Database) -> None:
    service_secrets(database, seals(OLD))
    with database.writing() as connection:
        swap = (
            "UPDATE settings SET value = (SELECT value FROM settings WHERE name = 'api secret') WHERE name = 'secret'"
        )
        connection.execute(text(swap))

    with pytest.raises(InvalidConfiguration, match="does not open them"):
        service_secrets(database, seals(OLD))
