"""Which webhooks are told of jobs, and which addresses they may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from tracemark.errors import InvalidConfiguration, quoted

URLS = "TRACEMARK_WEBHOOKS"
SECRET = "TRACEMARK_WEBHOOK_SECRET"  # noqa: S105 - the variable's name
HOSTS = "TRACEMARK_WEBHOOK_HOSTS"
MOST_URLS = 8
MIN_SECRET = 32

_URL = re.compile(r"https?://[!-~]{1,2000}")
_EXPECTED = "https:// addresses separated by commas, or http:// ones of this machine or of a host of " + HOSTS


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """The webhooks at `urls`, told with signatures by `secret`."""

    urls: tuple[str, ...] = ()
    secret: bytes = field(default=b"", repr=False)

    @classmethod
    def parse(cls, environ: Mapping[str, str]) -> WebhookSettings:
        """Read TRACEMARK_WEBHOOKS, TRACEMARK_WEBHOOK_SECRET and TRACEMARK_WEBHOOK_HOSTS.

        Raises:
            InvalidConfiguration: an address is not allowed, there are too many, or the secret is missing or short.
        """
        urls = tuple(dict.fromkeys(_parts(environ.get(URLS, ""))))
        if not urls:
            return cls()
        if len(urls) > MOST_URLS:
            raise InvalidConfiguration(
                f"{URLS} has {len(urls)} addresses", expected=f"at most {MOST_URLS}", remedy="let one pass events on"
            )
        hosts = frozenset(host.lower() for host in _parts(environ.get(HOSTS, "")))
        for number, url in enumerate(urls, 1):
            _check(url, number, hosts)
        return cls(urls, _secret(environ.get(SECRET, "")))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _secret(text: str) -> bytes:
    if len(text) < MIN_SECRET:
        raise InvalidConfiguration(
            f"{SECRET} has {len(text)} characters",
            expected=f"at least {MIN_SECRET}",
            remedy="set it to what `openssl rand -hex 32` prints, here and where events are received",
        )
    return text.encode()


def _check(url: str, number: int, hosts: frozenset[str]) -> None:
    # The path of a webhook is often its password: errors show the host alone.
    try:
        parts = urlsplit(url)
        if not _URL.fullmatch(url) or not parts.hostname or parts.port == 0:
            raise ValueError("it is no http:// or https:// address")
    except ValueError as error:
        raise _refused(number, "", str(error)) from error
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _refused(number, parts.hostname, "it contains a user, a password or a fragment")
    if not _is_allowed(parts, hosts):
        raise _refused(number, parts.hostname, "it would send events in the clear")


def _is_allowed(parts: SplitResult, hosts: frozenset[str]) -> bool:
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" or host in hosts or _is_this_machine(host)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(number: int, host: str, cause: str) -> InvalidConfiguration:
    named = f" ({quoted(host)})" if host else ""
    return InvalidConfiguration(
        f"address {number} of {URLS}{named} cannot be used: {cause}",
        expected=_EXPECTED,
        remedy="correct the address, or unset the variable",
    )
