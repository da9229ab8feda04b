"""Tasks that were reserved a moment ago: the page asks for their frame at once, and nothing has happened to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from tracemark_groundtruth.state.task_queue import LeasedTask, WorkerId

FRESH_SECONDS = 5.0
MOST_KEPT = 256


class FreshTasks:
    """The last reserved tasks, each given out once; threads may share them. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: TTLCache[str, tuple[WorkerId, LeasedTask]] = TTLCache(MOST_KEPT, FRESH_SECONDS, timer=clock)
        self._lock = Lock()

    def keep(self, worker: WorkerId, task: LeasedTask) -> LeasedTask:
        """Keep a task for the worker it is reserved for, and return it."""
        with self._lock:
            self._kept[task.task_id] = (worker, task)
        return task

    def take(self, worker: WorkerId, task_id: str) -> LeasedTask | None:
        """Return a worker's task and keep it no longer; None when there is none that was kept a moment ago."""
        with self._lock:
            owner, task = self._kept.pop(task_id, (worker, None))
        return task if owner == worker else None
