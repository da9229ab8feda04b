"""What the audit log learns of sign-ins: never what was typed, and of a flood of failures only how many there were."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from starlette.requests import Request

from tracemark.document import Json
from tracemark_groundtruth.state.audit import Action, Actor, Event

FAILURES_PER_HOUR = 600
UNKNOWN = "(unknown)"

_HOUR_SECONDS = 3_600.0


def _unrecorded(event: Event) -> None:
    """Forget an event: a portal without a database has no audit log."""


@dataclass
class SignInLog:
    """Records sign-ins by `record`; `clock` returns seconds that only grow. Each process counts for itself."""

    record: Callable[[Event], None] = _unrecorded
    clock: Callable[[], float] = time.monotonic
    _hour_began: float = field(default=float("-inf"))
    _failures: int = 0
    _lock: Lock = field(default_factory=Lock)

    def signed_in(self, request: Request, account: str, how: str) -> None:
        """Record that a person signed in; `how` is password, link or provider."""
        self.record(_event(request, Action.SIGN_IN, account, {"how": how}))

    def signed_out(self, request: Request, account: str) -> None:
        """Record that a person signed out."""
        self.record(_event(request, Action.SIGN_OUT, account, {}))

    def failed(self, request: Request, account: str, how: str, reason: str) -> None:
        """Record that somebody did not sign in; `account` is empty where there is none of the name that was given.

        The name itself is not recorded then: some type their password there.
        """
        recorded, unrecorded = self._count()
        if recorded:
            further: dict[str, Json] = {"earlier_unrecorded": unrecorded} if unrecorded else {}
            detail = {"how": how, "reason": reason, **further}
            self.record(_event(request, Action.SIGN_IN_FAILED, account or UNKNOWN, detail))

    def _count(self) -> tuple[bool, int]:
        """Return whether this failure is recorded, and how many of the hour before were not."""
        with self._lock:
            unrecorded = 0
            if self.clock() - self._hour_began >= _HOUR_SECONDS:
                unrecorded = max(0, self._failures - FAILURES_PER_HOUR)
                self._hour_began, self._failures = self.clock(), 0
            self._failures += 1
            return self._failures <= FAILURES_PER_HOUR, unrecorded


def _event(request: Request, action: Action, account: str, detail: dict[str, Json]) -> Event:
    address = request.client.host if request.client else ""
    return Event(Actor("portal", account), action, account, {**detail, "address": address})
