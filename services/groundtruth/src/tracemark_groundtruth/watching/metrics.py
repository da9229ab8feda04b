"""The service's figures for Prometheus; only this module knows its library."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from tracemark_groundtruth import __version__
from tracemark_groundtruth.watching.counts import Counts
from tracemark_groundtruth.watching.state_figures import KeptFigures, StateFigures

TASK_EVENTS = ("lent", "answered", "declined", "released", "expired")
FUNCTION_KINDS = ("pre", "post")
S3_FAILURES = ("no answer", "server error", "denied")
WEBHOOK_OUTCOMES = ("delivered", "failed", "given up")

_REQUEST_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_FUNCTION_BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)


class ServiceMetrics:
    """Figures of one process, in a registry of their own; nothing is computed before somebody reads them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        Info("tracemark_build", "The release that runs.", registry=self.registry).info({"version": __version__})
        ProcessCollector(registry=self.registry)
        self._requests = Histogram(
            "tracemark_request_seconds",
            "From a request's headers to the end of its answer.",
            ["route", "status"],
            buckets=_REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._functions = Histogram(
            "tracemark_function_seconds",
            "Invocations of the jobs' functions, those that failed included.",
            ["kind"],
            buckets=_FUNCTION_BUCKETS,
            registry=self.registry,
        )
        self._function_failures = self._counter("function_failures", "Invocations that failed.", "kind", FUNCTION_KINDS)
        self._s3_failures = self._counter("s3_failures", "Attempts at S3 that failed.", "kind", S3_FAILURES)
        self._webhooks = self._counter("webhook_requests", "Requests to webhooks.", "outcome", WEBHOOK_OUTCOMES)
        self._children: dict[tuple[str, int], Any] = {}
        self._looked_at = time.monotonic()
        for kind in FUNCTION_KINDS:
            self._functions.labels(kind)

    def watch_state(self, read: Callable[[], StateFigures | None], tasks: Counts, now: Callable[[], float]) -> None:
        """Have the figures of the state read when these are, too; `now` is in seconds since 1970."""
        self.registry.register(_StateCollector(KeptFigures(read), tasks, now, self._look_age))

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is one of the service's own, such as `GET /tasks/{task}`, never a path."""
        key = (route, status // 100)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._requests.labels(route, f"{status // 100}xx")
        child.observe(seconds)

    @contextmanager
    def call(self, kind: str) -> Iterator[None]:
        """Count what the block does as an invocation of a function, `pre` or `post`."""
        begun = time.perf_counter()
        try:
            yield
        except BaseException:
            self._function_failures.labels(kind).inc()
            raise
        finally:
            self._functions.labels(kind).observe(time.perf_counter() - begun)

    def note_s3_failure(self, kind: str) -> None:
        """Count an attempt at S3 that failed, as one of `S3_FAILURES`."""
        self._s3_failures.labels(kind).inc()

    def note_webhook(self, outcome: str) -> None:
        """Count a request to a webhook, as one of `WEBHOOK_OUTCOMES`."""
        self._webhooks.labels(outcome).inc()

    def looked(self) -> None:
        """Note that the runner looks at the jobs now."""
        self._looked_at = time.monotonic()

    def text(self, accept: str) -> tuple[bytes, str]:
        """Return all figures and their content type, in the format that an Accept header asks for."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type

    def _look_age(self) -> float:
        return time.monotonic() - self._looked_at

    def _counter(self, name: str, text: str, label: str, values: Iterable[str]) -> Counter:
        counter = Counter(f"tracemark_{name}", text, [label], registry=self.registry)
        for value in values:
            counter.labels(value)  # a series that begins with its first failure shows no increase
        return counter


class _StateCollector(Collector):
    def __init__(
        self, kept: KeptFigures, tasks: Counts, now: Callable[[], float], look_age: Callable[[], float]
    ) -> None:
        self._kept, self._tasks, self._now, self._look_age = kept, tasks, now, look_age

    def describe(self) -> Iterable[Any]:
        """Return nothing: the library would otherwise collect, and read the state, when it registers."""
        return ()

    def collect(self) -> Iterator[Any]:
        """See the library."""
        tasks = CounterMetricFamily("tracemark_tasks", "What became of tasks, in this process.", labels=["event"])
        for event in TASK_EVENTS:
            tasks.add_metric([event], self._tasks[event])
        yield tasks
        yield GaugeMetricFamily(
            "tracemark_runner_look_age_seconds", "Since the runner last looked at jobs.", self._look_age()
        )
        figures = self._kept.figures()
        yield GaugeMetricFamily("tracemark_state_up", "Whether the database answers.", float(figures is not None))
        if figures:
            yield from self._of_state(figures)

    def _of_state(self, figures: StateFigures) -> Iterator[Any]:
        jobs = GaugeMetricFamily("tracemark_jobs", "Jobs that are not over.", labels=["status"])
        for status, count in figures.jobs.items():
            jobs.add_metric([status], count)
        yield jobs
        objects = GaugeMetricFamily("tracemark_queue_objects", "Their unfinished objects.", labels=["state"])
        for state, count in figures.objects.items():
            objects.add_metric([state], count)
        yield objects
        oldest = figures.oldest_due_at
        age = 0.0 if oldest is None else max(0.0, self._now() - oldest)
        yield GaugeMetricFamily("tracemark_oldest_due_seconds", "How long an answered object has waited, at most.", age)
