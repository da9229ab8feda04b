"""The post-annotation contract: several workers' answers in, one consolidated annotation per object out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracemark.contract.manifest import DataObject
from tracemark.contract.preannotation import EVENT_VERSION
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import Json, Node
from tracemark.errors import DataError, InvalidEvent
from tracemark.storage.s3uri import S3Uri


@dataclass(frozen=True, slots=True)
class PostAnnotationRequest:
    """What Ground Truth sends for one payload; `label_categories` is empty when the job names none.

    The last three are only written: captured events have them, the documentation does not.
    """

    labeling_job_arn: str
    label_attribute_name: str
    payload: S3Uri
    label_categories: tuple[str, ...] = ()
    role_arn: str = ""
    output_config: str = ""
    workers_per_object: int = 1

    @classmethod
    def parse(cls, event: Json) -> PostAnnotationRequest:
        """Read a Lambda event; only what is used is required.

        Raises:
            InvalidEvent: `labelAttributeName` or `payload.s3Uri` is missing or wrong.
        """
        node = Node(event, "post-annotation event")
        try:
            arn, categories = node.get("labelingJobArn"), node.get("labelCategories")
            return cls(
                labeling_job_arn=arn.text() if arn else "",
                label_attribute_name=node["labelAttributeName"].text(),
                payload=node["payload"]["s3Uri"].uri(),
                label_categories=categories.texts() if categories else (),
            )
        except DataError as error:
            raise InvalidEvent(str(error), remedy="invoke the function as Ground Truth does") from error

    def to_json(self) -> dict[str, Json]:
        """Return the event as captured from Ground Truth."""
        event: dict[str, Json] = {
            "version": EVENT_VERSION,
            "labelingJobArn": self.labeling_job_arn,
            "payload": {"s3Uri": str(self.payload)},
            "labelAttributeName": self.label_attribute_name,
            "roleArn": self.role_arn,
            "outputConfig": self.output_config,
            "maxHumanWorkersPerDataObject": self.workers_per_object,
        }
        return {**event, "labelCategories": list(self.label_categories)} if self.label_categories else event


@dataclass(frozen=True, slots=True)
class InlineData:
    """Data that lies in the document itself."""

    content: Json


Data = InlineData | S3Uri
"""An object or an answer: inline, or where it lies."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One worker's answer to one object."""

    worker_id: str
    data: Data

    @classmethod
    def parse(cls, node: Node) -> Annotation:
        """Read `{"workerId", "annotationData": {"content"} | {"s3Uri"}}`.

        Raises:
            InvalidDocument, InvalidUri: a key is missing or of the wrong type.
        """
        worker = node.get("workerId")
        return cls(str(worker.value) if worker else "", _data(node["annotationData"]))


@dataclass(frozen=True, slots=True)
class AnnotatedObject:
    """One entry of a payload, its annotations still unread so that one bad answer costs only itself.

    `source` is what the manifest line says under `source` or `source-ref`; empty where the entry does not tell.
    """

    dataset_object_id: str
    annotations: Node | None
    source: str = ""

    @classmethod
    def parse(cls, node: Node) -> AnnotatedObject:
        """Read `{"datasetObjectId", "dataObject", "annotations": [...]}`.

        Raises:
            InvalidDocument: there is no id, so no answer can be given for the entry.
        """
        found = node["datasetObjectId"].value
        if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
            node["datasetObjectId"].refuse("the 0-based manifest line, as a string")
        return cls(str(found), node.get("annotations"), _source(node.value.get("dataObject")))


def annotated_object_json(line: DataObject, answers: Iterable[WorkerAnswer]) -> dict[str, Json]:
    """Return the entry of a payload, as `AnnotatedObject.parse` reads it, for an object and its answers."""
    return {
        "datasetObjectId": line.id,
        "dataObject": {"content" if line.is_inline else "s3Uri": line.source},
        "annotations": [
            {
                "workerId": answer.worker_id,
                "annotationData": {"content": json.dumps(dict(answer.content), ensure_ascii=False)},
            }
            for answer in answers
        ],
    }


@dataclass(frozen=True, slots=True)
class ConsolidatedAnnotation:
    """The answer for one object: `content` goes into the output manifest line."""

    dataset_object_id: str
    content: Mapping[str, Json]

    @classmethod
    def parse(cls, node: Node) -> ConsolidatedAnnotation:
        """Read `{"datasetObjectId", "consolidatedAnnotation": {"content": {...}}}`.

        Raises:
            InvalidDocument: a key is missing or of the wrong type.
        """
        return cls(
            node["datasetObjectId"].text(),
            node["consolidatedAnnotation"]["content"].mapping(),
        )

    def to_json(self) -> dict[str, Json]:
        """Return the entry as Ground Truth reads it."""
        return {
            "datasetObjectId": self.dataset_object_id,
            "consolidatedAnnotation": {"content": dict(self.content)},
        }


def answer_json(annotations: Iterable[ConsolidatedAnnotation]) -> list[Json]:
    """Return the whole answer of a post-annotation function, in the order given."""
    return [annotation.to_json() for annotation in annotations]


def _data(node: Node) -> Data:
    # AWS's own samples read "s3uri", the documentation and captured events write "s3Uri".
    location = node.get("s3Uri") or node.get("s3uri")
    return location.uri() if location else InlineData(node["content"].value)


def _source(data: Json) -> str:
    found = [data.get(key) for key in ("s3Uri", "s3uri", "content")] if isinstance(data, dict) else []
    return next((text for text in found if isinstance(text, str)), "")
