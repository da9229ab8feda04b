"""What stands before every body of a request: its length is said first, and one that breaks off is no error."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tracemark_groundtruth.web.connections import is_chunked

_log = logging.getLogger(__name__)


class Uploads:
    """Middleware that refuses bodies in chunks, which no client of this service sends, and logs aborted ones shortly.

    A flood of one-byte chunks would keep the parser, and everybody else, for seconds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and is_chunked(scope["headers"]):
            refusal = PlainTextResponse("Say the length of the body: Content-Length.", 411, {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            _log.warning("an upload broke off", extra={"path": scope["path"]})
