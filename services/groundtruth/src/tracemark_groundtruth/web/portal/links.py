"""Links that sign one person in without a password: once, within minutes, in the process that made them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from itsdangerous import BadSignature, URLSafeSerializer

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.errors import LinkRefused

LINKS_PATH = "/sign-in/link/"
LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link says: whom it signs in, and the job whose first task is shown then; none when `job` is empty.

    `credential` changes with the account's password, see `Sessions.credential`.
    """

    id: str
    account_name: str
    credential: str
    job: str
    expires_at: datetime

    @classmethod
    def parse(cls, value: Json) -> Invitation:
        """Read the result of `to_json`.

        Raises:
            InvalidDocument: it is something else.
        """
        node = Node(value, "link")
        until = datetime.fromtimestamp(node["until"].integer(0, 10**11), UTC)
        return cls(node["id"].text(), node["name"].text(), node["credential"].text(), node["job"].text(), until)

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"id", "name", "credential", "job", "until"}`, the moment in whole seconds."""
        until = int(self.expires_at.timestamp())
        names = {"id": self.id, "name": self.account_name, "credential": self.credential, "job": self.job}
        return {**names, "until": until}


@dataclass(frozen=True)
class SignInLinks:
    """Makes and redeems links. Signed with the service's secret, and known to this process alone: a link that was used,
    and one of an earlier process, is worth nothing. Threads may share it; `now` returns the time in UTC.
    """

    secret: bytes = field(repr=False)
    now: Callable[[], datetime]
    _open: dict[str, datetime] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def path(self, account: Account, credential: str, job: str = "") -> str:
        """Return the path of a new link for an account."""
        moment = self.now()
        invitation = Invitation(secrets.token_urlsafe(24), account.name, credential, job, moment + LIFETIME)
        with self._lock:
            for old in [each for each, end in self._open.items() if end <= moment]:
                del self._open[old]
            self._open[invitation.id] = invitation.expires_at
        return f"{LINKS_PATH}{self._serializer().dumps(dict(invitation.to_json()))}"

    def redeem(self, text: str) -> Invitation:
        """Return what a link says; it has no effect a second time.

        Raises:
            LinkRefused: it was altered, used, made by another process, or is too old.
        """
        try:
            invitation = Invitation.parse(self._serializer().loads(text))
        except (BadSignature, InvalidDocument) as error:
            raise LinkRefused("the link was not made by this service") from error
        with self._lock:
            known = self._open.pop(invitation.id, None)
        if known is None:
            raise LinkRefused("the link was used before, or belongs to an earlier start of the service")
        if self.now() >= min(known, invitation.expires_at):
            raise LinkRefused("the link is too old")
        return invitation

    def _serializer(self) -> URLSafeSerializer:
        key = hmac.digest(self.secret, b"portal sign-in link", hashlib.sha256)
        return URLSafeSerializer(key, signer_kwargs={"digest_method": hashlib.sha256})
