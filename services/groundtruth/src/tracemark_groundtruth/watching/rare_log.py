"""Warnings that anybody outside can cause: a line a minute for each kind, so that a flood does not fill the disk."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

EVERY_SECONDS = 60.0


@dataclass
class RareWarnings:
    """Counts what happened by its reason, of which there must be few, and logs each once a minute at most."""

    log: logging.Logger
    message: str
    clock: Callable[[], float] = time.monotonic
    _counts: Counter[str] = field(default_factory=Counter)
    _logged_at: dict[str, float] = field(default_factory=dict)

    def note(self, reason: str) -> None:
        """Count something, and log it if nothing of its reason was logged for a minute."""
        self._counts[reason] += 1
        now = self.clock()
        if now - self._logged_at.get(reason, float("-inf")) >= EVERY_SECONDS:
            self._logged_at[reason] = now
            self.log.warning(self.message, extra={"reason": reason, "count": self._counts.pop(reason)})


class RareRecords(logging.Filter):
    """Lets warnings of one text through once a minute, those of a library that logs whatever it is sent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._passed_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        if record.levelno != logging.WARNING:
            return True
        self._counts[record.msg] += 1
        now = self._clock()
        if now - self._passed_at.get(record.msg, float("-inf")) < EVERY_SECONDS:
            return False
        self._passed_at[record.msg] = now
        record.count = self._counts.pop(record.msg)
        return True
