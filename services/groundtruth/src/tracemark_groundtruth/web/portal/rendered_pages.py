"""Pages that were rendered lately: workers who are shown the same object are shown the same text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from cachetools import LRUCache

from tracemark_groundtruth.rendering.clock import watched_clock

MOST_KEPT = 256
LARGEST_KEPT = 64 * 1024


@dataclass(frozen=True)
class RenderedPages:
    """The last pages by all that they are made of, except those that tell the time or have more than 64 Ki characters.

    Threads may share them. With `MOST_KEPT` of them it takes 16 MB at most, or 64 MB where all have a character beyond
    the basic plane.
    """

    _kept: LRUCache[bytes, str] = field(default_factory=lambda: LRUCache(MOST_KEPT), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def get(self, made_of: Sequence[str], render: Callable[[], str]) -> str:
        """Return the page that is made of some texts; where `render` raises, nothing is kept."""
        key = _digest(made_of)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        with watched_clock() as clock:
            page = render()
        if len(page) <= LARGEST_KEPT and not clock.read:
            with self._lock:
                self._kept[key] = page
        return page


def _digest(texts: Sequence[str]) -> bytes:
    """Return what stands for texts that may be large."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data) + data)
    return digest.digest()
