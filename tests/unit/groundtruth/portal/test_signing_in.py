"""Who comes in, for how long, and how often a wrong password may be tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.fake_task_queue import MemoryTaskQueue, hashed
from support.portal_client import Browser, Clock


def test_name_and_password_lead_to_the_jobs(browser: Browser) -> None:
    response = browser.sign_in("Anna")

    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "Jobs" in browser.get("/").text


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("anna", ""), ("nobody", "weld by weld"), ("carl", "weld by weld"), ("", "")],
    ids=["wrong password", "no password", "unknown name", "disabled account", "nothing"],
)
def test_anything_else_is_refused_in_the_same_words(browser: Browser, name: str, password: str) -> None:
    response = browser.sign_in(name, password)

    assert response.status_code == 401
    assert "Wrong name or password, or the account is disabled." in response.text
    assert "set-cookie" not in response.headers


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.sign_in("anna").headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie


@pytest.mark.parametrize("path", ["/", "/jobs/letters/done", "/tasks/task-0000", "/tasks/task-0000/frame"])
def test_without_a_session_every_page_leads_to_sign_in(browser: Browser, path: str) -> None:
    response = browser.get(path)

    assert (response.status_code, response.headers["location"]) == (303, "/sign-in")


@pytest.mark.parametrize("cookie", ["", "x", "{session}x", "{payload}.{signature_of_another}"])
def test_an_altered_session_is_none(anna: Browser, bert: Browser, cookie: str) -> None:
    session, other = (browser.client.cookies["tracemark_session"] for browser in (anna, bert))
    payload, signature = session.rpartition(".")[0], other.rpartition(".")[2]

    anna.client.cookies.clear()
    altered = cookie.format(session=session, payload=payload, signature_of_another=signature)

    assert anna.get("/", Cookie=f"tracemark_session={session}").status_code == 200
    assert anna.get("/", Cookie=f"tracemark_session={altered}").status_code == 303


def test_a_session_ends_after_twelve_hours_without_a_request(anna: Browser, clock: Clock) -> None:
    clock.pass_by(timedelta(hours=12))

    assert anna.get("/").status_code == 303


def test_a_session_in_use_goes_on(anna: Browser, clock: Clock) -> None:
    for _ in range(4):
        clock.pass_by(timedelta(hours=7))
        assert anna.get("/").status_code == 200


def test_a_disabled_account_is_out_at_once(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task_queue.disable("anna")

    assert anna.get("/").status_code == 303


def test_a_new_password_ends_the_sessions_of_the_old_one(anna: Browser, task_queue: MemoryTaskQueue) -> None:
    task_queue.accounts[0] = replace(task_queue.accounts[0], password_hash=hashed("another"))

    assert anna.get("/").status_code == 303


def test_signing_out_ends_the_session_of_the_browser(anna: Browser) -> None:
    response = anna.post("/sign-out")

    assert response.headers["location"] == "/sign-in"
    assert anna.get("/").status_code == 303


def test_five_wrong_passwords_are_enough_for_five_minutes(browser: Browser, clock: Clock) -> None:
    for _ in range(5):
        browser.sign_in("anna", "wrong")

    assert browser.sign_in("anna").status_code == 429
    clock.pass_by(timedelta(minutes=5))
    assert browser.sign_in("anna").status_code == 303


def test_another_worker_of_the_same_address_is_not_locked_out(browser: Browser) -> None:
    for _ in range(5):
        browser.sign_in("anna", "wrong")

    assert browser.sign_in("bert").status_code == 303


def test_names_cannot_be_tried_one_after_the_other(browser: Browser) -> None:
    refused = [browser.sign_in(f"name {n}", "wrong").status_code for n in range(51)]

    assert refused == [401] * 50 + [429]
