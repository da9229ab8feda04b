"""What came of a job: one row for each object, and their counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.errors import one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.described import MAIN_FIELD, described, main_values
from tracemark_groundtruth.s3.job_storage import json_bytes

_SUMMARY_CHARACTERS = 200
FIGURES = (
    *("votes", "confidence", "margin", "agreement", "method", "workers", "tie", "problem", "comments"),
    *(MAIN_FIELD, "fields"),
)
"""What our post-labeling function says beside the names of fields: keys that are no label."""


class Outcome(StrEnum):
    """What became of one object."""

    LABELED = "labeled"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object in short, fit for a table.

    `confidence` is None and `votes` empty where the post-annotation function tells none; `problem` is one line:
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
        """Sum up the content of a consolidated annotation; figures may stand beside the label or inside it."""
        label = content[attribute]
        figures = figures_of(attribute, content)
        confidence, votes, problem = (figures.get(key) for key in ("confidence", "votes", "problem"))
        notes = [str(problem) if problem else "", "tie" if figures.get("tie") is True else "", unwritten]
        return cls(
            object_id,
            Outcome.LABELED,
            label=_summary(figures.get("class-name", label)),
            confidence=_number(confidence),
            votes=_votes(votes),
            problem=one_line("; ".join(filter(None, notes))),
        )

    @classmethod
    def of_line(cls, line: DataObject, attribute: str) -> ObjectRow:
        """Sum up a line of an output manifest; without a label, `problem` is why it failed, if the line says so."""
        if attribute in line.attributes:
            return cls.labeled(line.id, attribute, line.attributes, "")
        metadata = line.attributes.get(f"{attribute}-metadata")
        reason = metadata.get("failure-reason") if isinstance(metadata, dict) else None
        outcome, problem = (Outcome.FAILED, str(reason)) if reason else (Outcome.LEFT_OUT, "not labeled")
        return cls(line.id, outcome, problem=problem)


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

    def _count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


def figures_of(attribute: str, content: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return all that is said of the label `attribute`: beside it, in its metadata, or inside it."""
    places = (content, *(content.get(key) for key in (f"{attribute}-metadata", f"{attribute}-figures", attribute)))
    return {key: value for place in places if isinstance(place, dict) for key, value in place.items()}


def _summary(label: Json) -> str:
    if isinstance(label, dict):
        label = main_values(label, FIGURES) or label
    values = list(label.values()) if isinstance(label, dict) else [label]
    texts = [text for value in values if (text := described(value)) is not None]
    if values and len(texts) == len(values):
        return one_line(", ".join(texts), _SUMMARY_CHARACTERS)
    return one_line(json_bytes(label).decode(), _SUMMARY_CHARACTERS)


def _votes(votes: Json) -> Mapping[str, int]:
    if not isinstance(votes, dict):
        return {}
    return {one_line(str(label)): int(count) for label, count in votes.items() if _is_number(count)}


def _number(value: Json) -> float | None:
    return float(value) if _is_number(value) else None


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value and abs(value) < 1e9
