"""What a running job has finished: its rows, and the lines of its output manifest, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType

from tracemark.contract.output_line import OutputLine
from tracemark.contract.postannotation import ConsolidatedAnnotation
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.result import ObjectRow, Outcome
from tracemark_groundtruth.labeling.consolidation import Consolidated, Failure
from tracemark_groundtruth.labeling.preparation import Answered, LeftOut, Prepared
from tracemark_groundtruth.labeling.progress import Progress

_IN_MEMORY_BYTES = 16 * 1024 * 1024

NOBODY_ANSWERED = "no worker answered this object"


class Ledger:
    """A context manager: lines that are many wait in a temporary file, which goes when it ends."""

    def __init__(self, job: LabelingJob, progress: Progress, now: Callable[[], datetime]) -> None:
        self.rows: list[ObjectRow] = []
        self.iterations = 0
        self._job = job
        self._progress = progress
        self._now = now
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

    def enter(self, batch: Iterable[Prepared], consolidated: Mapping[str, Consolidated]) -> bytes:
        """Note a batch in manifest order; `consolidated` has an entry for each answered object.

        Returns:
            The lines of those objects of the batch that workers were shown.
        """
        shown: list[bytes] = []
        for prepared in batch:
            line, row = entry(self._job, prepared, consolidated, self._now())
            data = line.to_bytes()
            self._lines.write(data)
            self.rows.append(row)
            self._progress.finished(row)
            if not isinstance(prepared, LeftOut):
                shown.append(data)
        return b"".join(shown)

    def manifest(self) -> bytes:
        """Return all lines noted so far."""
        self._lines.seek(0)
        return self._lines.read()


def entry(
    job: LabelingJob, prepared: Prepared, consolidated: Mapping[str, Consolidated], at: datetime
) -> tuple[OutputLine, ObjectRow]:
    """Return an object's line of the output manifest and its row; `consolidated` has an entry if it was answered."""
    line = prepared.line
    if isinstance(prepared, LeftOut):
        return OutputLine(line.attributes), ObjectRow(line.id, Outcome.LEFT_OUT, problem=prepared.reason)
    found = consolidated[line.id] if isinstance(prepared, Answered) else Failure(NOBODY_ANSWERED)
    if isinstance(found, ConsolidatedAnnotation):
        written = job.output_lines.labeled(line, found.content, at)
        row = ObjectRow.labeled(line.id, job.label_attribute_name, found.content, written.unwritten)
        return written, row
    return job.output_lines.failed(line, found.reason), ObjectRow(line.id, Outcome.FAILED, problem=found.reason)
