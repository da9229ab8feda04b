"""Samples that are too many for memory: columns of doubles in temporary files without a name, gone with the process."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from tempfile import TemporaryFile, gettempdir
from types import TracebackType
from typing import IO, Any, Protocol, overload

import numpy as np

from tracemark.errors import DiskFull
from tracemark_plotting.logs.columns import Values

_BYTES = 8
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Doubles(Protocol):
    """A column of doubles in memory or on disk, of which one or consecutive ones are looked at."""

    def __len__(self) -> int:
        """Return how many there are."""

    @overload
    def __getitem__(self, where: int, /) -> Any: ...
    @overload
    def __getitem__(self, where: slice, /) -> Values: ...
    def __getitem__(self, where: int | slice, /) -> Any:
        """Return a double, or consecutive ones as an array."""


@dataclass(slots=True)
class SpilledDoubles:
    """Doubles on disk, in the order in which they came; `shown` turns what was written into what is read."""

    file: IO[bytes]
    count: int = 0
    shown: Callable[[Values], Values] | None = None

    def append(self, values: Values) -> None:
        """Take the next doubles."""
        rest = _bytes_of(np.ascontiguousarray(values, dtype=np.float64))
        self.file.seek(self.count * _BYTES)
        while rest:  # without a buffer less may be written than was asked for
            rest = rest[self.file.write(rest) :]
        self.count += len(values)

    def seen(self, shown: Callable[[Values], Values]) -> SpilledDoubles:
        """Return the same doubles, each read as `shown` makes it."""
        return replace(self, shown=shown)

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, where: int, /) -> float: ...
    @overload
    def __getitem__(self, where: slice, /) -> Values: ...
    def __getitem__(self, where: int | slice, /) -> float | Values:
        """Return a double, or consecutive ones; a slice has no step."""
        if isinstance(where, slice):
            first, end, _ = where.indices(self.count)
            return self._read(first, max(end - first, 0))
        position = where + self.count if where < 0 else where
        if not 0 <= position < self.count:
            raise IndexError(where)
        return float(self._read(position, 1)[0])

    def _read(self, first: int, count: int) -> Values:
        found = np.empty(count)
        rest = _bytes_of(found)
        self.file.seek(first * _BYTES)
        while rest:
            rest = rest[self.file.readinto(rest) :]  # type: ignore[attr-defined]  # a file that has no buffer
        return self.shown(found) if self.shown else found


def _bytes_of(values: Values) -> memoryview:
    return memoryview(values.view(np.uint8).data)


class Spill:
    """The temporary files of one log, in the folder that TMPDIR names; each begins empty, all end with this.

    most_bytes: how many bytes they may take together; None: as many as the disk has. Beyond it nothing is kept.
    """

    def __init__(self, most_bytes: int | None = None) -> None:
        self._most_bytes = most_bytes
        self._stack = ExitStack()
        self._bytes = 0
        self.is_full = False

    def __enter__(self) -> Spill:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def reserve(self, doubles: int) -> bool:
        """Return whether so many more may be kept; once they may not, all that is here is given up."""
        self._bytes += doubles * _BYTES
        if self._most_bytes is not None and self._bytes > self._most_bytes:
            self.is_full = True
            self._stack.close()
        return not self.is_full

    def column(self) -> SpilledDoubles:
        """Return a new, empty column."""
        # Without a buffer: one that is left over on a full disk would be written, and fail, once more on closing.
        return SpilledDoubles(self._stack.enter_context(TemporaryFile(buffering=0)))


@contextmanager
def disk_watched(place: str) -> Iterator[None]:
    """Say it in our own words when the disk of the temporary files is full while the log at `place` is read or written.

    Raises:
        DiskFull: it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise DiskFull(
            f"the disk of temporary files, {gettempdir()}, is full ({error.strerror})",
            place=place,
            expected="room for a log that is long or packed, and for 11 bytes of each of its samples and times",
            remedy="make room, or let TMPDIR name a folder of another disk (in AWS raise PreLabelingEphemeralStorage "
            "or PlottingEphemeralStorage); with MAX_TRACE_DISK_BYTES longer logs are shown by their extremes",
        ) from error
