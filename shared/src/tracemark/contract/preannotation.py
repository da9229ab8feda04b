"""The pre-annotation contract: one data object in, the worker's task input out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.contract.manifest import DataObject, source_key
from tracemark.document import Json, Node
from tracemark.errors import DataError, InvalidEvent
from tracemark.storage.s3uri import S3Uri

EVENT_VERSION = "2018-10-06"
"""As captured events have it; the documentation says 2018-10-16."""

_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class PreAnnotationRequest:
    """What Ground Truth sends for one object; `data_object` is the whole manifest line.

    `version` is not kept: the documentation and captured events disagree on it.
    """

    labeling_job_arn: str
    data_object: Mapping[str, Json]

    @classmethod
    def parse(cls, event: Json) -> PreAnnotationRequest:
        """Read a Lambda event.

        Raises:
            InvalidEvent: it carries no data object.
        """
        node = Node(event, "pre-annotation event")
        try:
            arn = node.get("labelingJobArn")
            return cls(arn.text() if arn else "", node["dataObject"].mapping())
        except DataError as error:
            raise InvalidEvent(str(error), remedy="invoke the function as Ground Truth does") from error

    @classmethod
    def of(cls, data_object: DataObject, labeling_job_arn: str) -> PreAnnotationRequest:
        """Return the request for one manifest line."""
        return cls(labeling_job_arn, data_object.attributes)

    @property
    def document(self) -> S3Uri:
        """The dataset document that the line points to.

        Raises:
            InvalidDocument, InvalidUri: neither `source` nor `source-ref` is the URI of an object.
        """
        node = Node(self.data_object, "manifest line")
        return (node.get(source_key(self.data_object)) or node["source"]).uri()

    def to_json(self) -> dict[str, Json]:
        """Return the event as Ground Truth sends it."""
        return {
            "version": EVENT_VERSION,
            "labelingJobArn": self.labeling_job_arn,
            "dataObject": dict(self.data_object),
        }


@dataclass(frozen=True, slots=True)
class PreAnnotationResponse:
    """What the worker template sees as `task.input`, and whether a human is to see it at all."""

    task_input: Mapping[str, Json]
    is_human_annotation_required: bool = True

    @classmethod
    def parse(cls, answer: Json, source: str = "pre-annotation answer") -> PreAnnotationResponse:
        """Read a function's answer; the flag is optional, a boolean or a string in any case.

        Raises:
            InvalidDocument: there is no `taskInput` object, or the flag is neither true nor false.
        """
        node = Node(answer, source)
        return cls(node["taskInput"].mapping(), _flag(node.get("isHumanAnnotationRequired")))

    @classmethod
    def without_function(cls, line: DataObject) -> PreAnnotationResponse:
        """Return what workers see when a job has no pre-annotation function: the whole manifest line."""
        return cls(line.attributes)

    def to_json(self) -> dict[str, Json]:
        """Return the answer with the flag as a string, the form of the tutorial."""
        flag = "true" if self.is_human_annotation_required else "false"
        return {"taskInput": dict(self.task_input), "isHumanAnnotationRequired": flag}


def _flag(node: Node | None) -> bool:
    if node is None:
        return True
    found = _TRUTH.get(str(node.value).strip().lower())
    return found if found is not None else node.refuse("true or false")
