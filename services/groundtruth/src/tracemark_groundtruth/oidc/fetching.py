"""A provider's documents over HTTP: bounded in size and time, redirects not followed."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from tracemark.document import Node, read_json
from tracemark.errors import InvalidConfiguration, InvalidDocument, one_line
from tracemark_groundtruth.errors import ProviderUnavailable
from tracemark_groundtruth.oidc.settings import LOOPBACK, PREFIX

TIMEOUTS = (3.0, 10.0)
"""Seconds to connect, and for each piece of an answer."""

MAX_ANSWER_BYTES = 1024 * 1024
_DEPTH = 32


class Bearer(requests.auth.AuthBase):
    """Sends an access token; without one nothing, not even what the machine's .netrc holds for the host."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """See `requests`."""
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def fetch(url: str, token: str = "") -> Node:
    """Return the JSON document at a URL.

    Raises:
        ProviderUnavailable: it cannot be had now.
        InvalidConfiguration: what is there is no such document.
    """
    try:
        with requests.Session() as session:
            session.trust_env = may_use_proxy(url)
            with session.get(url, timeout=TIMEOUTS, allow_redirects=False, stream=True, auth=Bearer(token)) as answer:
                status, data = answer.status_code, answer.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise unavailable(url, one_line(str(error), 200)) from error
    if status >= 500 or status == 429:
        raise unavailable(url, f"status {status}")
    if status != 200 or len(data) > MAX_ANSWER_BYTES:
        raise _wrong(url, f"the provider answered with status {status} and {len(data):,} bytes")
    try:
        return read_json(data, url, depth=_DEPTH)
    except InvalidDocument as error:
        raise _wrong(url, error.what) from error


def may_use_proxy(url: str) -> bool:
    """Return whether the machine's proxy may be used for a URL: not for addresses of the machine itself."""
    return urlsplit(url).hostname not in LOOPBACK


def unavailable(url: str, cause: str) -> ProviderUnavailable:
    """Return the error that a provider does not answer."""
    return ProviderUnavailable(f"the provider of sign-ins does not answer ({cause})", place=url, remedy="try again")


def _wrong(url: str, what: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        what,
        place=url,
        expected="a JSON document of at most 1 MiB with status 200",
        remedy=f"correct {PREFIX}ISSUER",
    )
