"""The portal on a task_queue and an S3 in memory, at a time of the test's own, and workers in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.fake_task_queue import HASHER, MemoryJob, MemoryTaskQueue, worker
from support.portal_client import ORIGIN, Browser, Clock

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings

TEMPLATE = S3Uri.parse("s3://welds/templates/weld.html")
LETTERS = MemoryJob("letters", TEMPLATE, [{"text": f"letter {n}"} for n in range(3)], limit=timedelta(minutes=10))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def task_queue(clock: Clock) -> MemoryTaskQueue:
    accounts = [worker("anna"), worker("bert"), worker("carl", disabled=True)]
    return MemoryTaskQueue(accounts, [LETTERS], clock.now)


@pytest.fixture
def s3() -> MemoryS3:
    return MemoryS3({str(TEMPLATE): (b"<crowd-form><p>{{ task.input.text }}</p></crowd-form>", "text/html")})


@pytest.fixture
def settings() -> WebSettings:
    return WebSettings(b"s" * 32)


@pytest.fixture
def app(task_queue: MemoryTaskQueue, s3: MemoryS3, clock: Clock, settings: WebSettings) -> Starlette:
    authenticator = Authenticator(task_queue, Attempts(clock.seconds, clock.sleep), HASHER)
    portal = Portal(task_queue, s3, settings, authenticator, clock.now)
    return Starlette(routes=portal_routes(portal), middleware=guards(settings))


@pytest.fixture
def browsers(app: Starlette) -> Iterator[Callable[[], Browser]]:
    opened: list[TestClient] = []

    def open_browser() -> Browser:
        opened.append(TestClient(app, base_url=ORIGIN, follow_redirects=False))
        return Browser(opened[-1])

    yield open_browser
    for client in opened:
        client.close()


@pytest.fixture
def browser(browsers: Callable[[], Browser]) -> Browser:
    return browsers()


@pytest.fixture
def anna(browsers: Callable[[], Browser]) -> Browser:
    browser = browsers()
    browser.sign_in("anna")
    return browser


@pytest.fixture
def bert(browsers: Callable[[], Browser]) -> Browser:
    browser = browsers()
    browser.sign_in("bert")
    return browser
