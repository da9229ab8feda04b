"""Figures and traces of one service, together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tracemark_groundtruth.watching.metrics import ServiceMetrics
from tracemark_groundtruth.watching.request_id import current
from tracemark_groundtruth.watching.tracing import NO_TRACING, Tracing


@dataclass(frozen=True, slots=True)
class ServiceWatch:
    """A `Watch` that counts and traces."""

    metrics: ServiceMetrics = field(default_factory=ServiceMetrics)
    tracing: Tracing = NO_TRACING

    def request(self, parent: str) -> AbstractContextManager[Any]:
        """See `Watch.request`."""
        return self.tracing.request(parent)

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """See `Watch.note_request`."""
        self.metrics.note_request(route, status, seconds)
        self.tracing.name_request(route, status, current.get())

    @contextmanager
    def call(self, kind: str) -> Iterator[None]:
        """See `Watch.call`."""
        with self.tracing.span("function", kind=kind), self.metrics.call(kind):
            yield

    def looked(self) -> None:
        """See `Watch.looked`."""
        self.metrics.looked()
