"""Sessions of signed-in workers in a signed cookie, so that all processes of the service accept them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.errors import SignInNeeded

COOKIE = "tracemark_session"
KNOWN_COOKIE = "tracemark_known"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. `credential` changes with the password: a new password ends all existing sessions.

    A session that is `by_provider` is never renewed, so that who may no longer sign in there is out when it ends.
    """

    id: str
    account_name: str
    credential: str
    expires_at: datetime
    by_provider: bool = False

    @classmethod
    def parse(cls, value: Json) -> Session:
        """Read the result of `to_json`.

        Raises:
            InvalidDocument: it is something else.
        """
        node = Node(value, "session")
        by_provider = node.get("provider")
        return cls(
            node["id"].text(),
            node["name"].text(),
            node["credential"].text(),
            datetime.fromtimestamp(node["until"].integer(0, 10**11), UTC),
            by_provider.flag() if by_provider else False,
        )

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"id", "name", "credential", "until", "provider"}`, the moment in whole seconds."""
        until = int(self.expires_at.timestamp())
        names = {"id": self.id, "name": self.account_name, "credential": self.credential}
        return {**names, "until": until, "provider": self.by_provider}

    def renew(self, now: datetime) -> Session | None:
        """Return this session with a new end, or None while less than half of its time is over, or for good."""
        if self.by_provider or self.expires_at - now > LIFETIME / 2:
            return None
        return replace(self, expires_at=now + LIFETIME)


@dataclass(frozen=True, eq=False)
class Sessions:
    """Creates and reads sessions, and derives their tokens. All processes share `secret`."""

    secret: bytes = field(repr=False)
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    def begin(self, account: Account, now: datetime) -> Session:
        """Return a new session of an account."""
        return Session(secrets.token_hex(16), account.name, self.credential(account), now + LIFETIME)

    def begin_by_provider(self, account: Account, now: datetime, lifetime: timedelta) -> Session:
        """Return a new session of an account that a provider has signed in; it is never renewed."""
        return replace(self.begin(account, now), expires_at=now + lifetime, by_provider=True)

    def cookie(self, session: Session) -> str:
        """Return the value of the cookie."""
        return str(self._serializer.dumps(dict(session.to_json())))

    def read(self, cookie: str, now: datetime) -> Session:
        """Return the session of a cookie.

        Raises:
            SignInNeeded: it was altered, or has expired.
        """
        try:
            session = Session.parse(self._serializer.loads(cookie))
        except (BadSignature, InvalidDocument) as error:
            raise SignInNeeded("the session was not created by this service") from error
        if now >= session.expires_at:
            raise SignInNeeded("the session has expired")
        return session

    def credential(self, account: Account) -> str:
        """Return a text that changes with the account's password and does not reveal it."""
        return self._derive("credential", account.subject, account.password_hash)

    def form_token(self, session: Session) -> str:
        """Return the token that every request that changes something must carry."""
        return self._derive("form", session.id)

    def task_nonce(self, session: Session, task_id: str) -> str:
        """Return the nonce by which a task's frame and the page around it recognize each other."""
        return self._derive("task", session.id, task_id)

    def known_browser(self, name: str) -> str:
        """Return the value of the cookie by which a browser is known to have been signed in to a name."""
        browser = secrets.token_hex(16)
        return f"{browser}.{self._derive('browser', browser, name.casefold())}"

    def browser_of(self, cookie: str, name: str) -> str | None:
        """Return what the browser of a cookie is called, or None when it never was signed in to this name."""
        browser, _, signature = cookie.partition(".")
        right = self._derive("browser", browser, name.casefold())
        known = hmac.compare_digest(signature.encode("utf-8", "replace"), right.encode())
        return f"browser {browser}" if known else None

    @cached_property
    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._key("session"), signer_kwargs={"digest_method": hashlib.sha256})

    def _derive(self, purpose: str, *parts: str) -> str:
        return hmac.digest(self._key(purpose), "\n".join(parts).encode("utf-8", "replace"), "sha256").hex()

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._keys:
            self._keys[purpose] = hmac.digest(self.secret, f"portal {purpose}".encode(), "sha256")
        return self._keys[purpose]
