"""Links that sign somebody in without a password: once, for minutes, on the service's own machine, as nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.fake_task_queue import HASHER, MemoryTaskQueue, hashed
from support.portal_client import Clock

from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.links import LIFETIME, SignInLinks
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sessions import Sessions
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings

SECRET = b"s" * 32

Open = Callable[..., TestClient]


@pytest.fixture
def links(clock: Clock) -> SignInLinks:
    return SignInLinks(SECRET, clock.now)


@pytest.fixture
def app(task_queue: MemoryTaskQueue, s3: MemoryS3, clock: Clock, links: SignInLinks) -> Starlette:
    authenticator = Authenticator(task_queue, Attempts(clock.seconds), HASHER)
    settings = WebSettings(SECRET, hosts=("127.0.0.1", "labels.example.org"))
    portal = Portal(task_queue, s3, settings, authenticator, clock.now, links=links)
    return Starlette(routes=portal_routes(portal), middleware=guards(settings))


@pytest.fixture
def open_browser(app: Starlette) -> Iterator[Open]:
    opened: list[TestClient] = []

    def open_one(address: str = "127.0.0.1", host: str = "127.0.0.1:8000") -> TestClient:
        client = TestClient(app, base_url=f"http://{host}", follow_redirects=False, client=(address, 50_000))
        opened.append(client)
        return client

    yield open_one
    for client in opened:
        client.close()


def anna(task_queue: MemoryTaskQueue) -> Account:
    found = task_queue.account("anna")
    assert found
    return found


@pytest.fixture
def link(links: SignInLinks, task_queue: MemoryTaskQueue) -> str:
    return links.path(anna(task_queue), Sessions(SECRET).credential(anna(task_queue)), "letters")


def test_a_link_signs_its_account_in_and_shows_the_first_task(open_browser: Open, link: str) -> None:
    browser = open_browser()

    response = browser.get(link)

    assert response.status_code == 303
    assert response.headers["location"].startswith("/tasks/")
    assert browser.get(response.headers["location"]).status_code == 200
    assert "anna" in browser.get("/").text


def test_a_link_works_only_once(open_browser: Open, link: str) -> None:
    open_browser().get(link)

    again = open_browser().get(link)

    assert again.status_code == 410
    assert "set-cookie" not in again.headers


@pytest.mark.parametrize(("late", "status"), [(timedelta(seconds=-1), 303), (timedelta(), 410)])
def test_a_link_is_good_for_its_time_only(
    open_browser: Open, link: str, clock: Clock, late: timedelta, status: int
) -> None:
    clock.pass_by(LIFETIME + late)

    assert open_browser().get(link).status_code == status


def test_a_link_cannot_be_made_one_for_another_account(open_browser: Open, link: str) -> None:
    start, _, text = link.rpartition("/")
    said = URLSafeSerializer(b"another key").loads_unsafe(text)[1]
    forged = URLSafeSerializer(b"another key").dumps({**said, "name": "bert"})
    payload, signature = str(forged).rpartition(".")[0], text.rpartition(".")[2]

    answers = [open_browser().get(f"{start}/{each}") for each in (forged, f"{payload}.{signature}")]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert open_browser().get(link).status_code == 303


def test_a_link_is_worth_nothing_to_the_next_process(
    open_browser: Open, task_queue: MemoryTaskQueue, clock: Clock
) -> None:
    before = SignInLinks(SECRET, clock.now)
    link = before.path(anna(task_queue), Sessions(SECRET).credential(anna(task_queue)))

    assert open_browser().get(link).status_code == 410


@pytest.mark.parametrize(
    ("address", "host"),
    [("192.0.2.7", "127.0.0.1:8000"), ("127.0.0.1", "labels.example.org"), ("testclient", "127.0.0.1:8000")],
    ids=["from elsewhere", "by a name of the network", "from nowhere"],
)
def test_a_link_works_on_the_services_own_machine_only(open_browser: Open, link: str, address: str, host: str) -> None:
    refused = open_browser(address, host).get(link)

    assert (refused.status_code, open_browser().get(link).status_code) == (410, 303)


def test_a_look_at_a_link_does_not_use_it_up(open_browser: Open, link: str) -> None:
    browser = open_browser()

    looks = [browser.head(link), browser.get(link, headers={"Sec-Purpose": "prefetch;prerender"})]

    assert [(look.status_code, "set-cookie" in look.headers) for look in looks] == [(204, False), (204, False)]
    assert browser.get(link).status_code == 303


def test_a_link_does_not_sign_in_an_account_that_was_disabled(
    open_browser: Open, link: str, task_queue: MemoryTaskQueue
) -> None:
    task_queue.disable("anna")

    assert open_browser().get(link).status_code == 410


def test_a_new_password_ends_the_links_of_the_old_one(
    open_browser: Open, link: str, task_queue: MemoryTaskQueue
) -> None:
    task_queue.accounts[0] = replace(task_queue.accounts[0], password_hash=hashed("another"))

    assert open_browser().get(link).status_code == 410
