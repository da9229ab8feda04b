"""People whom a provider signs in: whose account is whose."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.audit import Action, Audit, Wanted
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.identities import Identities
from tracemark_groundtruth.state.identity import Identity, Role

ISSUER = "https://login.example.org"


def dora(**changed: object) -> Identity:
    known: dict[str, object] = {"issuer": ISSUER, "subject": "1", "name": "dora", "groups": ("welders",)}
    return Identity(**{**known, **changed})  # type: ignore[arg-type]


def groups_of(database: Database, name: str) -> tuple[str, ...]:
    return next(member.groups for member in Accounts(database).list() if member.account.name == name)


def role_of(database: Database, name: str) -> Role:
    return next(member.role for member in Accounts(database).list() if member.account.name == name)


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(database: Database) -> None:
    first = Identities(database).account(dora())
    second = Identities(database).account(dora())

    assert first == second
    assert (first.name, first.has_password) == ("dora", False)
    assert groups_of(database, "dora") == ("welders",)


def test_a_person_is_the_same_under_another_name(database: Database) -> None:
    before = Identities(database).account(dora())

    after = Identities(database).account(dora(name="dora-married"))

    assert after == before


def test_an_account_of_the_same_name_is_never_taken_over(database: Database) -> None:
    own = Accounts(database).add("Dora", "$argon2id$hash", ["admins"])

    found = [Identities(database).account(dora(subject=subject)) for subject in ("1", "2")]

    assert [account.name for account in found] == ["dora-2", "dora-3"]
    assert own.worker_id not in {account.worker_id for account in found}
    assert groups_of(database, "Dora") == ("admins",)


def test_the_same_subject_of_another_issuer_is_another_person(database: Database) -> None:
    one = Identities(database).account(dora())
    other = Identities(database).account(dora(issuer="https://elsewhere.example"))

    assert one.worker_id != other.worker_id


def test_a_link_leads_to_the_account_that_is_there(database: Database) -> None:
    own = Accounts(database).add("anna", "$argon2id$hash", ["welders"])
    Accounts(database).link("anna", ISSUER, "1")

    found = Identities(database).account(dora())

    assert (found.worker_id, found.has_password) == (own.worker_id, True)
    with pytest.raises(InvalidConfiguration, match="has an account already"):
        Accounts(database).link("anna", ISSUER, "1")


def test_groups_follow_the_provider(database: Database) -> None:
    Identities(database).account(dora(groups=("welders", "leads")))

    Identities(database).account(dora(groups=("inspectors",)))

    assert groups_of(database, "dora") == ("inspectors",)


def test_groups_that_the_provider_does_not_manage_stay(database: Database) -> None:
    managed = frozenset({"welders", "inspectors"})
    Identities(database).account(dora(managed=managed))
    Accounts(database).set_groups("dora", ["welders", "night-shift"])

    Identities(database).account(dora(groups=("inspectors",), managed=managed))

    assert groups_of(database, "dora") == ("inspectors", "night-shift")


def test_a_role_follows_the_provider_only_where_it_decides_roles(database: Database) -> None:
    Identities(database).account(dora())
    Accounts(database).set_role("dora", Role.OWNER)
    Identities(database).account(dora())
    kept = role_of(database, "dora")

    Identities(database).account(dora(role=Role.WORKER))

    assert (kept, role_of(database, "dora")) == (Role.OWNER, Role.WORKER)


def test_a_disabled_account_stays_so_and_learns_nothing_new(database: Database) -> None:
    Identities(database).account(dora())
    Accounts(database).disable("dora")

    found = Identities(database).account(dora(groups=("leads",), role=Role.ADMIN))

    assert found.disabled
    assert (groups_of(database, "dora"), role_of(database, "dora")) == (("welders",), Role.WORKER)


def test_who_signs_in_twice_at_once_for_the_first_time_gets_one_account(database: Database) -> None:
    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(lambda _: Identities(database).account(dora()), range(8)))

    assert len({account.worker_id for account in found}) == 1
    assert len(Accounts(database).list()) == 1


def test_people_of_one_name_who_come_at_once_all_get_an_account(database: Database) -> None:
    with ThreadPoolExecutor(4) as executor:
        found = list(executor.map(lambda subject: Identities(database).account(dora(subject=subject)), "1234"))

    assert sorted(account.name for account in found) == ["dora", "dora-2", "dora-3", "dora-4"]


def test_what_the_provider_changes_is_in_the_audit_log(database: Database) -> None:
    Identities(database).account(dora())
    Identities(database).account(dora(groups=("leads",), role=Role.OWNER))
    Identities(database).account(dora(groups=("leads",), role=Role.OWNER))

    entries = [entry.event for entry in reversed(Audit(database).find(Wanted(), 100))]

    assert [(event.action, event.subject, event.actor.via) for event in entries] == [
        (Action.ACCOUNT_ADD, "dora", "provider"),
        (Action.ACCOUNT_LINK, "dora", "provider"),
        (Action.ACCOUNT_GROUPS, "dora", "provider"),
        (Action.ACCOUNT_ROLE, "dora", "provider"),
    ]
