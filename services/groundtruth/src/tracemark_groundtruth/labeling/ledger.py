"""What an offline run has finished: its rows, and the lines of its output manifest, in order."""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Protocol

from tracemark_groundtruth.job.result import ObjectRow, Outcome
from tracemark_groundtruth.labeling.batch import FinishedObject

_IN_MEMORY_BYTES = 16 * 1024 * 1024


class Progress(Protocol):
    """Follows a job; every method is called from the thread that runs the job, in manifest order."""

    def started(self, total: int) -> None:
        """Called when the manifest is known to be sound and to have `total` objects."""

    def prepared(self, object_id: str) -> None:
        """Called when an object passed the pre-annotation function and its answers are collected."""

    def finished(self, row: ObjectRow) -> None:
        """Called when an object has become a line of the output manifest."""


class Silent:
    """Ignores it all."""

    def started(self, total: int) -> None:
        """See `Progress.started`."""

    def prepared(self, object_id: str) -> None:
        """See `Progress.prepared`."""

    def finished(self, row: ObjectRow) -> None:
        """See `Progress.finished`."""


class Ledger:
    """A context manager: lines that are many wait in a temporary file, which goes when it ends."""

    def __init__(self, progress: Progress) -> None:
        self.rows: list[ObjectRow] = []
        self.iterations = 0
        self.labeled = 0
        self._progress = progress
        self._lines = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.close()

    def next_iteration(self) -> int:
        """Begin an iteration and return its number, from 1."""
        self.iterations += 1
        return self.iterations

    def enter(self, finished: Iterable[FinishedObject]) -> None:
        """Note the objects of a batch, in manifest order."""
        for one in finished:
            self._lines.write(one.line)
            self.rows.append(one.row)
            self.labeled += one.row.outcome is Outcome.LABELED
            self._progress.finished(one.row)

    def manifest(self) -> bytes:
        """Return all lines noted so far."""
        self._lines.seek(0)
        return self._lines.read()
