"""The golden documents, and the function with an object store in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tracemark.document import Json
from tracemark.errors import ObjectMissing
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel import wiring
from tracemark_postlabel.handler import handle
from tracemark_postlabel.settings import Settings

GOLDEN = Path(__file__).parent / "golden"

Golden = Callable[[str], Json]
Invoked = Callable[[Json, Json], Json]


@dataclass(frozen=True)
class MemoryObjects:
    """An `ObjectStore` in memory."""

    files: dict[S3Uri, bytes]

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        if uri not in self.files:
            raise ObjectMissing("there is no such object", place=str(uri))
        return StoredObject(self.files[uri][:limit], "etag")

    def etag(self, uri: S3Uri) -> str:
        return self.read(uri, limit=0).etag

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        return {} if uri in self.files else None

    def write(self, uri: S3Uri, new: NewObject) -> None:
        self.files[uri] = new.data


@pytest.fixture
def golden() -> Golden:
    return lambda name: json.loads((GOLDEN / f"{name}.json").read_text())


@pytest.fixture
def invoked(monkeypatch: pytest.MonkeyPatch) -> Invoked:
    """Answer an event whose payload lies where it says, and return what goes over the wire."""

    def invoke(event: Json, payload: Json) -> Json:
        store = MemoryObjects({S3Uri.parse(event["payload"]["s3Uri"]): json.dumps(payload).encode()})
        monkeypatch.setattr(wiring, "store", lambda: store)
        monkeypatch.setattr(wiring, "settings", Settings)
        return json.loads(json.dumps(handle(event, None), ensure_ascii=False).encode())

    return invoke
