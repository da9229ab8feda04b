"""What is remembered from call to call: one JSON object in S3 for each series of jobs."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracemark.document import Json, Node, read_json
from tracemark.errors import AccessDenied, ObjectMissing, StorageUnavailable
from tracemark.storage.objects import NewObject, SharedObjects
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.ballots import ballots_json, parse_ballots
from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.evidence import Evidence, Record

MAX_MEMORY_BYTES = 32 * 1024 * 1024
MAX_PAYLOADS = 20_000
MAX_ATTEMPTS = 40

_DIGEST_CHARACTERS = 32
_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Remembered:
    """All evidence so far, its workers and objects by their hashed names, and the digests of the payloads behind it."""

    evidence: Evidence = field(default_factory=Evidence)
    payloads: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: bytes, source: str) -> Remembered:
        """Read what `to_json` writes, or wrote before it kept ballots (version 1).

        Raises:
            InvalidDocument: it is something else.
        """
        document = read_json(data, source)
        if document["version"].value not in (1, 2):
            document["version"].refuse("1 or 2")
        evidence = Evidence(
            {WorkerId(name): _record(node) for name, node in _entries(document["workers"])},
            {name: _record(node) for name, node in _entries(document["classes"])},
            parse_ballots(document["recent"]) if document["version"].value == 2 else (),
        )
        return cls(evidence, document["payloads"].texts())

    def to_json(self) -> Json:
        """Return the document: `[asked, agreed, tested, right]` by worker and by class, and the last ballots."""
        return {
            "version": 2,
            "workers": {worker.name: _row(record) for worker, record in self.evidence.workers.items()},
            "classes": {name: _row(record) for name, record in self.evidence.classes.items()},
            "payloads": list(self.payloads),
            "recent": ballots_json(self.evidence.recent),
        }

    def before(self, digest: str, ballots: Sequence[Ballot]) -> Evidence:
        """Return what is known without `ballots`, the payload `digest`, or other ballots of their objects."""
        if digest in self.payloads:
            return self.evidence.less(ballots)
        return self.evidence.without(ballot.object_id for ballot in ballots)

    def with_payload(self, digest: str, ballots: Sequence[Ballot]) -> Remembered:
        """Return this and what one more payload says; the oldest of very many payloads is forgotten by name."""
        return Remembered(self.before(digest, ballots) + _named(ballots), (*self.payloads, digest)[-MAX_PAYLOADS:])


@dataclass(frozen=True)
class WorkerMemory:
    """The memory at `uri`; names of workers and objects are hashed with `salt`, nameless workers have no record.

    With the name of the `job` an object is known again in whatever payload it comes, without it in the same one only.
    """

    store: SharedObjects
    uri: S3Uri
    salt: str
    pause: Callable[[float], None] = time.sleep
    job: str = ""
    # A call reads twice, before it decides and before it writes, and mostly the same.
    _parsed: dict[str, Remembered] = field(default_factory=dict, compare=False, repr=False)

    def disguised(self, ballots: Sequence[Ballot]) -> list[Ballot]:
        """Return the ballots with their workers' names hashed, as the memory knows them."""
        hashed = {
            name: WorkerId(self._hash(name))
            for name in {choice.worker.name for each in ballots for choice in each.choices}
        }
        return [
            replace(ballot, choices=tuple(_disguised(choice, hashed) for choice in ballot.choices))
            for ballot in ballots
        ]

    def before(self, digest: str, ballots: Sequence[Ballot]) -> Evidence:
        """Return what is known without the payload `digest` of `ballots`, so that a repeated call decides the same.

        Raises:
            InvalidDocument, StorageUnavailable, AccessDenied: it cannot be read.
        """
        found, _ = self._read(may_be_new=True)
        return found.before(digest, self._stored(digest, ballots))

    def add(self, digest: str, ballots: Sequence[Ballot]) -> None:
        """Add what the payload `digest` says; nothing if it is there, and nothing of what others add meanwhile is lost.

        Raises:
            InvalidDocument, StorageUnavailable, AccessDenied: it cannot be read or written.
        """
        stored = self._stored(digest, ballots)
        for attempt in range(MAX_ATTEMPTS):
            found, etag = self._read(may_be_new=attempt == 0)
            if digest in found.payloads:
                return
            new = found.with_payload(digest, stored).to_json()
            data = json.dumps(new, ensure_ascii=True, separators=(",", ":")).encode()
            if self.store.replace(self.uri, NewObject(data, "application/json"), etag=etag):
                return
            longest = min(_LONGEST_PAUSE_SECONDS, _PAUSE_SECONDS * 2**attempt)
            self.pause(random.uniform(0, longest))  # noqa: S311 - so that those who collided do not meet again
        raise StorageUnavailable(
            f"others wrote it first {MAX_ATTEMPTS} times in a row", place=str(self.uri), remedy="lower the concurrency"
        )

    def _read(self, *, may_be_new: bool) -> tuple[Remembered, str | None]:
        try:
            found = self.store.read(self.uri, limit=MAX_MEMORY_BYTES)
        except ObjectMissing:
            return Remembered(), None
        except AccessDenied:
            # Without s3:ListBucket S3 says so of a key that is not there. Creating it will tell: that fails if it is.
            if not may_be_new:
                raise
            return Remembered(), None
        if found.etag not in self._parsed:
            self._parsed.clear()
            self._parsed[found.etag] = Remembered.parse(found.data, str(self.uri))
        return self._parsed[found.etag], found.etag

    def _stored(self, digest: str, ballots: Sequence[Ballot]) -> list[Ballot]:
        origin = self.job or digest
        return [_placed(replace(each, object_id=self._hash(f"{origin}\n{each.object_id}"))) for each in ballots]

    def _hash(self, name: str) -> str:
        salt, told = (text.encode("utf-8", "surrogatepass") for text in (self.salt, name))
        return hmac.new(salt, told, hashlib.sha256).hexdigest()[:_DIGEST_CHARACTERS]


