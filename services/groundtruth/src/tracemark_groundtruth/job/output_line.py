"""The lines of the output manifest: the input line, and what the job found out about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.errors import quoted
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import creation_date
from tracemark_groundtruth.s3.job_storage import json_bytes


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line in UTF-8 with its line break; `unwritten` says which keys of the content found no place on it."""

    data: bytes
    unwritten: str = ""


def labeled_line(job: LabelingJob, line: DataObject, content: Mapping[str, Json], at: datetime) -> OutputLine:
    """Return the line with the label, its metadata and the further keys of `content`, none of the input's replaced."""
    own = {
        job.label_attribute_name: content[job.label_attribute_name],
        job.metadata_attribute: {
            **_told(content.get(job.metadata_attribute)),
            "type": "groundtruth/custom",
            "job-name": job.metadata_name,
            "human-annotated": "yes",
            "creation-date": creation_date(at),
        },
    }
    taken = [key for key in content if key not in own and key in line.attributes]
    further = {key: value for key, value in content.items() if key not in own and key not in line.attributes}
    keys = ", ".join(quoted(key, 40) for key in taken)
    unwritten = f"the line has its own {keys}, the function's is not written" if keys else ""
    return OutputLine(_encoded({**line.attributes, **own, **further}), unwritten)


def failed_line(job: LabelingJob, line: DataObject, reason: str) -> OutputLine:
    """Return the line without a label, and with the reason."""
    metadata = {"retry-count": 1, "failure-reason": reason, "human-annotated": "true"}
    return OutputLine(_encoded({**line.attributes, job.metadata_attribute: metadata}))


def unchanged_line(line: DataObject) -> OutputLine:
    """Return the line as it came."""
    return OutputLine(_encoded(line.attributes))


def _told(metadata: Json) -> Mapping[str, Json]:
    """What the function says of the label: as in built-in jobs `class-name`, `confidence`, `class-map`."""
    return metadata if isinstance(metadata, dict) else {}


def _encoded(attributes: Mapping[str, Json]) -> bytes:
    return json_bytes(dict(attributes)) + b"\n"
