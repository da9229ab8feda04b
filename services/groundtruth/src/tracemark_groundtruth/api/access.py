"""Who calls the API, and what they may do there."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tracemark.errors import quoted
from tracemark_groundtruth.api.errors import Denied, Expired, Unrecognized
from tracemark_groundtruth.api.signature import ApiKeys, SignedRequest
from tracemark_groundtruth.state.api_keys import ApiKey, PersonalKeys, SecretKey
from tracemark_groundtruth.state.audit import SERVICE, Action, Actor, Event
from tracemark_groundtruth.state.identity import Role
from tracemark_groundtruth.state.sealing import WrongKey

_ANYBODY_WITH_A_KEY = frozenset({"RenderUiTemplate", "DescribeWorkteam", "ListWorkteams"})
_OF_OWNERS = frozenset(
    {
        *("CreateLabelingJob", "DescribeLabelingJob", "ListLabelingJobs", "ListLabelingJobsForWorkteam"),
        *("StopLabelingJob", "AppendToLabelingJob", "AddTags", "ListTags", "DeleteTags"),
    }
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a request; `worker_id` is None for the service's own key, which may do everything."""

    name: str = "(service key)"
    role: Role = Role.ADMIN
    worker_id: str | None = None
    key_id: str = ""
    via: str = "API"

    @property
    def actor(self) -> Actor:
        """The caller in the audit log."""
        return Actor(self.via, self.name)

    def check(self, operation: str) -> None:
        """Accept an operation that the caller may call: an admin any, an owner those on jobs and those that only show.

        Raises:
            Denied: the caller may not.
        """
        allowed = _ANYBODY_WITH_A_KEY | _OF_OWNERS if self.role is Role.OWNER else frozenset[str]()
        if self.role is not Role.ADMIN and operation not in allowed:
            raise Denied(
                f"{self.name} is {self.role.value} and may not call {operation}",
                remedy=f"ask whoever runs the service: 'tracemark worker role {self.name} ROLE'",
            )

    def check_admin(self, what: str) -> None:
        """Accept something that only an admin may do.

        Raises:
            Denied: the caller is none.
        """
        if self.role is not Role.ADMIN:
            raise Denied(f"{self.name} is {self.role.value} and may not {what}", remedy="ask an admin to do it")

    @property
    def owner(self) -> str | None:
        """The id of the worker whose jobs the caller sees; None for all."""
        return None if self.role is Role.ADMIN else self.worker_id

    def event(self, action: Action, subject: str, **detail: str) -> Event:
        """Return what the audit log is to say of something that the caller did."""
        return Event(self.actor, action, subject, {**detail, **({"key": self.key_id} if self.key_id else {})})


SERVICE_CALLER = Caller()
LOCAL_CALLER = Caller(SERVICE.name, via=SERVICE.via)
"""A command that runs the service itself."""

_REFUSALS_EVERY_SECONDS = 3_600.0


@dataclass(frozen=True)
class KeyRing:
    """The keys of the API: the service's own, and those of persons.

    `record` writes to the audit log, for each key that is no longer valid at most once an hour.
    """

    own: ApiKeys
    personal: PersonalKeys | None = None
    record: Callable[[Event], None] = field(default=lambda _: None)
    _refused_at: dict[str, float] = field(default_factory=dict, repr=False)

    def recognize(self, head: SignedRequest, now: datetime) -> str:
        """Return the id of the key that signed a request whose body is not read yet: one that is known here.

        Raises:
            Unsigned, Stale, Unrecognized, StateUnavailable: see `authenticate`.
        """
        key_id = head.key_id()
        if not self._is_own(key_id):
            self._find(key_id)
        head.check_time(now)
        return key_id

    def authenticate(self, request: SignedRequest, now: datetime) -> tuple[Caller, str]:
        """Return who signed a request, and for which Region.

        Only to those who know its secret a key is said to be revoked or expired.

        Raises:
            Unsigned, Stale, WronglySigned: see `SignedRequest.verify`.
            Unrecognized: there is no such key, it is revoked, or its account is disabled.
            Expired: the key's time is over.
            StateUnavailable: the database does not answer.
        """
        key_id = request.key_id()
        if self._is_own(key_id):
            return SERVICE_CALLER, request.verify(self.own, now)
        found = self._find(key_id)
        region = request.verify(ApiKeys(key_id, found.secret), now)
        self._check_valid(found.key, now.timestamp())
        return _caller(found.key), region

    def _is_own(self, key_id: str) -> bool:
        return hmac.compare_digest(key_id.encode(), self.own.key_id.encode())

    def _find(self, key_id: str) -> SecretKey:
        try:
            found = self.personal.find(key_id) if self.personal else None
        except WrongKey as error:
            logger.error("an API key cannot be opened", extra={"key": key_id, "cause": str(error)})
            found = None
        if found is None:
            raise _unrecognized(key_id)
        return found

    def _check_valid(self, key: ApiKey, now: float) -> None:
        state = key.state(now)
        if state == "active":
            return
        if now - self._refused_at.get(key.key_id, float("-inf")) >= _REFUSALS_EVERY_SECONDS:
            self._refused_at[key.key_id] = now
            self.record(Event(Actor("API", key.account), Action.KEY_REFUSED, key.key_id, {"state": state}))
        if state == "expired":
            raise Expired(
                f"the key {key.key_id} has expired", remedy=f"make another: 'tracemark key create {key.account}'"
            )
        raise _unrecognized(key.key_id)


def _unrecognized(key_id: str) -> Unrecognized:
    return Unrecognized(
        f"the key {quoted(key_id)} is not valid here",
        remedy="use one that 'tracemark key create' made, or those of the file 'environment'; 'tracemark key list' "
        "says which are revoked",
    )


def _caller(key: ApiKey) -> Caller:
    return Caller(key.account, key.role, key.worker_id, key.key_id)
