"""What the parts of the service tell those who watch it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Watch(Protocol):
    """Is told what happens; never raises, and takes microseconds."""

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """Take note of an answered request; `route` is one of the service's own routes, never a path."""

    def call(self, kind: str) -> AbstractContextManager[None]:
        """Return what to invoke a function in, `pre` or `post`."""

    def looked(self) -> None:
        """Take note that the runner looks at the jobs."""


class Unwatched:
    """A `Watch` of nobody."""

    def note_request(self, route: str, status: int, seconds: float) -> None:
        """See `Watch.note_request`."""

    def call(self, kind: str) -> AbstractContextManager[None]:
        """See `Watch.call`."""
        return nullcontext()

    def looked(self) -> None:
        """See `Watch.looked`."""


UNWATCHED = Unwatched()
