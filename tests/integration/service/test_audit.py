"""The audit log: append-only by the database itself, bounded, and without secrets."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.state.access_tables import audit
from tracemark_groundtruth.state.accounts import Accounts
from tracemark_groundtruth.state.audit import Action, Actor, Audit, Event, Wanted, append
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.given_answers import GivenAnswers
from tracemark_groundtruth.state.hourly_bound import HourlyBound
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.teams import Teams

REFUSED = (StateUnavailable, IntegrityError)  # as PostgreSQL's and SQLite's drivers call it
DAY = 24 * 3_600.0
ROOT = Actor("command", "root")


def event(action: Action = Action.SIGN_IN, name: str = "anna") -> Event:
    return Event(Actor("portal", name), action, name, {"how": "password"})


def test_what_is_recorded_is_found_the_newest_first(database: Database) -> None:
    log = Audit(database)
    log.record(event())
    log.record(event(Action.SIGN_OUT))

    found = log.find(Wanted(), 10)

    assert [entry.event for entry in found] == [event(Action.SIGN_OUT), event()]
    assert abs(found[0].at - time.time()) < 600
    assert log.find(Wanted(), 1) == found[:1]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(actor="anna"), 2),
        (Wanted(actor="an"), 0),
        (Wanted(action=Action.SIGN_IN), 2),
        (Wanted(subject="bert"), 1),
        (Wanted(since=200.0), 2),
        (Wanted(until=200.0), 1),
        (Wanted(actor="anna", action=Action.SIGN_OUT), 1),
        (Wanted(actor="' OR 1=1 --"), 0),
    ],
)
def test_entries_are_asked_for_by_time_person_action_and_subject(
    database: Database, wanted: Wanted, count: int
) -> None:
    with database.writing() as connection:
        append(connection, event(), 100.0)
        append(connection, event(Action.SIGN_OUT), 200.0)
        append(connection, event(name="bert"), 300.0)

    assert len(Audit(database).find(wanted, 10)) == count


@pytest.mark.parametrize(
    "statement",
    [
        update(audit).values(actor="somebody else"),
        delete(audit),
        delete(audit).where(audit.c.actor == "anna"),
        update(audit).values(at=0.0),
    ],
)
def test_the_database_refuses_to_change_or_delete_a_recent_entry(database: Database, statement: object) -> None:
    Audit(database).record(event())

    with pytest.raises(REFUSED, match="append-only"), database.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]

    assert len(Audit(database).find(Wanted(), 10)) == 1


def test_postgresql_refuses_to_empty_the_table_as_well(database: Database) -> None:
    Audit(database).record(event())
    statement = "DELETE FROM audit" if database.is_sqlite else "TRUNCATE audit"

    with pytest.raises(REFUSED, match="append-only"), database.writing() as connection:
        connection.execute(text(statement))


def test_entries_beyond_the_retention_are_removed_once_an_hour(database: Database) -> None:
    now = time.time()
    clock = [now - 11 * DAY]
    log = Audit(database, days=10, clock=lambda: clock[0])
    log.record(event(name="old"))
    clock[0] = now - 9 * DAY
    log.record(event(name="young"))
    clock[0] = now
    log.record(event(name="new"))

    assert [entry.event.subject for entry in log.find(Wanted(), 10)] == ["new", "young"]


def test_a_log_without_a_retention_removes_nothing(database: Database) -> None:
    log = Audit(database, clock=lambda: 0.0)
    log.record(event())
    Audit(database).prune()

    assert len(log.find(Wanted(), 10)) == 1


def test_what_is_done_to_accounts_and_teams_is_recorded_with_who_did_it(database: Database) -> None:
    accounts, teams = Accounts(database, ROOT), Teams(database, ROOT)
    accounts.add("anna", "$argon2id$secret hash", ["welders"])
    accounts.change_password("ANNA", "$argon2id$another secret hash")
    accounts.set_role("anna", Role.OWNER)
    accounts.set_groups("anna", ["inspectors"])
    accounts.link("anna", "https://login.example.org", "1")
    accounts.disable("anna")
    accounts.enable("anna")
    teams.add("welders", ["welders"], {"Description": "d"})
    teams.replace("welders", ["others"], {"Description": "d"})
    teams.remove("welders")

    entries = [entry.event for entry in reversed(Audit(database).find(Wanted(), 100))]

    assert [(entry.action, entry.subject) for entry in entries] == [
        (Action.ACCOUNT_ADD, "anna"),
        (Action.ACCOUNT_PASSWORD, "anna"),
        (Action.ACCOUNT_ROLE, "anna"),
        (Action.ACCOUNT_GROUPS, "anna"),
        (Action.ACCOUNT_LINK, "anna"),
        (Action.ACCOUNT_DISABLE, "anna"),
        (Action.ACCOUNT_ENABLE, "anna"),
        (Action.TEAM_CREATE, "welders"),
        (Action.TEAM_UPDATE, "welders"),
        (Action.TEAM_DELETE, "welders"),
    ]
    assert {entry.actor for entry in entries} == {ROOT}
    assert "hash" not in repr(entries)


def test_what_did_not_happen_is_not_recorded(database: Database) -> None:
    Teams(database).add("welders", ["welders"], {})
    Teams(database).add("welders", ["welders"], {})

    assert len(Audit(database).find(Wanted(), 100)) == 1


def test_that_an_answer_was_changed_is_recorded_without_what_it_says(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=2)
    shop.advance()
    ada = shop.worker("ada")
    task = shop.take(ada)
    shop.task_queue.submit(ada, task.task_id, {"class": {"label": "Good"}})

    shop.task_queue.revise(ada, task.task_id, {"class": {"label": "Bad"}})

    (entry,) = Audit(shop.database).find(Wanted(action=Action.ANSWER_CHANGE), 10)
    assert (entry.event.actor, entry.event.subject) == (Actor("portal", "ada"), "Welds")
    assert entry.event.detail == {"object": 0, "task": task.task_id}


def test_a_flood_of_changed_answers_is_counted_and_every_change_is_kept(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=3)
    shop.advance()
    seconds = 0.0
    answers = GivenAnswers(shop.database, HourlyBound(lambda: seconds))
    tasks = {name: shop.answer(shop.worker(name), "first") for name in ("ada", "bob")}
    ids = {name: Accounts(shop.database).find(name).worker_id for name in tasks}  # type: ignore[union-attr]

    for number in range(602):
        answers.replace(ids["ada"], tasks["ada"].task_id, f'{{"n": {number}}}', None, shop.clock())
    answers.replace(ids["bob"], tasks["bob"].task_id, "{}", None, shop.clock())
    kept = answers.find(ids["ada"], tasks["ada"].task_id).answer
    recorded = Audit(shop.database).find(Wanted(action=Action.ANSWER_CHANGE), 1_000)
    seconds = 3_600.0
    answers.replace(ids["ada"], tasks["ada"].task_id, "{}", None, shop.clock())

    (last,) = Audit(shop.database).find(Wanted(action=Action.ANSWER_CHANGE), 1)
    assert kept == '{"n": 601}'
    assert [entry.event.actor.name for entry in recorded].count("ada") == 600
    assert [entry.event.actor.name for entry in recorded].count("bob") == 1
    assert last.event.detail["earlier_unrecorded"] == 2


def test_the_changes_of_a_worker_are_counted_from_request_to_request(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=2)
    shop.advance()
    ada, queue = shop.worker("ada"), shop.task_queue
    task = shop.answer(ada, "first")
    for _ in range(600):
        queue._recorded.admit(str(ada))

    queue.revise(ada, task.task_id, {"class": {"label": "Bad"}})

    assert not Audit(shop.database).find(Wanted(action=Action.ANSWER_CHANGE), 1)
    assert queue.last(ada, "Welds").given == {"class": {"label": "Bad"}}