def _disguised(choice: Choice, hashed: Mapping[str, WorkerId]) -> Choice:
    if not choice.worker.name:
        return choice
    worker = hashed[choice.worker.name]
    return Vote(worker, choice.label) if isinstance(choice, Vote) else Abstention(worker)


def _placed(ballot: Ballot) -> Ballot:
    """Return the votes alone, nameless workers told apart by their place among them."""
    votes = (
        vote if vote.worker.name else Vote(WorkerId("", f"{ballot.object_id}[{place}]"), vote.label)
        for place, vote in enumerate(ballot.votes)
    )
    return replace(ballot, choices=tuple(votes))


def payload_digest(job: str, ballots: Sequence[Ballot]) -> str:
    """Return a name for the ballots of one payload of one job, whatever their order."""
    told = sorted(
        (
            ballot.object_id,
            ballot.gold or "",
            sorted((choice.worker.name, choice.label if isinstance(choice, Vote) else "") for choice in ballot.choices),
        )
        for ballot in ballots
    )
    text = json.dumps([job, told])
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _named(ballots: Sequence[Ballot]) -> Evidence:
    found = Evidence.of(ballots)
    return replace(found, workers={worker: record for worker, record in found.workers.items() if worker.name})


def _entries(node: Node) -> Sequence[tuple[str, Node]]:
    return [(name, Node(value, node.source, f"{node.path}.{name}")) for name, value in node.mapping().items()]


def _row(record: Record) -> Sequence[float]:
    return [record.asked, round(record.agreed, 6), record.tested, record.right]


def _record(node: Node) -> Record:
    numbers = [element.number() for element in node.items()]
    if len(numbers) != 4:
        node.refuse("[asked, agreed, tested, right]")
    asked, agreed, tested, right = numbers
    return Record(int(asked), agreed, int(tested), int(right))
