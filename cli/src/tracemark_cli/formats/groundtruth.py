"""An output manifest in the format of built-in image classification, which training jobs read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.document import Json, json_bytes
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.record import Record

_FURTHER = ("metadata", "figures", "lineage")


@dataclass(frozen=True, slots=True)
class GroundTruthManifest:
    """Writes records under the label attribute `attribute`; a class is written as its index in `classes`.

    `abstain` is the label of objects that nobody could decide: it is no class to train on.
    """

    attribute: str
    classes: Sequence[str]
    abstain: str

    @classmethod
    def of(cls, job: FinishedJob, abstain: str) -> GroundTruthManifest:
        """Return the writer for a job's labels."""
        return cls(job.attribute, [name for name in job.classes if name != abstain], abstain)

    def lines(self, records: Iterable[Record]) -> Iterator[bytes]:
        """Yield a line for each object with a class, in order: training jobs refuse lines without one."""
        for record in records:
            if record.label in self.classes:
                yield json_bytes(self._line(record)) + b"\n"

    def _line(self, record: Record) -> Json:
        own = {"source", "source-ref", self.attribute, *(f"{self.attribute}-{kind}" for kind in _FURTHER)}
        kept = {key: value for key, value in record.item.line.attributes.items() if key not in own}
        return {
            # A training job reads pictures, not dataset documents.
            "source-ref": record.lineage.image or record.item.source,
            **kept,
            self.attribute: self.classes.index(record.label),
            f"{self.attribute}-metadata": self._metadata(record),
            f"{self.attribute}-lineage": lineage_json(record),
        }

    def _metadata(self, record: Record) -> Mapping[str, Json]:
        written = record.item.line.attributes.get(f"{self.attribute}-metadata")
        kept = written if isinstance(written, dict) else {}
        return {
            **kept,
            "class-name": record.label,
            "confidence": round(record.confidence or 0.0, 2),
            "class-map": {str(index): name for index, name in enumerate(self.classes)},
            "type": "groundtruth/image-classification",
            "human-annotated": "yes",
        }


def lineage_json(record: Record) -> Mapping[str, Json]:
    """Return where a label comes from."""
    lineage = record.lineage
    return {
        "source": record.item.source,
        "job": record.job,
        "policy": record.policy,
        "image": lineage.image,
        "sensor_data": lineage.sensor_data,
        "log_etag": lineage.log_etag,
        "profile": lineage.profile,
        "profile_digest": lineage.profile_digest,
        "plots": list(lineage.plots),
        "further_files": list(lineage.further),
        "drawn_by": lineage.drawn_by,
        "exported_by": record.exported_by,
    }
