"""One object of a job: its manifest line, its label, and the answers it got."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.field_label import FieldLabel
from tracemark.contract.gold import gold_label
from tracemark.contract.manifest import DataObject
from tracemark.errors import encodable
from tracemark.marks.kind import Kind
from tracemark_groundtruth.finished.given_answer import GivenAnswer


class Standing(StrEnum):
    """What has become of an object so far."""

    LABELED = "labeled"
    FAILED = "failed"
    LEFT_OUT = "left out"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Item:
    """An object of a job; `failure` is why it failed or was left out, empty otherwise; one answer of each worker."""

    line: DataObject
    standing: Standing
    label: ConsolidatedLabel | None
    answers: tuple[GivenAnswer, ...]
    classifier: str
    failure: str = ""

    @property
    def id(self) -> str:
        """The `datasetObjectId`."""
        return self.line.id

    @property
    def source(self) -> str:
        """What the line says under `source` or `source-ref`; what UTF-8 cannot hold is escaped."""
        return encodable(self.line.source)

    @property
    def gold(self) -> str | None:
        """The label that the manifest line knows to be right."""
        return gold_label(self.line.attributes)

    @property
    def choices(self) -> tuple[tuple[GivenAnswer, str], ...]:
        """The answers that name a class, abstentions among them, with that class; none where the label is no class."""
        if self.label and self.label.fields.kind not in (None, Kind.SINGLE):
            return ()
        labels = ((answer, answer.label(self.classifier)) for answer in self.answers)
        return tuple((answer, label) for answer, label in labels if label is not None)

    @property
    def votes(self) -> Mapping[str, int]:
        """How many workers chose each class, in falling order: as consolidation told, else as the answers say."""
        if self.label and self.label.votes:
            return self.label.votes
        return dict(Counter(label for _, label in self.choices).most_common())

    @property
    def verdicts(self) -> Mapping[str, FieldLabel]:
        """What was decided in each field, by name; an object with answers to one question tells its label alone."""
        if not self.label or self.label.fields.by_name:
            return self.label.fields.by_name if self.label else {}
        figures = {"confidence": self.label.confidence, "votes": dict(self.label.votes)}
        return {self.classifier: FieldLabel(Kind.SINGLE, self.label.name, figures)}

    @property
    def comments(self) -> tuple[str, ...]:
        """What workers wrote, each text once."""
        told = self.label.comments if self.label else ()
        return tuple(dict.fromkeys((*told, *(text for answer in self.answers for text in answer.comments))))

    @property
    def remark(self) -> str:
        """What was odd about the object, in one line; empty when nothing was."""
        notes = [self.failure, "tie" if self.is_tied else "", self.label.problem if self.label else ""]
        return "; ".join(filter(None, notes))

    @property
    def is_unanimous(self) -> bool:
        """Whether two workers or more gave the same, nobody anything else, and nothing was odd."""
        if self.label and self.label.fields.kind not in (None, Kind.SINGLE):
            return len(self.answers) > 1 and self.label.agreement == 1 and not self.remark
        return len(self.votes) == 1 and sum(self.votes.values()) > 1 and not self.remark

    @property
    def is_tied(self) -> bool:
        """Whether several classes had the most votes."""
        if self.label and self.label.votes:
            return self.label.is_tied
        top = list(self.votes.values())[:2]
        return len(top) == 2 and top[0] == top[1]
