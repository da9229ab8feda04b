"""Webhooks: which events are told, signed how, and what happens when a receiver does not take one."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from support.waiting import wait_until
from support.webhook_receiver import Received, Receiver

from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.running.webhooks import MAX_ATTEMPTS, Webhooks
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.event_tables import deliveries
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.outbox import MAX_AGE_SECONDS, take
from tracemark_groundtruth.state.tables import JobStatus

SECRET = b"a secret of at least thirty-two characters"


def webhooks(database: Database, *urls: str, **options: Any) -> Webhooks:
    return Webhooks(database, WebhookSettings(urls, SECRET), retry=lambda _: 0.02, **options)


def told(condition: Callable[[], Any]) -> None:
    """Wait for a condition."""
    wait_until(condition, "what the webhooks are told", pause=0.02)


def events(received: Sequence[Received]) -> list[tuple[str, str]]:
    documents = [json.loads(one.body) for one in received]
    return [(document["type"], document["job"]["name"]) for document in documents]


def waiting(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(deliveries)) or 0


def end(shop: Any, after: JobStatus, reason: str | None = None) -> None:
    assert Jobs(shop.database).advance(shop.record.job_id, [shop.record.status], after, reason)


def documented_verify() -> Callable[[bytes, str, bytes], bool]:
    """Return the function that the documentation gives to receivers."""
    text = (Path(__file__).parents[3] / "docs/reference/service.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(import hashlib.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {}
    exec(snippet, names)
    verify: Callable[[bytes, str, bytes], bool] = names["verify"]
    return verify


def test_a_job_is_told_when_it_is_created_and_when_it_is_completed(shop: Any) -> None:
    with Receiver() as receiver, webhooks(shop.database, f"{receiver.url}/hook"):
        shop.job("a", NumberOfHumanWorkersPerDataObject=1)
        shop.advance()
        shop.answer(shop.worker(), "good")
        shop.advance()
        told(lambda: len(receiver.received) == 2)
        told(lambda: waiting(shop.database) == 0)

    assert events(receiver.received) == [("job.created", "Welds"), ("job.completed", "Welds")]
    assert {one.path for one in receiver.received} == {"/hook"}


@pytest.mark.parametrize(("after", "event"), [(JobStatus.FAILED, "job.failed"), (JobStatus.STOPPED, "job.stopped")])
def test_a_job_that_ends_otherwise_is_told_with_its_reason(shop: Any, after: JobStatus, event: str) -> None:
    shop.job("a")
    with Receiver() as receiver, webhooks(shop.database, receiver.url):
        end(shop, after, "it had enough")
        told(lambda: receiver.received)

    document = json.loads(receiver.received[0].body)
    assert document["type"] == event
    assert document["job"] == {"name": "Welds", "status": after.value, "failure_reason": "it had enough"}
    assert document["id"] == receiver.received[0].headers["tracemark-event-id"]


def test_a_status_on_the_way_is_no_event(shop: Any) -> None:
    with Receiver() as receiver, webhooks(shop.database, receiver.url):
        shop.job("a")
        shop.advance()
        end(shop, JobStatus.STOPPING)
        end(shop, JobStatus.STOPPED)
        told(lambda: len(receiver.received) == 2)

    assert [kind for kind, _ in events(receiver.received)] == ["job.created", "job.stopped"]


def test_an_event_is_signed_as_the_documentation_verifies(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    verify = documented_verify()
    with Receiver() as receiver, webhooks(shop.database, receiver.url):
        shop.job("a")
        told(lambda: receiver.received)

    (received,) = receiver.received
    header = received.headers["tracemark-signature"]
    assert verify(SECRET, header, received.body)
    assert not verify(b"another secret", header, received.body)
    assert not verify(SECRET, header, received.body + b" ")
    later = time.time() + 600
    monkeypatch.setattr(time, "time", lambda: later)
    assert not verify(SECRET, header, received.body)


@pytest.mark.parametrize("failure", [500, 404, 302, 0])
def test_an_event_that_is_not_taken_is_told_again_with_the_same_id(shop: Any, failure: int) -> None:
    outcomes = list[str]()
    with Receiver([failure, failure]) as receiver, webhooks(shop.database, receiver.url, note=outcomes.append):
        shop.job("a")
        told(lambda: len(outcomes) == 3)

    assert outcomes == ["failed", "failed", "delivered"]
    assert len({one.headers["tracemark-event-id"] for one in receiver.received}) == 1
    assert len({one.body for one in receiver.received}) == 1
    assert waiting(shop.database) == 0


def test_a_redirect_is_not_followed(shop: Any) -> None:
    with Receiver() as other, Receiver([307], location=f"{other.url}/secret") as receiver:
        with webhooks(shop.database, receiver.url):
            shop.job("a")
            told(lambda: len(receiver.received) == 2)

        assert other.received == []


def test_after_the_last_attempt_an_event_is_given_up_and_said_without_the_path(
    shop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes = list[str]()
    with (
        Receiver([500] * (MAX_ATTEMPTS + 5)) as receiver,
        webhooks(shop.database, f"{receiver.url}/T0P-S3CRET", note=outcomes.append),
    ):
        shop.job("a")
        told(lambda: "given up" in outcomes)

    assert Counter(outcomes) == {"failed": MAX_ATTEMPTS - 1, "given up": 1}
    assert (len(receiver.received), waiting(shop.database)) == (MAX_ATTEMPTS, 0)
    assert "an event is not told" in caplog.messages
    assert not any("T0P-S3CRET" in str(vars(record)) for record in caplog.records)


def test_a_webhook_that_is_gone_is_asked_once(shop: Any) -> None:
    outcomes = list[str]()
    with Receiver([410, 410]) as receiver, webhooks(shop.database, receiver.url, note=outcomes.append):
        shop.job("a")
        told(lambda: outcomes)

    assert (outcomes, len(receiver.received), waiting(shop.database)) == (["given up"], 1, 0)


def test_a_webhook_that_hangs_keeps_neither_jobs_nor_other_webhooks(shop: Any) -> None:
    held = threading.Event()
    with Receiver(held=held) as hanging, Receiver() as other, webhooks(shop.database, hanging.url, other.url):
        shop.job("a", NumberOfHumanWorkersPerDataObject=1)
        told(lambda: hanging.received)
        shop.advance()
        shop.answer(shop.worker(), "good")
        shop.advance()
        told(lambda: len(other.received) == 2)
        assert shop.record.status is JobStatus.COMPLETED
        assert len(hanging.received) == 1
        held.set()


def test_what_was_not_told_before_the_service_ended_is_told_by_the_next(shop: Any) -> None:
    with Receiver([500] * 100) as receiver:
        with webhooks(shop.database, receiver.url):
            shop.job("a")
            told(lambda: receiver.received)
        receiver.statuses.clear()
        before = len(receiver.received)
        assert waiting(shop.database) == 1

        with webhooks(shop.database, receiver.url):
            told(lambda: waiting(shop.database) == 0)

    assert len(receiver.received) == before + 1


def test_of_several_processes_one_tells_each_event(shop: Any, database_url: str) -> None:
    other = Database.open(database_url)
    try:
        with Receiver() as receiver, webhooks(shop.database, receiver.url), webhooks(other, receiver.url):
            shop.job("a")
            for number in range(20):
                shop.chained(f"Welds{number}")
                other.outbox.wake()
            told(lambda: len(receiver.received) >= 21 and waiting(shop.database) == 0)
    finally:
        other.dispose()

    ids = Counter(one.headers["tracemark-event-id"] for one in receiver.received)
    assert (len(ids), set(ids.values())) == (21, {1})


def test_an_event_belongs_to_who_took_it_until_its_time_is_over(shop: Any) -> None:
    shop.database.outbox.urls = ("https://hooks.example",)
    shop.job("a")
    now = time.time() + 1

    with shop.database.writing() as connection:
        first = take(connection, "https://hooks.example", now, 120)
        at_once = take(connection, "https://hooks.example", now + 119, 120)
        after = take(connection, "https://hooks.example", now + 120, 120)

    assert first is not None
    assert after is not None
    assert at_once is None
    assert (first.event_id, first.attempts, after.event_id, after.attempts) == (after.event_id, 1, first.event_id, 2)


def test_a_job_that_is_not_entered_is_not_told(shop: Any) -> None:
    shop.database.outbox.urls = ("https://hooks.example",)
    shop.job("a")

    assert not Jobs(shop.database).add(shop.record.job, shop.document())
    assert not Jobs(shop.database).advance(shop.record.job_id, [JobStatus.STOPPING], JobStatus.STOPPED)

    assert waiting(shop.database) == 1


def test_without_webhooks_nothing_is_written_and_no_thread_runs(shop: Any) -> None:
    with webhooks(shop.database) as none:
        shop.job("a")
        assert none._threads == []

    assert waiting(shop.database) == 0


def test_an_event_of_a_webhook_that_was_taken_out_of_the_settings_is_dropped_in_time(shop: Any) -> None:
    shop.database.outbox.urls = ("https://former.example",)
    shop.job("a")
    later = time.time() + MAX_AGE_SECONDS + 60

    with Receiver() as receiver, webhooks(shop.database, receiver.url, now=lambda: later):
        with shop.database.writing() as connection:
            shop.database.outbox.enter(connection, "Other", JobStatus.FAILED, None, later)
        shop.database.outbox.wake()
        told(lambda: receiver.received and waiting(shop.database) == 0)

    assert events(receiver.received) == [("job.failed", "Other")]
