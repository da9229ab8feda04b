"""Who comes in, for how long, and how often a wrong password may be tried."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from support.fake_task_queue import MemoryTaskQueue, hashed
from support.portal_client import Browser, Clock

from tracemark_groundtruth.web.portal.errors import TooManyAttempts
from tracemark_groundtruth.web.portal.sign_in import (
    FREE_FAILURES,
    MAX_DELAY_SECONDS,
    MAX_PENDING,
    MAX_REMEMBERED,
    WINDOW_SECONDS,
    Attempts,
)


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


@pytest.mark.parametrize("failures", [0, 4, 5, 50])
def test_the_right_password_is_never_refused_for_wrong_ones(
    browser: Browser, browsers: Callable[[], Browser], failures: int
) -> None:
    for _ in range(failures):
        assert browser.sign_in("anna", "wrong").status_code == 401

    assert browsers().sign_in("anna").status_code == 303


def test_wrong_passwords_make_further_attempts_on_the_name_rarer(browser: Browser, clock: Clock) -> None:
    waited = []
    for _ in range(12):
        before = clock.time
        browser.sign_in("anna", "wrong")
        waited.append((clock.time - before).total_seconds())

    assert waited[:5] == [0] * 5
    assert waited[5:] == sorted(waited[5:])
    assert (waited[6] > 0, waited[-1]) == (True, MAX_DELAY_SECONDS)


def test_the_delay_is_over_after_a_quarter_of_an_hour(browser: Browser, clock: Clock) -> None:
    for _ in range(12):
        browser.sign_in("anna", "wrong")
    clock.pass_by(timedelta(seconds=WINDOW_SECONDS))
    before = clock.time

    browser.sign_in("anna", "wrong")

    assert clock.time == before


def test_the_owner_whose_browser_is_known_does_not_wait_for_those_who_guess(
    anna: Browser, browser: Browser, clock: Clock
) -> None:
    for _ in range(12):
        browser.sign_in("anna", "wrong")
    before = clock.time

    assert anna.sign_in("anna").status_code == 303
    assert clock.time == before


def test_a_known_browser_is_not_known_for_another_name(anna: Browser, clock: Clock) -> None:
    for _ in range(12):
        anna.sign_in("bert", "wrong")
    before = clock.time

    anna.sign_in("bert", "wrong")

    assert (clock.time - before).total_seconds() == MAX_DELAY_SECONDS


def test_others_at_the_same_address_do_not_wait(browser: Browser, clock: Clock) -> None:
    for number in range(100):
        browser.sign_in(f"name {number}", "wrong")
    for _ in range(12):
        browser.sign_in("anna", "wrong")
    before = clock.time

    assert browser.sign_in("bert").status_code == 303
    assert clock.time == before


def test_attempts_that_come_at_once_wait_for_each_other() -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    async def guess() -> None:
        attempts = Attempts(lambda: 0.0, sleep)
        for _ in range(MAX_PENDING):
            await attempts.wait("name anna")
        with pytest.raises(TooManyAttempts):
            await attempts.wait("name anna")

    with ThreadPoolExecutor(1) as own_thread:  # a browser test before this one leaves its loop running in ours
        own_thread.submit(asyncio.run, guess()).result()

    assert len(waited) >= MAX_PENDING - FREE_FAILURES - 1
    assert waited == sorted(waited)
    assert waited[-1] > 100


def test_what_is_remembered_is_bounded() -> None:
    attempts = Attempts(lambda: 0.0)

    for number in range(MAX_REMEMBERED + 10):
        attempts.failed(f"name {number}")

    assert len(attempts._tried) == MAX_REMEMBERED
