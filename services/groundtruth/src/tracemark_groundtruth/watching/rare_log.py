"""Warnings that anybody outside can cause: a line a minute for each kind, so that a flood does not fill the disk."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SECONDS = 60.0


@dataclass
class _OnceAMinute:
    """Counts what happens of each kind, of which there must be few."""

    clock: Callable[[], float]
    _counts: Counter[str] = field(default_factory=Counter)
    _told_at: dict[str, float] = field(default_factory=dict)

    def count(self, kind: str) -> int | None:
        """Count something; return how often it happened since its kind was told, None where that is under a minute."""
        self._counts[kind] += 1
        now = self.clock()
        if now - self._told_at.get(kind, float("-inf")) < EVERY_SECONDS:
            return None
        self._told_at[kind] = now
        return self._counts.pop(kind)


class RareWarnings:
    """Logs what happens, by its reason, each once a minute at most."""

    def __init__(self, log: logging.Logger, message: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._message = log, message
        self._happened = _OnceAMinute(clock)

    def note(self, reason: str) -> None:
        """Count something, and log it if nothing of its reason was logged for a minute."""
        count = self._happened.count(reason)
        if count is not None:
            self._log.warning(self._message, extra={"reason": reason, "count": count})


class RareRecords(logging.Filter):
    """Lets warnings of one text through once a minute, those of a library that logs whatever it is sent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._happened = _OnceAMinute(clock)

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        if record.levelno != logging.WARNING:
            return True
        record.count = count = self._happened.count(record.msg)
        return count is not None
