"""Webhooks are told of events: each by a thread of its own, signed, and again until it takes them."""

from __future__ import annotations

import hmac
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import urllib3

from tracemark.errors import one_line
from tracemark_groundtruth.errors import StateUnavailable
from tracemark_groundtruth.running.webhook_settings import WebhookSettings
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.outbox import Delivery, drop, next_moment, prune, put_off, take

MAX_ATTEMPTS = 12
ATTEMPT_SECONDS = 10.0
LEASE_SECONDS = 120.0
"""How long an event belongs to the process that tells it: longer than an attempt."""

FIRST_RETRY_SECONDS = 5.0
MAX_RETRY_SECONDS = 3_600.0
SIGNATURE = "Tracemark-Signature"
EVENT_ID = "Tracemark-Event-Id"

_SWEEP_SECONDS = 60.0  # for what a process wrote that has died
_STATE_RETRY_SECONDS = 5.0
_END_SECONDS = 5.0
_GONE = 410

logger = logging.getLogger(__name__)


def sign(secret: bytes, moment: int, body: bytes) -> str:
    """Return the signature of a body that is sent at a moment, in seconds since 1970: `t=<moment>,v1=<hex>`.

    Hex are the digits of HMAC-SHA256 over the moment in decimal digits, a dot, and the body.
    """
    digest = hmac.new(secret, b"%d.%s" % (moment, body), "sha256").hexdigest()
    return f"t={moment},v1={digest}"


def retry_seconds(attempts: int) -> float:
    """Return how long to wait after so many attempts: twice as long each time, and not all at the same moment."""
    wait = min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** (attempts - 1))
    return wait * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


@dataclass
class Webhooks:
    """A context manager: events are told while it lasts. Without webhooks it does nothing.

    Several processes may share a database: each event is told by one of them. `note` hears how each attempt ended:
    `delivered`, `failed` or `given up`. `now` is in seconds since 1970.
    """

    database: Database
    settings: WebhookSettings
    note: Callable[[str], None] = lambda _: None
    now: Callable[[], float] = time.time
    retry: Callable[[int], float] = retry_seconds
    _end: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.database.outbox.urls = self.settings.urls
        for url in self.settings.urls:
            woken = self.database.outbox.waiter()
            # A daemon: an attempt under way does not keep the process, and is made again by the next one.
            thread = threading.Thread(target=self._run, args=(url, woken), name="webhook", daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self.database.outbox.wake()
        last = time.monotonic() + _END_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, last - time.monotonic()))

    def _run(self, url: str, woken: threading.Event) -> None:
        with urllib3.PoolManager(num_pools=1, retries=False) as http:
            while not self._end.is_set():
                try:
                    seconds = self._deliver_due(url, http)
                except StateUnavailable as error:
                    logger.warning("events wait for the database", extra={"cause": str(error)})
                    seconds = _STATE_RETRY_SECONDS
                woken.wait(seconds)
                woken.clear()

    def _deliver_due(self, url: str, http: urllib3.PoolManager) -> float:
        """Make the attempts that are due, and return how many seconds there is nothing to do."""
        while not self._end.is_set():
            with self.database.reading() as connection:
                moment = next_moment(connection, url)
            left = _SWEEP_SECONDS if moment is None else moment - self.now()
            if left > 0:
                return min(left, _SWEEP_SECONDS)
            with self.database.writing() as connection:
                self._log_pruned(prune(connection, self.now()))
                delivery = take(connection, url, self.now(), LEASE_SECONDS)
            if delivery:
                self._deliver(delivery, http)
        return 0.0

    def _deliver(self, delivery: Delivery, http: urllib3.PoolManager) -> None:
        problem, is_gone = self._attempt(delivery, http)
        gives_up = bool(problem) and (is_gone or delivery.attempts >= MAX_ATTEMPTS)
        with self.database.writing() as connection:
            if problem and not gives_up:
                put_off(connection, delivery, self.now() + self.retry(delivery.attempts))
            else:
                drop(connection, delivery)
        self.note("given up" if gives_up else "failed" if problem else "delivered")
        if problem:
            self._log_failure(delivery, problem, gives_up=gives_up)

    def _attempt(self, delivery: Delivery, http: urllib3.PoolManager) -> tuple[str, bool]:
        """Return what was wrong, nothing if the webhook took the event, and whether it will never take any."""
        body = delivery.body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "tracemark",
            EVENT_ID: delivery.event_id,
            SIGNATURE: sign(self.settings.secret, int(self.now()), body),
        }
        timeout = urllib3.Timeout(total=ATTEMPT_SECONDS)
        try:
            # No redirect is followed: it would lead to addresses that the settings do not allow.
            answer = http.request(
                "POST",
                delivery.url,
                body=body,
                headers=headers,
                timeout=timeout,
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:  # the last: of names that cannot be
            return type(error).__name__, False
        answer.close()  # what it says is not read
        return ("", False) if 200 <= answer.status < 300 else (f"HTTP status {answer.status}", answer.status == _GONE)

    @staticmethod
    def _log_failure(delivery: Delivery, problem: str, *, gives_up: bool) -> None:
        log, text = (logger.error, "an event is not told") if gives_up else (logger.warning, "an event is told later")
        host = urlsplit(delivery.url).hostname  # the path may be a password
        extra = {"event": delivery.event_id, "host": host, "attempts": delivery.attempts, "cause": one_line(problem)}
        log(text, extra=extra)

    @staticmethod
    def _log_pruned(count: int) -> None:
        if count:
            logger.error("events were dropped that no process delivers", extra={"count": count})
