"""One worker's answer: from an annotation of any shape to the fields it holds."""

from __future__ import annotations

import html
from collections.abc import Container, Mapping
from dataclasses import dataclass
from itertools import islice

from tracemark.contract.answer_fields import MAX_COMMENT_CHARACTERS
from tracemark.contract.postannotation import Annotation, Data
from tracemark.document import Json, Node, read_json
from tracemark.errors import (
    BucketNotAllowed,
    DataError,
    InvalidDocument,
    InvalidUri,
    ObjectMissing,
    ObjectTooLarge,
    one_line,
    quoted,
)
from tracemark.marks.kind import unpacked
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidation.ballot import WorkerId
from tracemark_postlabel.flaws import flaw_in, marked_doubles, marked_number
from tracemark_postlabel.names import is_label

_SOURCE = "answer"
COMMENT_KEY = "workerComment"
MAX_FIELDS = 100
"""More named fields are no page that a worker fills in."""

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
    """The values that one worker gave, by the name of the field, in the order of the page.

    A hidden field that carries JSON of a known kind as text is that JSON. `problems` says which fields were left out,
    and why, in words that quote no worker.
    """

    worker: WorkerId
    fields: Mapping[str, Json]
    problems: tuple[str, ...] = ()

    def comments(self, chosen: Container[str] = ()) -> tuple[str, ...]:
        """Return the texts that were typed, each on one line; those of the fields `chosen` were not.

        A worker may also comment on a choice, under `workerComment` in the classifier's answer.
        """
        texts = (value for name, value in self.fields.items() if name not in chosen)
        beside = (value.get(COMMENT_KEY) for value in self.fields.values() if isinstance(value, dict))
        typed = (one_line(text, MAX_COMMENT_CHARACTERS).strip() for text in (*texts, *beside) if isinstance(text, str))
        return tuple(comment for comment in typed if comment)


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
        return _answer(WorkerId(parsed.worker_id.strip()), _content(parsed.data, store, limit))
    except DataError as error:
        return UnusableAnswer(_reason(error))


def _answer(worker: WorkerId, content: Json) -> Reading:
    if content in (None, "", {}, []):
        return UnusableAnswer("empty")
    if not isinstance(content, dict):
        return UnusableAnswer("not an object")
    fields: dict[str, Json] = {}
    problems = []
    if len(content) > MAX_FIELDS:
        problems.append(f"{len(content) - MAX_FIELDS:,} of {len(content):,} fields left out: at most {MAX_FIELDS}")
    for name, value in islice(content.items(), MAX_FIELDS):
        said = _unfit(name, value)
        if said:
            problems.append(said)
        elif value is not None:
            fields[name] = unpacked(value)
    return Answer(worker, fields, tuple(problems))


def _unfit(name: str, value: Json) -> str:
    if not is_label(name):
        return "a field whose name cannot be written is left out"
    flaw = flaw_in(value)
    return f"field {quoted(name, 60)} is left out: {flaw}" if flaw else ""


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
        return _parsed(text)
    except InvalidDocument:
        plain = html.unescape(text)
        if plain == text:
            raise
        return _parsed(plain)


def _parsed(text: str) -> Json:
    return read_json(text, _SOURCE, pairs=marked_doubles, numbers=marked_number).value


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidDocument("the answer is not UTF-8") from error


def _reason(error: DataError) -> str:
    if isinstance(error.__cause__, RecursionError):
        return "nested too deeply"
    return _REASONS.get(type(error), "not JSON")
