"""Accounts that were looked up a moment ago, for what a worker asks for again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tracemark_groundtruth.state.task_queue import Account

RECENT_SECONDS = 1.0
MOST_KEPT = 1_000


@dataclass(frozen=True)
class RecentAccounts:
    """Accounts by name, as they were at most a second ago; threads may share them. `clock` is in seconds."""

    clock: Callable[[], float]
    _kept: dict[str, tuple[float, Account]] = field(default_factory=dict, repr=False)

    def get(self, name: str) -> Account | None:
        """Return the account of a name; None when it was not looked up lately."""
        kept_at, account = self._kept.get(name, (float("-inf"), None))
        return account if self.clock() - kept_at < RECENT_SECONDS else None

    def keep(self, name: str, account: Account) -> None:
        """Note what was looked up just now."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[name] = (self.clock(), account)
