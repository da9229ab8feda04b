"""Secrets at rest: encrypted and authenticated with AES-GCM, each bound to the place where it is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tracemark.errors import InvalidConfiguration

SECRET_KEY = "TRACEMARK_SECRET_KEY"  # noqa: S105 - the name of a variable
MIN_KEY = 32

_PREFIX = "sealed:"
_NONCE_BYTES = 12


class WrongKey(Exception):
    """A secret was sealed with another key, or for another place, or was altered."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens texts with a key of 32 bytes."""

    key: bytes = field(repr=False)

    @classmethod
    def of_passphrase(cls, text: str) -> Seal:
        """Return the seal of a long random text.

        Raises:
            InvalidConfiguration: it is too short to be one.
        """
        if len(text) < MIN_KEY:
            raise InvalidConfiguration(
                f"{SECRET_KEY} has {len(text)} characters",
                expected=f"at least {MIN_KEY} random ones",
                remedy="make one with 'openssl rand -base64 32', and keep it apart from the database",
            )
        return cls(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())

    @classmethod
    def derived(cls, secret: bytes, purpose: str) -> Seal:
        """Return the seal for one purpose of a service's secret."""
        return cls(hmac.digest(secret, f"seal {purpose}".encode(), hashlib.sha256))

    def seal(self, text: str, place: str) -> str:
        """Return a text that only this seal opens, and only as that of `place`."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.key).encrypt(nonce, text.encode(), place.encode())
        return _PREFIX + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Return what was sealed.

        Raises:
            WrongKey: this seal did not seal it, or not for this place.
        """
        try:
            data = base64.b64decode(sealed.removeprefix(_PREFIX), validate=True)
            return AESGCM(self.key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise WrongKey("the secret was sealed with another key") from error


def is_sealed(text: str) -> bool:
    """Return whether a text is one that was sealed."""
    return text.startswith(_PREFIX)
