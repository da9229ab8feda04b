"""Objects for a running job: our own operation, and what is told of a streaming job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from tracemark.contract.manifest import DataObject
from tracemark.document import Json, Node, json_text
from tracemark.errors import one_line, quoted
from tracemark_groundtruth.api.access import SERVICE_CALLER, Caller
from tracemark_groundtruth.api.errors import Invalid
from tracemark_groundtruth.api.names import find_job
from tracemark_groundtruth.job.arrival import Appended, Arrival, own_id
from tracemark_groundtruth.labeling.inputs import download_manifest, manifest_lines
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.state.arrivals import Arrivals, NotOpen, OtherContent
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.state.jobs import JobRecord
from tracemark_groundtruth.state.streams import Streams, line_count
from tracemark_groundtruth.state.tables import JobStatus
from tracemark_groundtruth.streams.endpoints import StreamEndpoints

DATA_OBJECTS = "DataObjects"
MAX_DATA_OBJECTS = 1_000
MAX_TOKEN = 64

_PAGE = 500
_REFUSED_TOLD = 3


@dataclass(frozen=True)
class AppendOperation:
    """`AppendToLabelingJob`, which AWS does not have; `now` returns UTC."""

    database: Database
    storage: JobStorage
    now: Callable[[], datetime]
    caller: Caller = SERVICE_CALLER

    def append(self, request: Node) -> Json:
        """Append objects to a job in progress: `DataObjects`, or the lines of `ManifestS3Uri`.

        An object comes once: it is known by the id that it names itself (`dataset-objectid-attribute-name`), with a
        `ClientToken` by that and its place in the request, and else by its content.

        Raises:
            NotFound: there is no such job.
            Invalid: the job is not in progress, the token was used for other objects, or what is given is not allowed.
            InvalidDocument: an object is not one.
            ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: S3 does not give the manifest.
        """
        record, token = find_job(self.database, request, self.caller), _token(request.get("ClientToken"))
        given, manifest = request.get(DATA_OBJECTS), request.get("ManifestS3Uri")
        if (given is None) == (manifest is None):
            raise Invalid("give either DataObjects or ManifestS3Uri", remedy="leave one of the two out")
        _check_open(record.name, record.status, Appended())
        if given is not None:
            return self._answer(record, self._enter(record, token, [_data_objects(given)]))
        assert manifest is not None  # noqa: S101 - one of the two is there
        uri = manifest.uri()
        with download_manifest(self.storage, uri) as file:
            for _ in manifest_lines(file, str(uri)):
                pass  # nothing is entered of a manifest with a wrong line
            return self._answer(record, self._enter(record, token, _pages(manifest_lines(file, str(uri)))))

    def _enter(self, record: JobRecord, token: str, pages: Iterable[list[DataObject]]) -> Appended:
        done, arrivals = Appended(), Arrivals(self.database, record.job_id)
        for page in pages:
            coming = [_arrival(line, token) for line in page]
            result = arrivals.append(coming, self.now().timestamp(), strict=bool(token))
            if isinstance(result, NotOpen):
                _check_open(record.name, result.status, done)
            elif isinstance(result, OtherContent):
                raise _other_content(coming[result.position].line, token)
            else:
                done += result
        return done

    def _answer(self, record: JobRecord, appended: Appended) -> Json:
        return {
            "LabelingJobArn": record.job.labeling_job_arn,
            "AddedCount": appended.added,
            "DuplicateCount": appended.duplicates,
            "TotalCount": line_count(self.database, record.job_id),
        }


def stream_notes(database: Database, record: JobRecord, endpoints: StreamEndpoints) -> Iterator[str]:
    """Yield what is odd about a streaming job: that nothing is read or told, and which messages hold no object.

    Raises:
        StateUnavailable: the database does not answer.
    """
    if not endpoints.reads_queues:
        yield "the service reads no queue (AWS_ENDPOINT_URL_SQS is not set): objects come by AppendToLabelingJob"
    if record.job.output_topic_arn and endpoints.topic(record.job) is None:
        yield "the service tells no topic (AWS_ENDPOINT_URL_SNS is not set)"
    streams = Streams(database, record.job_id)
    if count := streams.refused_count():
        first = "; ".join(f"{one.message_id}: {one_line(one.reason, 200)}" for one in streams.refused(_REFUSED_TOLD))
        yield f"{count:,} messages hold no object: {first}{'; …' if count > _REFUSED_TOLD else ''}"


def _check_open(name: str, status: JobStatus, done: Appended) -> None:
    if status is JobStatus.IN_PROGRESS:
        return
    added = f"; {done.added:,} objects were added before" if done.added else ""
    begins = status is JobStatus.INITIALIZING
    raise Invalid(
        f"the job {quoted(name)} is {status.value}{added}",
        expected="a job that is InProgress",
        remedy="try again once it is InProgress" if begins else "create another job for these objects",
    )


def _data_objects(given: Node) -> list[DataObject]:
    nodes = list(given.items())
    if not 1 <= len(nodes) <= MAX_DATA_OBJECTS:
        given.refuse(f"1 to {MAX_DATA_OBJECTS:,} data objects; more of them in a manifest")
    return [_data_object(node, index) for index, node in enumerate(nodes)]


def _data_object(node: Node, index: int) -> DataObject:
    """Read a line as a text, or as the object itself."""
    text = node.text() if isinstance(node.value, str) else json_text(dict(node.mapping()))
    return DataObject.parse(text, index, DATA_OBJECTS)


def _arrival(line: DataObject, token: str) -> Arrival:
    own = own_id(line, f"line {line.index + 1}")
    return Arrival(line, own or (f"token:{token}:{line.index}" if token else None))


def _pages(lines: Iterator[DataObject]) -> Iterator[list[DataObject]]:
    while page := list(islice(lines, _PAGE)):
        yield page


def _token(node: Node | None) -> str:
    if node is None:
        return ""
    token = node.text()
    return token if len(token) <= MAX_TOKEN else node.refuse(f"1 to {MAX_TOKEN} characters")


def _other_content(line: DataObject, token: str) -> Invalid:
    return Invalid(
        f"line {line.index + 1} differs from what was appended with the ClientToken {quoted(token)} before",
        expected="the same objects in the same order, or another token",
        remedy="use a new ClientToken for new objects",
    )
