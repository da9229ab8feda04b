"""Stand-ins that implement the project's protocols in memory."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from typing import IO, Any

from PIL import Image

from tracemark.contract.plots import Plot, PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import ObjectMissing, ObjectTooLarge, TracemarkError
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3uri import S3Uri


@dataclass
class ByteSink:
    """A `Sink` in memory, which knows no way back."""

    data: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)

    def tell(self) -> int:
        return len(self.data)

    def flush(self) -> None:
        pass


@dataclass
class MemoryObjects:
    """An `ObjectStore` in memory; an error stored at a URI is raised when the URI is used."""

    objects: dict[S3Uri, NewObject | TracemarkError] = field(default_factory=dict)

    def put(self, uri: str, data: bytes | TracemarkError) -> None:
        self.objects[S3Uri.parse(uri)] = NewObject(data, "text/plain") if isinstance(data, bytes) else data

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        data = self._at(uri).data
        if len(data) > limit:
            raise ObjectTooLarge(f"the object has {len(data)} bytes", place=str(uri))
        return StoredObject(data, self.etag(uri))

    def download(self, uri: S3Uri, into: IO[bytes], *, limit: int) -> None:
        into.write(self.read(uri, limit=limit).data)

    def etag(self, uri: S3Uri) -> str:
        return f'"{md5(self._at(uri).data).hexdigest()}"'

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        return self._at(uri).metadata if uri in self.objects else None

    def write(self, uri: S3Uri, new: NewObject) -> None:
        if isinstance(self.objects.get(uri), TracemarkError):
            self._at(uri)
        self.objects[uri] = new

    @contextmanager
    def writing(self, uri: S3Uri, content_type: str, metadata: Mapping[str, str]) -> Iterator[ByteSink]:
        sink = ByteSink()
        yield sink
        self.write(uri, NewObject(bytes(sink.data), content_type, metadata))

    def _at(self, uri: S3Uri) -> NewObject:
        found = self.objects.get(uri) or ObjectMissing("there is no such object", place=str(uri))
        if isinstance(found, TracemarkError):
            raise found
        return found


@dataclass
class FakePlotter:
    """A `Plotter` that draws nothing: it answers two charts for every log, or raises what it is given."""

    fails_with: TracemarkError | None = None
    requests: list[PlotRequest] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    trace: S3Uri | None = None

    def plot(self, request: PlotRequest, deadline: Deadline) -> PlotResult:
        self.requests.append(request)
        if self.fails_with:
            raise self.fails_with
        stem = f"{request.destination}{request.sensor_data.name}"
        plots = (
            Plot("electrode", "Electrode position", "", S3Uri.parse(f"{stem}-electrode_pos.png")),
            Plot("current", "Current", "", S3Uri.parse(f"{stem}-current.png")),
            Plot("voltage", "Voltage", "", S3Uri.parse(f"{stem}-voltage.png")),
        )
        return PlotResult(plots, True, self.notes, self.trace)


class FakeContext:
    """A Lambda context with half a minute left."""

    aws_request_id = "8f5b2f9c-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


def weld_log(rows: int = 180) -> bytes:
    """Return a log of the tutorial's layout: time in ms, electrode position, current, voltage, two more columns."""
    return b"".join(b"%d,94.%02d,14%02d,4%02d,7,8\n" % (50 * n, n % 97, n % 83, n % 61) for n in range(rows))


def photograph(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (12, 8), **options: Any) -> bytes:
    """Return a small image file; `options` go to Pillow's writer."""
    sink = io.BytesIO()
    Image.new(mode, size).save(sink, kind, **options)
    return sink.getvalue()
