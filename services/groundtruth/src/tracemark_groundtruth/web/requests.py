"""Every request from outside the application: its number, what it took, and an answer even where something broke."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tracemark_groundtruth.watching.request_id import HEADER, current, request_id
from tracemark_groundtruth.watching.watch import UNWATCHED, Watch
from tracemark_groundtruth.web.proxies import is_from_proxy

NO_ROUTE = "none"
"""The route of a request that fits none: paths come from outside, and are no labels."""

_HEADER = HEADER.encode("ascii")
_PARENT = b"traceparent"

_log = logging.getLogger(__name__)


@dataclass
class _Answer:
    """How far the answer to a request has come."""

    status: int = 0


class Requests:
    """Stands before everything else; what was not caught is logged here, and answered without saying what it was."""

    def __init__(self, app: ASGIApp, watch: Watch = UNWATCHED) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, answer = time.perf_counter(), _Answer()
        number = request_id(_said_by_proxy(scope, _HEADER))
        token = current.set(number)

        async def send_numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        with self._watch.request(_said_by_proxy(scope, _PARENT).decode("latin-1")):
            try:
                await self._answer(scope, receive, send_numbered, answer)
            finally:
                self._watch.note_request(route_of(scope), answer.status or 500, time.perf_counter() - begun)
                current.reset(token)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception:
            _log.exception("a request could not be answered", extra={"route": route_of(scope)})
            if answer.status:
                raise  # the client sees that the connection breaks off
            text = f"Something went wrong in the service. Report this with the number {current.get()}.\n"
            await PlainTextResponse(text, 500)(scope, receive, send)


def route_of(scope: Scope) -> str:
    """Return the route by which a request was answered, such as `GET /tasks/{task}`; a path is never in it."""
    route = scope.get("route")
    if not isinstance(route, Route) or scope["method"] not in (route.methods or ()):
        return NO_ROUTE
    return f"{scope['method']} {route.path}"


def _said_by_proxy(scope: Scope, header: bytes) -> bytes:
    if not is_from_proxy(scope):
        return b""
    return next((value for name, value in scope["headers"] if name == header), b"")
