"""Counts of what has happened in this process since it began."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping


class Counts:
    """How often each thing has happened; threads may share it."""

    def __init__(self) -> None:
        self._counts = Counter[str]()
        self._lock = threading.Lock()

    def add(self, more: Mapping[str, int]) -> None:
        """Count some more."""
        with self._lock:
            self._counts.update(more)

    def __getitem__(self, name: str) -> int:
        with self._lock:
            return self._counts[name]
