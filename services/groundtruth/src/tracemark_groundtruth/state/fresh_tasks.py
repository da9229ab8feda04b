"""Tasks that were reserved a moment ago: the page asks for their frame at once, and nothing has happened to them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from tracemark_groundtruth.state.task_queue import LeasedTask, WorkerId

FRESH_SECONDS = 5.0
MOST_KEPT = 256


@dataclass(frozen=True)
class FreshTasks:
    """The last reserved tasks, each given out once; threads may share them."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[float, WorkerId, LeasedTask]] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def keep(self, worker: WorkerId, task: LeasedTask) -> LeasedTask:
        """Keep a task for the worker it is reserved for, and return it."""
        with self._lock:
            self._kept[task.task_id] = (self.clock(), worker, task)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return task

    def take(self, worker: WorkerId, task_id: str) -> LeasedTask | None:
        """Return a worker's task and keep it no longer; None when there is none that was kept a moment ago."""
        with self._lock:
            kept_at, owner, task = self._kept.pop(task_id, (float("-inf"), worker, None))
        return task if owner == worker and self.clock() - kept_at < FRESH_SECONDS else None
