"""Checking a name and a password, with attempts that get rarer as they fail."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore, Lock
from typing import Protocol

from anyio.to_thread import run_sync
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracemark_groundtruth.state.task_queue import Account, TaskQueue
from tracemark_groundtruth.web.portal.errors import TooManyAttempts

WINDOW_SECONDS = 900.0
FREE_FAILURES = 5
MAX_DELAY_SECONDS = 16.0
MAX_PENDING = 20
MAX_REMEMBERED = 10_000
MAX_PASSWORD_CHARACTERS = 1_000

# Each check takes 64 MiB for some 50 ms: many at once would exhaust the machine.
CHECKS_AT_ONCE = 2


class SharedFailures(Protocol):
    """Failures that several processes count together; every method may raise `StateUnavailable`."""

    def reserve(self, key: str) -> float:
        """Take the next turn and return in how many seconds it is."""

    def failed(self, key: str) -> None:
        """See `Attempts.failed`."""

    def succeeded(self, key: str) -> None:
        """See `Attempts.succeeded`."""


@dataclass
class _Tried:
    """What was tried on one name: when failures were, how many attempts are under way, when the next may be made."""

    failures: deque[float] = field(default_factory=lambda: deque(maxlen=FREE_FAILURES + 8))
    pending: int = 0
    next_at: float = 0.0


@dataclass
class Attempts:
    """Spaces attempts on a name further apart with each failure; `clock` returns seconds that only grow.

    The first five failures within a quarter of an hour cost nothing, then attempts on the name are 1, 2, 4 ... 16
    seconds apart, whatever addresses they come from. An attempt waits for its turn and is then checked: the right
    password is never refused for others' failures. A browser that has signed in to the name before counts for itself,
    so its owner does not queue behind those who guess. With `shared`, failures count for all processes of the service;
    attempts under way are counted by each process.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    shared: SharedFailures | None = None
    _tried: dict[str, _Tried] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    async def wait(self, key: str) -> None:
        """Wait until it is the turn of another attempt.

        Raises:
            TooManyAttempts: too many attempts wait already.
            StateUnavailable: the failures of other processes cannot be read.
        """
        with self._lock:
            tried, now = self._of(key), self.clock()
            if tried.pending >= MAX_PENDING:
                raise TooManyAttempts("too many sign-in attempts wait for this name", remedy="try again in a minute")
            # Those under way count as failures: many at once must not all be the first.
            delay = self._delay(tried)
            turn = max(now, tried.next_at) if delay else now
            tried.next_at, tried.pending = turn + delay, tried.pending + 1
        try:
            seconds = await run_sync(self.shared.reserve, key) if self.shared else 0.0
            if max(turn - now, seconds) > 0:
                await self.sleep(max(turn - now, seconds))
        except BaseException:
            self.ended(key)
            raise

    def failed(self, key: str) -> None:
        """Record that an attempt failed."""
        if self.shared:
            self.shared.failed(key)
        with self._lock:
            self._of(key).failures.append(self.clock())
            while len(self._tried) > MAX_REMEMBERED:
                del self._tried[next(iter(self._tried))]

    def succeeded(self, key: str) -> None:
        """Forget the failures of those who know the password."""
        if self.shared:
            self.shared.succeeded(key)
        with self._lock:
            self._of(key).failures.clear()

    def ended(self, key: str) -> None:
        """Let an attempt that waited for its turn be over, whatever came of it."""
        with self._lock:
            tried = self._of(key)
            tried.pending = max(0, tried.pending - 1)

    def _of(self, key: str) -> _Tried:
        # What is tried again moves to the end, so the first ones are the oldest.
        tried = self._tried[key] = self._tried.pop(key, _Tried())
        return tried

    def _delay(self, tried: _Tried) -> float:
        while tried.failures and tried.failures[0] <= self.clock() - WINDOW_SECONDS:
            tried.failures.popleft()
        beyond = len(tried.failures) + tried.pending - FREE_FAILURES
        return min(2.0**beyond, MAX_DELAY_SECONDS) if beyond >= 0 else 0.0


@dataclass(frozen=True)
class Authenticator:
    """Signs workers in by name and password."""

    task_queue: TaskQueue
    attempts: Attempts
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turnstile: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(CHECKS_AT_ONCE))

    def authenticate(self, name: str, password: str, key: str) -> Account | None:
        """Return the account whose name and password these are, or None; `key` is what the attempt counts for.

        Raises:
            StateUnavailable: see `TaskQueue`.
        """
        try:
            account = self._check(name, password)
        finally:
            self.attempts.ended(key)
        (self.attempts.succeeded if account else self.attempts.failed)(key)
        return account

    def _check(self, name: str, password: str) -> Account | None:
        account = self.task_queue.account(name)
        # An unknown name, or one without a password, takes as long as a wrong password: names cannot be probed.
        known = account.password_hash if account and account.has_password else self._nobody
        right = self._matches(known, password[:MAX_PASSWORD_CHARACTERS])
        return account if account and right and not account.disabled else None

    def _matches(self, password_hash: str, password: str) -> bool:
        with self._turnstile:
            try:
                return self.hasher.verify(password_hash, password.encode("utf-8", "replace"))
            except (VerificationError, InvalidHashError):
                return False

    @cached_property
    def _nobody(self) -> str:
        return self.hasher.hash(secrets.token_hex(32))
