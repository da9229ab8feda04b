"""How often something is recorded at most: what a person can do a thousand times must not fill the audit log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from cachetools import LRUCache

MOST_PER_HOUR = 600

_HOUR_SECONDS = 3_600.0
_NAMES_KEPT = 10_000


@dataclass
class _Hour:
    began: float
    events: int = 0


@dataclass
class HourlyBound:
    """Lets 600 events an hour of each name be recorded; `clock` returns seconds that only grow.

    Each process counts for itself; threads may share it.
    """

    clock: Callable[[], float] = time.monotonic
    _hours: LRUCache[str, _Hour] = field(default_factory=lambda: LRUCache(_NAMES_KEPT), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def admit(self, name: str) -> int | None:
        """Count an event; return None where it is not to be recorded, else how many of the hour before were not."""
        with self._lock:
            now, unrecorded = self.clock(), 0
            hour = self._hours.setdefault(name, _Hour(now))
            if now - hour.began >= _HOUR_SECONDS:
                unrecorded = max(0, hour.events - MOST_PER_HOUR)
                hour = self._hours[name] = _Hour(now)
            hour.events += 1
            return unrecorded if hour.events <= MOST_PER_HOUR else None
