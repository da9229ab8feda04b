"""Figures of the state, read when somebody asks for them, and not again for some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

KEPT_SECONDS = 5.0
KEPT_FACTOR = 20
"""Where reading them takes long, reading is a twentieth of the time at most, however often somebody asks."""


@dataclass(frozen=True, slots=True)
class StateFigures:
    """Of the jobs that are not over: jobs by status, unfinished objects by state.

    `oldest_due_at` is when the object that waits longest for its label got its last answer, in seconds since 1970.
    """

    jobs: Mapping[str, int]
    objects: Mapping[str, int]
    oldest_due_at: float | None = None


@dataclass
class KeptFigures:
    """What `read` returns, read again when it is old; None while it cannot be read. Threads may share it."""

    read: Callable[[], StateFigures | None]
    clock: Callable[[], float] = time.monotonic
    _kept: StateFigures | None = None
    _until: float = float("-inf")
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def figures(self) -> StateFigures | None:
        """Return the figures."""
        with self._lock:
            begun = self.clock()
            if begun >= self._until:
                self._kept = self.read()
                now = self.clock()
                self._until = now + max(KEPT_SECONDS, KEPT_FACTOR * (now - begun))
            return self._kept
