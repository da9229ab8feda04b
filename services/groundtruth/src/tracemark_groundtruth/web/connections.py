"""How applications are served over HTTP: one configuration of uvicorn for all of this project's servers."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tracemark_groundtruth.watching.rare_log import RareRecords, RareWarnings
from tracemark_groundtruth.web.descriptors import raise_descriptor_limit
from tracemark_groundtruth.web.proxies import BehindProxies
from tracemark_groundtruth.web.uploads import is_chunked

GRACEFUL_SECONDS = 4
"""How long requests under way may take to their end once the server is told to end."""

END_SECONDS = 9.0
"""How long everything else may take then: less than the ten seconds that Docker gives before it kills."""

MAX_CONNECTIONS = 4_096
_TICK_SECONDS = 1.0
_SLICE_BYTES = 4 * 1024
_HEAD_BYTES = 64 * 1024
_REQUESTS_AHEAD = 16

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Seconds for the headers and for the whole body of a request, and for a client to read 48 kB of an answer.

    `unread_seconds` are for the rest of a body whose request was answered without it, which is thrown away: a client
    that is still sending would lose the answer with its connection. `connections` are those at a time; each beyond is
    closed as soon as it is accepted.
    """

    header_seconds: float = 15.0
    body_seconds: float = 60.0
    unread_seconds: float = 10.0
    write_seconds: float = 30.0
    connections: int = MAX_CONNECTIONS


_closed = RareWarnings(_log, "connections were closed")
_rarely = RareRecords()


class _Part(StrEnum):
    """How far the request that is coming in has come."""

    NONE = "no part"
    HEADERS = "headers"
    BODY = "body"


