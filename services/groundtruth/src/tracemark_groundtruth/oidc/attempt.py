"""A sign-in under way: what ties the provider's answer to the browser that asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from tracemark.document import Node
from tracemark.errors import InvalidDocument
from tracemark_groundtruth.errors import SignInRefused

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in: `state` comes back with the answer, `nonce` in the token; `verifier` (PKCE) goes with the code."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempts:
    """Begins sign-ins and finds them again by a cookie; all processes of the service share `secret`.

    The cookie holds a random id and an end. State, nonce and verifier are derived from the id with the secret: who
    sees the cookie learns none of them.
    """

    secret: bytes = field(repr=False)

    def begin(self, now: datetime) -> tuple[Attempt, str]:
        """Return a new sign-in and its cookie."""
        number = secrets.token_hex(16)
        return self._attempt(number), str(
            self._serializer().dumps({"id": number, "until": int((now + LIFETIME).timestamp())})
        )

    def find(self, cookie: str, state: str, now: datetime) -> Attempt:
        """Return the sign-in of a cookie, to which the provider's answer must belong.

        Raises:
            SignInRefused: there is none, its time is over, or the answer belongs to another.
        """
        try:
            node = Node(self._serializer().loads(cookie), "sign-in")
            attempt, until = self._attempt(node["id"].text()), node["until"].integer(0, 10**11)
        except (BadSignature, InvalidDocument) as error:
            raise _refused("this browser has no sign-in under way") from error
        if now.timestamp() >= until:
            raise _refused("the sign-in took more than ten minutes")
        if not hmac.compare_digest(attempt.state.encode(), state.encode("utf-8", "replace")):
            raise _refused("the provider's answer belongs to another sign-in")
        return attempt

    def _attempt(self, number: str) -> Attempt:
        return Attempt(*(self._derive(purpose, number) for purpose in ("state", "nonce", "verifier")))

    def _derive(self, purpose: str, number: str) -> str:
        digest = hmac.digest(self._key(), f"{purpose} {number}".encode("utf-8", "replace"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _key(self) -> bytes:
        return hmac.digest(self.secret, b"portal provider sign-in", hashlib.sha256)

    def _serializer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._key(), salt="cookie", signer_kwargs={"digest_method": hashlib.sha256})


def _refused(what: str) -> SignInRefused:
    return SignInRefused(what, remedy="sign in again, in one tab, with cookies allowed")
