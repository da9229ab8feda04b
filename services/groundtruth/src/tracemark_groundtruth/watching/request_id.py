"""The number of the request that is being answered, in every thread that works for it."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

HEADER = "x-request-id"

current: ContextVar[str] = ContextVar("tracemark_request_id", default="")
"""The request's number, empty outside of one; threads started by `anyio` see that of their request."""

_WELL_FORMED = re.compile(rb"[A-Za-z0-9._~+/=:@-]{1,128}")


def new_request_id() -> str:
    """Return a number that no other request has."""
    return secrets.token_hex(8)


def request_id(given: bytes) -> str:
    """Return the number of a request: the one that was `given` with it if that is well-formed, else a new one."""
    return given.decode("ascii") if _WELL_FORMED.fullmatch(given) else new_request_id()
