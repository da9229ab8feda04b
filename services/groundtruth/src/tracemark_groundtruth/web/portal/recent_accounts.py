"""Accounts that were looked up a moment ago, for what a worker asks for again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from tracemark_groundtruth.state.task_queue import Account

RECENT_SECONDS = 1.0
MOST_KEPT = 1_000


class RecentAccounts:
    """Accounts by name, as they were at most a second ago; threads may share them. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: TTLCache[str, Account] = TTLCache(MOST_KEPT, RECENT_SECONDS, timer=clock)
        self._lock = Lock()

    def get(self, name: str) -> Account | None:
        """Return the account of a name; None when it was not looked up lately."""
        with self._lock:
            return self._kept.get(name)

    def keep(self, name: str, account: Account) -> None:
        """Note what was looked up just now."""
        with self._lock:
            self._kept[name] = account
