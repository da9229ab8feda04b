"""What has happened to jobs, and when time alone will change them: where those who run jobs learn what to look at."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class Moments:
    """For each job the earliest moment, on any one clock, at which it is to be looked at; threads may share it."""

    _earliest: dict[int, float] = field(default_factory=dict)
    _heap: list[tuple[float, int]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, job_id: int, at: float) -> bool:
        """Note a moment; return whether the job has none before it."""
        with self._lock:
            if at >= self._earliest.get(job_id, float("inf")):
                return False
            self._earliest[job_id] = at
            heapq.heappush(self._heap, (at, job_id))
            return True

    def forget(self, job_id: int) -> None:
        """Drop the moment of a job."""
        with self._lock:
            self._earliest.pop(job_id, None)

    def next(self) -> float | None:
        """Return the earliest moment of all."""
        with self._lock:
            self._drop_outdated()
            return self._heap[0][0] if self._heap else None

    def pop(self, now: float) -> set[int]:
        """Take out the jobs whose moment has come, and return them."""
        found = set[int]()
        with self._lock:
            self._drop_outdated()
            while self._heap and self._heap[0][0] <= now:
                found.add(self._heap[0][1])
                del self._earliest[heapq.heappop(self._heap)[1]]
                self._drop_outdated()
        return found

    def _drop_outdated(self) -> None:
        while self._heap and self._earliest.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)


@dataclass(frozen=True, slots=True)
class News:
    """Jobs to which something has happened here; of those `untold` other processes have not heard.

    `heard`: jobs to which something has happened in another process, which looks at them itself.
    `everything`: news may have been missed, so every job is to be looked at.
    """

    jobs: frozenset[int] = frozenset()
    untold: frozenset[int] = frozenset()
    everything: bool = False
    heard: frozenset[int] = frozenset()


class Changes:
    """Threads may share it: those who change jobs tell, one fetches."""

    def __init__(self) -> None:
        self.moments = Moments()
        """When time alone changes a job, in seconds since 1970, such as the end of a lease."""
        self._news = threading.Condition()
        self._jobs, self._untold, self._heard, self._everything = set[int](), set[int](), set[int](), False
        self._awake = False
        self._waits_until = float("-inf")

    def tell(self, jobs: Iterable[int], *, known_elsewhere: bool = False) -> None:
        """Say that something has happened to jobs."""
        jobs = set(jobs)
        if not jobs:
            return
        with self._news:
            self._jobs |= jobs
            if not known_elsewhere:
                self._untold |= jobs
            self._wake()

    def hear(self, jobs: Iterable[int]) -> None:
        """Say that something has happened to jobs in another process."""
        with self._news:
            self._heard.update(jobs)
            if self._heard:
                self._wake()

    def tell_all(self) -> None:
        """Say that news may have been missed."""
        with self._news:
            self._everything = True
            self._wake()

    def due(self, job_id: int, at: float) -> None:
        """Say that time will change a job at a moment, in seconds since 1970."""
        # Most leases end after another one of the same job: they wake nobody.
        if self.moments.add(job_id, at) and at < self._waits_until:
            self.wake()

    def wake(self) -> None:
        """Have `fetch` return, so that who waits thinks again about how long."""
        with self._news:
            self._wake()

    def fetch(self, now: Callable[[], float], at_most: Callable[[], float]) -> News:
        """Wait for news, the next of `moments` or `at_most` seconds, and take the news; `now` is seconds since 1970."""
        with self._news:
            self._waits_until = float("inf")  # before the moments are read: one that is added meanwhile wakes
            if not self._awake:
                due = self.moments.next()
                self._waits_until = float("inf") if due is None else due
                self._news.wait(max(0.0, min(at_most(), self._waits_until - now())))
            news = News(frozenset(self._jobs), frozenset(self._untold), self._everything, frozenset(self._heard))
            self._jobs, self._untold, self._heard, self._everything = set(), set(), set(), False
            self._awake, self._waits_until = False, float("-inf")
        return news

    def _wake(self) -> None:
        self._awake = True
        self._news.notify_all()
