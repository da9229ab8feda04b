"""What the service's pages and its API are told at the start."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


class CrowdElements(StrEnum):
    """Whose crowd elements a rendered template loads."""

    OWN = "own"
    AWS = "aws"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`secret` is 32 random bytes that outlive restarts: what signs cookies and links is derived from it.

    `hosts` are the values of the Host header that are answered, without a port. `secure_cookies` is for a service
    that workers reach by https.
    """

    secret: bytes
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    crowd_elements: CrowdElements = CrowdElements.OWN
    secure_cookies: bool = False
