"""The lines of an output manifest: the input line, and what the job found out about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import DataObject
from tracemark.contract.timestamps import creation_date
from tracemark.document import Json, json_bytes
from tracemark.errors import one_line, quoted


@dataclass(frozen=True, slots=True)
class LineLabel:
    """What a line says of its label: a label, or why there is none (empty where it says nothing)."""

    label: ConsolidatedLabel | None
    failure: str

    @classmethod
    def parse(cls, attributes: Mapping[str, Json], attribute: str, classes: Sequence[str] = ()) -> LineLabel:
        """Read what stands on a line under `attribute` and in its metadata; see `ConsolidatedLabel.of_line`."""
        label = ConsolidatedLabel.of_line(attributes, attribute, classes)
        metadata = attributes.get(f"{attribute}-metadata")
        reason = metadata.get("failure-reason") if isinstance(metadata, dict) else None
        return cls(label, one_line(str(reason)) if reason and not label else "")


@dataclass(frozen=True, slots=True)
class OutputLine:
    """A line as it is written; `unwritten` says which keys of the content found no place on it."""

    attributes: Mapping[str, Json]
    unwritten: str = ""

    def to_bytes(self) -> bytes:
        """Return the line as JSON in UTF-8, with its line break."""
        return json_bytes(dict(self.attributes)) + b"\n"


@dataclass(frozen=True, slots=True)
class OutputLines:
    """Writes the lines of one job: `attribute` is its label attribute, `job_name` the name in the metadata."""

    attribute: str
    job_name: str

    def labeled(self, line: DataObject, content: Mapping[str, Json], at: datetime) -> OutputLine:
        """Return the line with the label, its metadata and the further keys of `content`.

        No attribute of the input line is replaced, except those of the label itself.
        """
        told = content.get(self._metadata)  # as in built-in jobs `class-name`, `confidence`, `class-map`
        own = {
            self.attribute: content[self.attribute],
            self._metadata: {
                **(told if isinstance(told, dict) else {}),
                "type": "groundtruth/custom",
                "job-name": self.job_name,
                "human-annotated": "yes",
                "creation-date": creation_date(at),
            },
        }
        taken = [key for key in content if key not in own and key in line.attributes]
        further = {key: value for key, value in content.items() if key not in own and key not in line.attributes}
        keys = ", ".join(quoted(key, 40) for key in taken)
        unwritten = f"the line has its own {keys}, the function's is not written" if keys else ""
        return OutputLine({**line.attributes, **own, **further}, unwritten)

    def failed(self, line: DataObject, reason: str) -> OutputLine:
        """Return the line without a label, and with the reason."""
        metadata = {"retry-count": 1, "failure-reason": reason, "human-annotated": "true"}
        return OutputLine({**line.attributes, self._metadata: metadata})

    @property
    def _metadata(self) -> str:
        return f"{self.attribute}-metadata"
