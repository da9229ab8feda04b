"""What the audit log learns of sign-ins: never what was typed, and of a flood only how many there were."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from cachetools import TTLCache
from starlette.requests import Request

from tracemark.document import Json
from tracemark_groundtruth.state.audit import Action, Actor, Event, further
from tracemark_groundtruth.state.hourly_bound import HourlyBound

UNKNOWN = "(unknown)"

_SESSIONS_KEPT = 10_000
_KEPT_SECONDS = 12 * 3_600.0


def _unrecorded(event: Event) -> None:
    """Forget an event: a portal without a database has no audit log."""


@dataclass
class SignInLog:
    """Records sign-ins by `record`; `clock` returns seconds that only grow. Each process counts for itself."""

    record: Callable[[Event], None] = _unrecorded
    clock: Callable[[], float] = time.monotonic
    _bounds: dict[Action, HourlyBound] = field(init=False, repr=False)
    _ended: TTLCache[str, None] = field(init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        actions = (Action.SIGN_IN, Action.SIGN_IN_FAILED, Action.SIGN_OUT)
        self._bounds = {action: HourlyBound(self.clock) for action in actions}
        self._ended = TTLCache(_SESSIONS_KEPT, _KEPT_SECONDS, timer=self.clock)

    def signed_in(self, request: Request, account: str, how: str) -> None:
        """Record that a person signed in; `how` is password, link or provider."""
        self._record(request, Action.SIGN_IN, account, {"how": how}, account)

    def signed_out(self, request: Request, account: str, session: str) -> None:
        """Record that a person ended a session, once: a copy of its cookie can be sent again."""
        with self._lock:
            known = session in self._ended
            self._ended[session] = None
        if not known:
            self._record(request, Action.SIGN_OUT, account, {}, account)

    def failed(self, request: Request, account: str, how: str, reason: str) -> None:
        """Record that somebody did not sign in; `account` is empty where there is none of the name that was given.

        The name itself is not recorded then: some type their password there.
        """
        self._record(request, Action.SIGN_IN_FAILED, account or UNKNOWN, {"how": how, "reason": reason}, "")

    def _record(self, request: Request, action: Action, account: str, detail: dict[str, Json], counted: str) -> None:
        """Record an event, unless too many of the name `counted` were recorded lately."""
        unrecorded = self._bounds[action].admit(counted)
        if unrecorded is not None:
            self.record(_event(request, action, account, {**detail, **further(unrecorded)}))


def _event(request: Request, action: Action, account: str, detail: dict[str, Json]) -> Event:
    address = request.client.host if request.client else ""
    return Event(Actor("portal", account), action, account, {**detail, "address": address})
