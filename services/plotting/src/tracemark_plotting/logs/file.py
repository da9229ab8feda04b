"""A log as bytes that can be read from anywhere, and how errors call it."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import IO

HEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log to read: a seekable binary `stream`; `place` is how errors call it and ends in the file's name."""

    stream: IO[bytes]
    place: str
    head: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.stream.seek(0)
        object.__setattr__(self, "head", self.stream.read(HEAD_BYTES))
        self.stream.seek(0)

    @classmethod
    def of(cls, data: bytes, place: str) -> LogFile:
        """Return bytes in memory as a log."""
        return cls(io.BytesIO(data), place)

    @property
    def size(self) -> int:
        """How many bytes there are."""
        size = self.stream.seek(0, io.SEEK_END)
        self.stream.seek(0)
        return size
