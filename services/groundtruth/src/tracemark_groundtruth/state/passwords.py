"""Passwords: only their argon2id hashes are kept."""

from __future__ import annotations

from argon2 import PasswordHasher

from tracemark.errors import InvalidConfiguration

MIN_PASSWORD = 12
MAX_PASSWORD = 256

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the hash of a new password.

    Raises:
        InvalidConfiguration: it has fewer than 12 characters, or more than 256.
    """
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidConfiguration(
            f"the password has {len(password)} characters",
            expected=f"{MIN_PASSWORD} to {MAX_PASSWORD}",
            remedy="choose another",
        )
    return _hasher.hash(password)
