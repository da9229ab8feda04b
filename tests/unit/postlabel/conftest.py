"""An object store in memory, and one call of the use case on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from tracemark.contract.postannotation import PostAnnotationRequest, answer_json
from tracemark.document import Json
from tracemark.errors import ObjectMissing, ObjectTooLarge, TracemarkError
from tracemark.storage.objects import NewObject, SharedObjects, StoredObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidate import consolidate
from tracemark_postlabel.consolidation.majority import Majority
from tracemark_postlabel.settings import Settings

PAYLOAD = "s3://weld-bucket/output/Job/annotations/consolidation-request/iteration-1/2020-09-15_16:16:11.json"

Files = Mapping[str, bytes | TracemarkError]
"""What lies at each URI: bytes, or the error that reading it raises."""
Stored = Callable[[Files], SharedObjects]


class Consolidated(Protocol):
    """Consolidate a payload; the answer by object id, without its attribute name."""

    def __call__(self, payload: Json, files: Files = ..., **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class MemoryObjects:
    """An `ObjectStore` in memory."""

    files: dict[S3Uri, bytes | TracemarkError] = field(default_factory=dict)

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        data = self._at(uri)
        if len(data) > limit:
            raise ObjectTooLarge("the object is too large", place=str(uri))
        return StoredObject(data, "etag")

    def etag(self, uri: S3Uri) -> str:
        self._at(uri)
        return "etag"

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        return {} if uri in self.files else None

    def write(self, uri: S3Uri, new: NewObject) -> None:
        self.files[uri] = new.data

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        raise AssertionError("nothing is remembered here")

    def _at(self, uri: S3Uri) -> bytes:
        found = self.files.get(uri, ObjectMissing("there is no such object", place=str(uri)))
        if isinstance(found, TracemarkError):
            raise found
        return found


@pytest.fixture
def payload_uri() -> str:
    return PAYLOAD


@pytest.fixture
def stored() -> Stored:
    return lambda files: MemoryObjects({S3Uri.parse(uri): data for uri, data in files.items()})


@pytest.fixture
def consolidated(stored: Stored) -> Consolidated:
    def run(payload: Json, files: Files | None = None, **request: Any) -> dict[str, Any]:
        store = stored({**(files or {}), PAYLOAD: json.dumps(payload).encode()})
        event = {"labelAttributeName": "Job", "payload": {"s3Uri": PAYLOAD}, **request.pop("event", {})}
        settings = Settings.parse(request)
        found = answer_json(consolidate(PostAnnotationRequest.parse(event), store, settings, Majority()))
        contents = {entry["datasetObjectId"]: entry["consolidatedAnnotation"]["content"] for entry in found}
        assert len(contents) == len(found), "an object was answered twice"
        return {object_id: content["Job"] for object_id, content in contents.items()}

    return run