class Connection(HttpToolsProtocol):
    """One connection of a client: what is written goes out at once, and a client that stalls is not waited for.

    The parser itself sets no bounds to headers, nor to requests that are sent ahead of their answers.
    """

    limits = ConnectionLimits()
    cycle: RequestResponseCycle | None  # type: ignore[assignment]
    _part = _Part.NONE
    _is_new = False
    _head_bytes = 0
    _phase = ""
    _timer: asyncio.TimerHandle | None = None
    _stall: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        # asyncio does so only for sockets whose protocol is said to be TCP; those of `socket.create_server` say 0.
        # Without it the body of each answer waits 40 ms for the client's delayed acknowledgement of the headers.
        accepted: socket.socket | None = transport.get_extra_info("socket")
        if accepted is not None and accepted.family in (socket.AF_INET, socket.AF_INET6):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._give_up("there are too many")
        else:
            self._enter("headers", self.limits.header_seconds)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`; a body in chunks is read no further."""
        # In slices: a flood of one-byte chunks is met before the parser has gone through all of it.
        for start in range(0, len(data), _SLICE_BYTES):
            part = data[start : start + _SLICE_BYTES]
            super().data_received(part)
            if self.transport.is_closing() or self._is_beyond_bounds(len(part)):
                return
            if self._part is _Part.BODY and is_chunked(self.headers):
                self.flow.pause_reading()
                break
        if self._is_new and self._part is _Part.BODY:
            self.flow.pause_reading()  # until somebody asks for the body: most are refused by their headers
        self._is_new = False
        self._follow()

    def on_message_begin(self) -> None:
        """See httptools."""
        self._part, self._head_bytes = _Part.HEADERS, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """See httptools."""
        self._part, self._is_new = _Part.BODY, True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """See httptools."""
        self._part = _Part.NONE
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._leave()
        self._end_stall()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """See uvicorn."""
        super().on_response_complete()
        if self._part is _Part.BODY and (answered := self._answered()):
            answered.body.clear()
            if self.expect_100_continue:  # whether the body comes now, only the client knows
                self.transport.close()
        if self.transport.is_closing():  # what is still to be sent may never be read
            self._enter("last bytes", self.limits.write_seconds)
        else:
            self._follow()

    def timeout_keep_alive_handler(self) -> None:
        """See uvicorn."""
        super().timeout_keep_alive_handler()
        self._enter("last bytes", self.limits.write_seconds)

    def pause_writing(self) -> None:
        """See `asyncio.Protocol`: the client reads more slowly than it is sent to."""
        super().pause_writing()
        self._end_stall()
        self._stall = self.loop.call_later(self.limits.write_seconds, self._give_up, "they did not read their answer")

    def resume_writing(self) -> None:
        """See `asyncio.Protocol`."""
        self._end_stall()
        super().resume_writing()

    def _is_beyond_bounds(self, received: int) -> bool:
        if len(self.pipeline) > _REQUESTS_AHEAD:
            self._give_up("they sent too many requests ahead")
            return True
        if self._part is not _Part.HEADERS:
            return False
        self._head_bytes += received
        if self._head_bytes > _HEAD_BYTES:
            self._give_up("their headers were too large")
            return True
        return False

    def _follow(self) -> None:
        """Have the phase of the request in time: each is timed from its beginning, however often bytes come."""
        if self._part is _Part.BODY and self._answered():
            self._enter("refused body", self.limits.unread_seconds)
        elif self._part is _Part.BODY:
            self._enter("body", self.limits.body_seconds)
        elif self._part is _Part.HEADERS or self.cycle is None:
            self._enter("headers", self.limits.header_seconds)
        else:
            self._leave()
            self._wait_for_next()

    def _answered(self) -> RequestResponseCycle | None:
        return self.cycle if self.cycle and self.cycle.response_complete else None

    def _wait_for_next(self) -> None:
        """Have an idle connection end, also one that sent something after its answer: uvicorn forgets it then."""
        if self._answered() and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def _enter(self, phase: str, seconds: float) -> None:
        if self._phase != phase:
            self._leave()
            self._phase = phase
            self._timer = self.loop.call_later(seconds, self._give_up, f"their {phase} took too long")

    def _leave(self) -> None:
        self._phase = ""
        if self._timer:
            self._timer.cancel()

    def _end_stall(self) -> None:
        if self._stall:
            self._stall.cancel()

    def _give_up(self, reason: str) -> None:
        _closed.note(reason)
        self.transport.abort()


class Server(uvicorn.Server):
    """A server whose process ends within `END_SECONDS` of being told so, whatever hangs.

    While nobody asks it anything it wakes up once a second, for the date that answers carry; uvicorn does ten times.
    """

    _wake: Callable[[], object] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """See uvicorn."""
        if not self.should_exit:
            end_within(END_SECONDS, 128 + sig)
        super().handle_exit(sig, frame)
        self._wake_up()

    def end(self) -> None:
        """Have the server end, from any thread."""
        self.should_exit = True
        self._wake_up()

    async def main_loop(self) -> None:
        """See uvicorn."""
        woken, loop = asyncio.Event(), asyncio.get_running_loop()
        self._wake = partial(loop.call_soon_threadsafe, woken.set)
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), _TICK_SECONDS)
        self._wake = None

    def _wake_up(self) -> None:
        if self._wake:
            self._wake()


def end_within(seconds: float, code: int, leave: Callable[[int], object] = os._exit) -> None:
    """End this process in some time, should it still be there: what it does is saved, and done again when it starts."""

    def end() -> None:
        names = sorted({thread.name for thread in threading.enumerate() if not thread.daemon})
        _log.error("ended while something hung", extra={"seconds": seconds, "threads": names})
        sys.stderr.flush()
        leave(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


def connection_limits(descriptors: int) -> ConnectionLimits:
    """Return the limits for a process that may open so many files: half of them are for connections."""
    return ConnectionLimits(connections=min(MAX_CONNECTIONS, descriptors // 2))


def http_config(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    limits: ConnectionLimits | None = None,
    trusted_proxies: Sequence[str] = (),
) -> uvicorn.Config:
    """Return the configuration with which uvicorn serves an application; port 0 takes a free one.

    `trusted_proxies`: see `BehindProxies`. Without `limits` they follow from the files that the process may open, which
    are raised to the most there may be.
    """
    logging.getLogger("uvicorn.error").addFilter(_rarely)
    chosen = limits or connection_limits(raise_descriptor_limit())
    return uvicorn.Config(
        BehindProxies(app, trusted_proxies) if trusted_proxies else app,
        host,
        port,
        http=type("LimitedConnection", (Connection,), {"limits": chosen}),
        ws="none",
        lifespan="off",
        log_config=None,  # what it says stands in the log of everything else
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
