"""What a job tells while it runs."""

from __future__ import annotations

from typing import Protocol

from tracemark_groundtruth.job.result import ObjectRow


class Progress(Protocol):
    """Follows a job; every method is called from the thread that runs the job, in manifest order."""

    def started(self, total: int) -> None:
        """Hear that the manifest is sound and has `total` objects."""

    def prepared(self, object_id: str) -> None:
        """Hear that an object passed the pre-annotation function and its answers are collected."""

    def finished(self, row: ObjectRow) -> None:
        """Hear what became of an object."""


class Silent:
    """Ignores it all."""

    def started(self, total: int) -> None:
        """See `Progress.started`."""

    def prepared(self, object_id: str) -> None:
        """See `Progress.prepared`."""

    def finished(self, row: ObjectRow) -> None:
        """See `Progress.finished`."""
