"""Objects of any size to clients of any speed: one piece in memory for each download, and so many at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from threading import BoundedSemaphore
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tracemark.errors import StorageUnavailable
from tracemark.storage.s3uri import S3Uri

PIECE_BYTES = 1024 * 1024
MAX_DOWNLOADS = 64
READS_AT_ONCE = 8
_WAIT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Slots:
    """How many downloads there may be at a time; each begins only with a slot and gives it back."""

    def __init__(self, count: int = MAX_DOWNLOADS, wait_seconds: float = _WAIT_SECONDS) -> None:
        self._free, self._wait_seconds = BoundedSemaphore(count), wait_seconds

    def take(self) -> bool:
        """Take a slot, waiting for one for a while; return whether there was one."""
        return self._free.acquire(timeout=self._wait_seconds)

    def give_back(self) -> None:
        """Give a slot back."""
        self._free.release()


class Download(Response):
    """An object, or the part that `stored` (an answer of `get_object`) has; whoever makes it has taken a slot.

    Of a large one only the first piece is read from `stored`. The others are asked for one by one, each when the one
    before is sent, so that neither this process nor S3 holds what a slow client has not read.
    """

    def __init__(
        self, client: Any, uri: S3Uri, stored: Mapping[str, Any], headers: Mapping[str, str], slots: Slots
    ) -> None:
        self.status_code, self.background, self.body = (206 if "ContentRange" in stored else 200), None, b""
        self.init_headers(headers)
        self._ask = _pieces(client, uri, stored)
        self._size, self._slots = int(stored["ContentLength"]), slots
        self._first = _first_piece(stored)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a client that is gone ends it."""
        try:
            await self._send(Request(scope, receive), send)
        finally:
            self._slots.give_back()

    async def _send(self, request: Request, send: Send) -> None:
        reads = CapacityLimiter(1)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        piece, sent = self._first, 0
        self._first = b""
        while request.method != "HEAD" and not await request.is_disconnected():
            sent += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": sent < self._size})
            if sent >= self._size:
                return
            try:
                piece = await run_sync(self._ask, sent, limiter=reads)
            except StorageUnavailable as error:
                # The status is sent already: the answer breaks off, which the client sees.
                _log.error("a download broke off", extra={"cause": str(error)})
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _first_piece(stored: Mapping[str, Any]) -> bytes:
    with closing(stored["Body"]) as body:
        return bytes(body.read(min(PIECE_BYTES, int(stored["ContentLength"]))))


def _pieces(client: Any, uri: S3Uri, stored: Mapping[str, Any]) -> Callable[[int], bytes]:
    """Return what reads the piece of `stored` that begins at an offset."""
    shown = str(stored.get("ContentRange", "bytes 0-")).removeprefix("bytes ")
    begin, size = int(shown.partition("-")[0]), int(stored["ContentLength"])

    def read(offset: int) -> bytes:
        last = min(offset + PIECE_BYTES, size) - 1
        span = f"bytes={begin + offset}-{begin + last}"
        try:
            answer = client.get_object(Bucket=uri.bucket, Key=uri.key, Range=span, IfMatch=stored["ETag"])
            with closing(answer["Body"]) as body:
                return bytes(body.read())
        except (ClientError, BotoCoreError) as error:
            raise StorageUnavailable(f"an object could not be read to its end ({error})", place=str(uri)) from error

    return read
