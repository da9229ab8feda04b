"""Whom somebody is for the service: what they may do, and as whom a provider of sign-ins knows them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an account may do beside labeling: nothing; its own jobs; everything."""

    WORKER = "worker"
    OWNER = "owner"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person whom a provider has signed in. `issuer` and `subject` together never change and are nobody else's.

    `name` is a wish, for the account's name. `groups` are the service's; `managed` are those that the provider
    decides, None for all. `role` is None where the provider does not decide it.
    """

    issuer: str
    subject: str
    name: str
    groups: tuple[str, ...] = ()
    managed: frozenset[str] | None = None
    role: Role | None = None
