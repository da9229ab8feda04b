"""What the parts of the service tell those who watch it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol


class Watch(Protocol):
    """Is told what happens; never raises, and takes microseconds."""

    def request(self, parent: str) -> AbstractContextManager[Any]:
        """Return what to answer a request in; for `parent` see `Tracing.request`."""

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """Take note, in that, of the answer; `route` is one of the service's own routes, never a path."""

    def call(self, kind: str) -> AbstractContextManager[Any]:
        """Return what to invoke a function in, `pre` or `post`."""

    def looked(self) -> None:
        """Take note that the runner looks at the jobs."""


class Unwatched:
    """A `Watch` of nobody."""

    def request(self, parent: str) -> AbstractContextManager[Any]:
        """See `Watch.request`."""
        return nullcontext()

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """See `Watch.note_request`."""

    def call(self, kind: str) -> AbstractContextManager[Any]:
        """See `Watch.call`."""
        return nullcontext()

    def looked(self) -> None:
        """See `Watch.looked`."""


UNWATCHED = Unwatched()
