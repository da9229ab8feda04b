"""The result of a job: one row for each object, and their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import DataObject
from tracemark.contract.output_line import LineLabel
from tracemark.document import Json
from tracemark.errors import one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.left_out import LeftOutObject

ALREADY_LABELED = "already labeled in the input manifest"
NOT_REACHED = "the job stopped before"

_SUMMARY_CHARACTERS = 200


class Outcome(StrEnum):
    """What became of one object."""

    LABELED = "labeled"
    FAILED = "failed"
    LEFT_OUT = "left out"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object in short, fit for a table.

    `confidence` is None and `votes` empty if the post-annotation function reports none; `problem` is one line:
    why the object failed or was left out, or what was odd about its answers.
    """

    object_id: str
    outcome: Outcome
    label: str = ""
    confidence: float | None = None
    votes: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""

    @classmethod
    def labeled(cls, object_id: str, attribute: str, content: Mapping[str, Json], unwritten: str) -> ObjectRow:
        """Sum up the content of a consolidated annotation, which has a label."""
        return _row(object_id, ConsolidatedLabel.of_content(content, attribute), unwritten)

    @classmethod
    def of_line(cls, line: DataObject, attribute: str, classes: Sequence[str] = ()) -> ObjectRow:
        """Sum up a line of an output manifest; without a label, `problem` is why it failed, if the line says so."""
        read = LineLabel.parse(line.attributes, attribute, classes)
        if read.label:
            return _row(line.id, read.label)
        outcome = Outcome.FAILED if read.failure else Outcome.LEFT_OUT
        return cls(line.id, outcome, problem=read.failure or "not labeled")


@dataclass(frozen=True, slots=True)
class JobResult:
    """A finished job; `rows` are in manifest order, `iterations` is the number of consolidation batches."""

    job_name: str
    output_manifest: S3Uri
    rows: Sequence[ObjectRow]
    iterations: int

    @property
    def total(self) -> int:
        """The number of lines of the manifest."""
        return len(self.rows)

    @property
    def labeled(self) -> int:
        """The number of objects that have a label now."""
        return self._count(Outcome.LABELED)

    @property
    def failed(self) -> int:
        """The number of objects that failed."""
        return self._count(Outcome.FAILED)

    @property
    def left_out(self) -> int:
        """The number of objects that no worker was shown."""
        return self._count(Outcome.LEFT_OUT)

    @property
    def stopped(self) -> int:
        """The number of objects that were not reached before the job's stopping conditions were met."""
        return self._count(Outcome.STOPPED)

    @property
    def left_out_objects(self) -> Sequence[LeftOutObject]:
        """The objects that no worker was shown although they have no label, in manifest order."""
        rows = (row for row in self.rows if row.outcome is Outcome.LEFT_OUT and row.problem != ALREADY_LABELED)
        return [LeftOutObject(row.object_id, row.problem) for row in rows]

    @property
    def unshowable(self) -> Sequence[LeftOutObject]:
        """The objects that were left out for what is wrong with them, in manifest order."""
        return [one for one in self.left_out_objects if one.reason]

    @property
    def shows_nothing(self) -> bool:
        """Whether no worker could be shown anything, because something is wrong with every object that needs one."""
        return len(self.left_out_objects) == self.total and bool(self.unshowable)

    def _count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


def _row(object_id: str, label: ConsolidatedLabel, unwritten: str = "") -> ObjectRow:
    notes = [label.problem, "tie" if label.is_tied else "", unwritten]
    return ObjectRow(
        object_id,
        Outcome.LABELED,
        label=one_line(label.name, _SUMMARY_CHARACTERS),
        confidence=label.confidence,
        votes=label.votes,
        problem=one_line("; ".join(filter(None, notes))),
    )
