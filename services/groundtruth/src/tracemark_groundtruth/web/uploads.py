"""What stands before every body of a request: its length is said first, and one that breaks off is no error."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tracemark_groundtruth.watching.rare_log import RareWarnings
from tracemark_groundtruth.web.requests import route_of

_log = logging.getLogger(__name__)


class Uploads:
    """Middleware that refuses bodies in chunks, which no client of this service sends, and counts aborted ones.

    A flood of one-byte chunks would keep the parser, and everybody else, for seconds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._broken = RareWarnings(_log, "uploads broke off")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and is_chunked(scope["headers"]):
            refusal = PlainTextResponse("Say the length of the body: Content-Length.", 411, {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            self._broken.note(route_of(scope))


def is_chunked(headers: list[tuple[bytes, bytes]]) -> bool:
    """Return whether a request's body comes in chunks; the names of `headers` are in lower case."""
    return any(name == b"transfer-encoding" for name, _ in headers)
