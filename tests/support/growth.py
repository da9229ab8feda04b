"""How the time of some work grows with its text: what is compared is the same on slow and on busy machines."""

from __future__ import annotations

import time
from collections.abc import Callable

_LONGER = 8


def grows_with_its_text(work: Callable[[str], object], text: str) -> bool:
    """Return whether eight copies of a text take about eight times as long as one; 64 times would be its square."""
    once, often = _seconds(work, text), _seconds(work, text * _LONGER)
    return often < max(once, 0.001) * _LONGER * _LONGER / 2


def _seconds(work: Callable[[str], object], text: str) -> float:
    return min(_processor_seconds(work, text) for _ in range(3))


def _processor_seconds(work: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    work(text)
    return time.thread_time() - begun
