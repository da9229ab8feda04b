"""While S3 is slow, whoever needs nothing of it goes on working."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from support.fake_s3 import MemoryS3
from support.live_server import serving
from support.portal_worker import PortalWorker
from support.waiting import PATIENCE_SECONDS

from tracemark_groundtruth.web.portal.app import QUEUE_THREADS


@pytest.fixture
def slow(s3: MemoryS3, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Let every read of S3 wait until the event is set, or for minutes."""
    released, get_object = Event(), s3.get_object

    def read(**options: Any) -> Any:
        released.wait(PATIENCE_SECONDS / 2)
        return get_object(**options)

    monkeypatch.setattr(s3, "get_object", read)
    yield released
    released.set()


def started(url: str, name: str) -> tuple[PortalWorker, str]:
    """Sign a worker in and take a task; return its path as well."""
    found = PortalWorker(url, name, "weld by weld", "letters", lambda: True)
    found.sign_in()
    return found, found.ask("POST", "/jobs/letters/work", {"token": found.token("/")}).headers["location"]


def test_frames_that_wait_for_s3_keep_nobody_from_the_desk(app: Starlette, slow: Event) -> None:
    with serving(app) as url:
        anna, waited_for = started(url, "anna")
        bert, task = started(url, "bert")
        statuses: list[int] = []
        frames = [
            Thread(target=lambda: statuses.append(anna.ask("GET", f"{waited_for}/frame").status))
            for _ in range(3 * QUEUE_THREADS)
        ]
        for thread in frames:
            thread.start()

        bert.answer(task, bert.token(task))
        early = list(statuses)
        slow.set()
        for thread in frames:
            thread.join()

    assert (len(bert.accepted), early) == (1, [])
    assert statuses == [200] * len(frames)
