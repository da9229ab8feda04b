"""Checking a name and a password, with a limit on failures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracemark_groundtruth.state.task_queue import Account, TaskQueue
from tracemark_groundtruth.web.portal.errors import TooManyAttempts

WINDOW_SECONDS = 300.0
MAX_FAILURES = 5
MAX_FAILURES_OF_AN_ADDRESS = 50
MAX_REMEMBERED = 10_000
MAX_PASSWORD_CHARACTERS = 1_000

# Each check takes 64 MiB for some 50 ms: many at once would exhaust the machine.
CHECKS_AT_ONCE = 2


@dataclass
class Attempts:
    """Counts failures by name and address within five minutes; `clock` returns seconds that only grow.

    Each process of the service counts for itself.
    """

    clock: Callable[[], float]
    _failures: dict[tuple[str, ...], deque[float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def check(self, name: str, address: str) -> None:
        """Accept another attempt.

        Raises:
            TooManyAttempts: there were too many failures with this name from this address, or from this address.
        """
        with self._lock:
            for key, most in _keys(name, address):
                if len(self._recent_failures(key)) >= most:
                    raise TooManyAttempts(
                        "there were too many failed sign-in attempts", remedy="wait five minutes, then try again"
                    )

    def failed(self, name: str, address: str) -> None:
        """Record a failure."""
        with self._lock:
            for key, _ in _keys(name, address):
                # A repeated failure moves to the end, so the first ones are the oldest.
                self._failures[key] = self._failures.pop(key, deque(maxlen=MAX_FAILURES_OF_AN_ADDRESS))
                self._failures[key].append(self.clock())
            while len(self._failures) > MAX_REMEMBERED:
                del self._failures[next(iter(self._failures))]

    def _recent_failures(self, key: tuple[str, ...]) -> deque[float]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= self.clock() - WINDOW_SECONDS:
            failures.popleft()
        return failures


@dataclass(frozen=True)
class Authenticator:
    """Signs workers in by name and password."""

    task_queue: TaskQueue
    attempts: Attempts
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _turnstile: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(CHECKS_AT_ONCE))

    def authenticate(self, name: str, password: str, address: str) -> Account | None:
        """Return the account whose name and password these are, or None.

        Raises:
            TooManyAttempts: see `Attempts.check`.
            StateUnavailable: see `TaskQueue`.
        """
        self.attempts.check(name, address)
        account = self.task_queue.account(name)
        # An unknown name takes as long as a wrong password, so that names cannot be probed.
        right = self._matches(account.password_hash if account else self._nobody, password[:MAX_PASSWORD_CHARACTERS])
        if account and right and not account.disabled:
            return account
        self.attempts.failed(name, address)
        return None

    def _matches(self, password_hash: str, password: str) -> bool:
        with self._turnstile:
            try:
                return self.hasher.verify(password_hash, password.encode("utf-8", "replace"))
            except (VerificationError, InvalidHashError):
                return False

    @cached_property
    def _nobody(self) -> str:
        return self.hasher.hash("nobody's password")


def _keys(name: str, address: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    return (((address, name.casefold()[:100]), MAX_FAILURES), ((address,), MAX_FAILURES_OF_AN_ADDRESS))
