"""The bodies of requests: so many bytes of them are in this process at a time, and no sender holds all of these."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tracemark_groundtruth.errors import BodyTooLarge, NoRoomForBody
from tracemark_groundtruth.watching.rare_log import RareWarnings

MAX_BYTES = 64 * 1024 * 1024
MAX_BYTES_OF_ONE = 16 * 1024 * 1024
"""Of one sender: a quarter, so that a flood from one keeps out no other."""

NOBODY = ""
"""The sender of all bodies that come without a sign-in."""

RETRY_AFTER_SECONDS = 5

_log = logging.getLogger(__name__)


def _warnings() -> RareWarnings:
    return RareWarnings(_log, "bodies of requests were refused")


@dataclass
class Bodies:
    """Reads bodies and counts their bytes from their arrival until their request is over; for one event loop."""

    most: int = MAX_BYTES
    most_of_one: int = MAX_BYTES_OF_ONE
    _held: Counter[str] = field(default_factory=Counter)
    _bytes: int = 0
    _refused: RareWarnings = field(default_factory=_warnings)

    @property
    def in_flight(self) -> int:
        """The bytes that are held now."""
        return self._bytes

    @asynccontextmanager
    async def read(
        self, chunks: AsyncIterable[bytes], announced: str, limit: int, sender: str = NOBODY
    ) -> AsyncIterator[bytes]:
        """Read a body of at most `limit` bytes, and hold its room until the end of the context, whatever ends it.

        `announced` is the header Content-Length, empty where there is none.

        Raises:
            BodyTooLarge: it has more bytes, or says so before any is read.
            NoRoomForBody: there are too many bytes of others, or of this sender; later there will be room again.
        """
        if announced.isdecimal() and int(announced) > limit:
            raise _too_large(limit)
        parts: list[bytes] = []
        size = 0
        try:
            async for chunk in chunks:
                self._take(sender, len(chunk))
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                parts.append(chunk)
            body = b"".join(parts)
            parts.clear()
            yield body
        finally:
            self._give_back(sender, size)

    def _take(self, sender: str, size: int) -> None:
        if self._bytes + size > self.most:
            raise self._no_room("all senders together", self.most)
        if self._held[sender] + size > self.most_of_one:
            raise self._no_room("one sender" if sender else "those who are not signed in", self.most_of_one)
        self._bytes += size
        self._held[sender] += size

    def _give_back(self, sender: str, size: int) -> None:
        self._bytes -= size
        self._held[sender] -= size
        if not self._held[sender]:
            del self._held[sender]

    def _no_room(self, whose: str, most: int) -> NoRoomForBody:
        self._refused.note(f"too many bytes of {whose}")
        return NoRoomForBody(
            f"the service is being sent more than {most:,} bytes by {whose}",
            remedy=f"try again in {RETRY_AFTER_SECONDS} seconds",
        )


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        "the body of the request is too large", expected=f"at most {limit:,} bytes", remedy="send less at once"
    )
