"""One worker's answer: from an annotation of any shape to the labels it gives."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass

from tracemark.contract.answer_fields import chosen_labels, typed_comments
from tracemark.contract.postannotation import Annotation, Data
from tracemark.document import Json, Node, read_json
from tracemark.errors import (
    BucketNotAllowed,
    DataError,
    InvalidDocument,
    InvalidUri,
    ObjectMissing,
    ObjectTooLarge,
)
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidation.ballot import WorkerId

_SOURCE = "answer"
# The reasons end up in the output manifest. They are fixed texts because an error's own text quotes what it
# found, which may be a worker's identity.
_REASONS: Mapping[type[DataError], str] = {
    BucketNotAllowed: "its bucket is not on the allow-list",
    InvalidUri: "its address is not an S3 URI",
    ObjectMissing: "its file does not exist",
    ObjectTooLarge: "too large",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The labels that one worker gave, by the name of the classifier, and the texts that were typed beside them."""

    worker: WorkerId
    labels: Mapping[str, str]
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnusableAnswer:
    """An answer that cannot be counted, and why, in words that name no worker."""

    reason: str


Reading = Answer | UnusableAnswer
"""What became of one annotation."""


def read_answer(annotation: Node, store: ObjectStore, limit: int) -> Reading:
    """Read one annotation whose answer has at most `limit` bytes; whatever is wrong with it stays its own matter.

    Raises:
        AccessDenied, StorageUnavailable: the answer lies in S3 and cannot be read now, but a retry may succeed.
    """
    try:
        parsed = Annotation.parse(annotation)
    except InvalidUri:
        return UnusableAnswer(_REASONS[InvalidUri])
    except (InvalidDocument, RecursionError):
        return UnusableAnswer("no annotationData that can be read")
    try:
        return _labelled(WorkerId(parsed.worker_id.strip()), _content(parsed.data, store, limit))
    except DataError as error:
        return UnusableAnswer(_reason(error))


def _labelled(worker: WorkerId, content: Json) -> Reading:
    if content in (None, "", {}, []):
        return UnusableAnswer("empty")
    if not isinstance(content, dict):
        return UnusableAnswer("not an object")
    return Answer(worker, chosen_labels(content), typed_comments(content))


def _content(data: Data, store: ObjectStore, limit: int) -> Json:
    if isinstance(data, S3Uri):
        return _document(_decoded(store.read(data, limit=limit).data))
    if not isinstance(data.content, str):
        return data.content
    if len(data.content.encode("utf-8", "surrogatepass")) > limit:
        raise ObjectTooLarge("the answer is too large", expected=f"at most {limit:,} bytes")
    return _document(data.content)


def _document(text: str) -> Json:
    if not text.strip():
        return None
    try:
        return read_json(text, _SOURCE, unique_keys=True).value
    except InvalidDocument:
        plain = html.unescape(text)
        if plain == text:
            raise
        return read_json(plain, _SOURCE, unique_keys=True).value


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument("the answer is not UTF-8") from error


def _reason(error: DataError) -> str:
    if isinstance(error.__cause__, RecursionError):
        return "nested too deeply"
    return _REASONS.get(type(error), "not JSON")
