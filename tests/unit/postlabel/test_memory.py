"""What is remembered of workers between calls."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.fakes import MemoryObjects

from tracemark.errors import AccessDenied, InvalidDocument, StorageUnavailable
from tracemark.storage.objects import NewObject, StoredObject
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId
from tracemark_postlabel.consolidation.evidence import Evidence, Record
from tracemark_postlabel.memory import Remembered, WorkerMemory, payload_digest

URI = S3Uri("weld-bucket", "memory/Job.json")


class SharedMemory(MemoryObjects):
    """A store in which others may write between a read and the write that follows it."""

    def __init__(self, others: list[NewObject] | None = None) -> None:
        super().__init__()
        self.others = others or []

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        if self.others:
            self.objects[uri] = self.others.pop(0)
        current = self.etag(uri) if uri in self.objects else None
        if current != etag:
            return False
        self.objects[uri] = new
        return True


class WithoutListing(SharedMemory):
    """A store whose user may get and put but not list: S3 says 403 of a key that is not there."""

    unreadable = False

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        if self.unreadable or uri not in self.objects:
            raise AccessDenied("S3 refused", place=str(uri))
        return super().read(uri, limit=limit)


class Contested(SharedMemory):
    """A store for threads: a write is one step, and the first reads wait for each other, so that writes collide."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.start = threading.Barrier(threads)
        self.lost = 0

    def replace(self, uri: S3Uri, new: NewObject, *, etag: str | None) -> bool:
        if etag is None:
            self.start.wait(10)
        with self.lock:
            written = super().replace(uri, new, etag=etag)
            self.lost += not written
            return written


def ballots(worker: str = "private.5666") -> list[Ballot]:
    return [Ballot("0", (Vote(WorkerId(worker), "a"), Vote(WorkerId("w2"), "a"), Vote(WorkerId("w3"), "b")), gold="a")]


def memory(store: SharedMemory) -> WorkerMemory:
    return WorkerMemory(store, URI, "salt", pause=lambda seconds: None)


def remember(store: SharedMemory, job: str) -> None:
    found = memory(store)
    disguised = found.disguised(ballots())
    found.add(payload_digest(job, disguised), disguised)


def asked(store: SharedMemory) -> int:
    return Remembered.parse(store.read(URI, limit=10_000).data, str(URI)).evidence.total.asked


def test_what_is_remembered_is_known_to_the_next_payload() -> None:
    store = SharedMemory()
    disguised = memory(store).disguised(ballots())

    memory(store).add("first", disguised)

    known = memory(store).before("second", disguised)
    assert known.total == Evidence.of(disguised).total


def test_a_repeated_call_counts_once() -> None:
    store = SharedMemory()
    remember(store, "job")

    remember(store, "job")

    assert asked(store) == 3


def test_a_repeated_call_knows_what_the_first_one_knew() -> None:
    store = SharedMemory()
    disguised = memory(store).disguised(ballots())
    memory(store).add("first", disguised)

    known = memory(store).before("first", disguised)

    assert known.total.answers == 0
    assert known.total.agreed == pytest.approx(0, abs=1e-5)


def test_two_writers_at_once_lose_nothing_of_each_other() -> None:
    other = SharedMemory()
    remember(other, "other job")
    store = SharedMemory(others=[other.objects[URI]])  # type: ignore[list-item]

    remember(store, "job")

    assert asked(store) == 6


def test_a_memory_that_others_always_write_first_is_given_up() -> None:
    other = SharedMemory()
    remember(other, "other job")
    documents = [
        NewObject(f'{{"version":1,"workers":{{}},"classes":{{}},"payloads":["p{n}"]}}'.encode(), "") for n in range(99)
    ]
    store = SharedMemory(others=documents)

    with pytest.raises(StorageUnavailable):
        remember(store, "job")


def test_no_worker_can_be_read_from_it() -> None:
    store = SharedMemory()

    remember(store, "job")

    assert b"5666" not in store.read(URI, limit=10_000).data


def test_nameless_workers_are_not_remembered() -> None:
    store = SharedMemory()
    nameless = [Ballot("0", (Vote(WorkerId("", "0[0]"), "a"), Vote(WorkerId("", "0[1]"), "a")))]

    memory(store).add("first", nameless)

    assert asked(store) == 0


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"version": 2}', b'{"version":1,"workers":{"w":[1]},"classes":{},"payloads":[]}']
)
def test_a_document_that_is_no_memory_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidDocument):
        Remembered.parse(data, "memory")


def test_a_memory_is_begun_where_nobody_may_ask_whether_there_is_one() -> None:
    store = WithoutListing()

    remember(store, "job")
    remember(store, "other job")

    assert asked(store) == 6


def test_a_memory_that_may_not_be_read_is_neither_overwritten_nor_tried_for_long() -> None:
    store = WithoutListing()
    remember(store, "job")
    before = store.objects[URI]
    store.unreadable = True

    with pytest.raises(AccessDenied):
        remember(store, "other job")

    assert store.objects[URI] is before


def test_threads_that_remember_at_once_lose_nothing_and_count_a_repeated_payload_once() -> None:
    store = Contested(8)
    jobs = [f"job {number % 6}" for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda job: remember(store, job), jobs))

    found = Remembered.parse(store.read(URI, limit=10_000).data, str(URI))
    assert len(found.payloads) == 6
    assert found.evidence.total == sum_of(6)
    assert store.lost >= 7


def sum_of(payloads: int) -> Record:
    one = Evidence.of(ballots()).total
    return Record(*(round(value * payloads, 6) for value in (one.asked, one.agreed, one.tested, one.right)))  # type: ignore[arg-type]


def payload(first: int, count: int = 3) -> list[Ballot]:
    """Ballots of objects that start at a number, by two named workers and a nameless one."""
    return [
        Ballot(
            str(number),
            (
                Vote(WorkerId("private.1"), "a"),
                Vote(WorkerId("private.2"), "b"),
                Vote(WorkerId("", f"{number}[2]"), "a"),
            ),
            gold="a" if number % 2 else None,
        )
        for number in range(first, first + count)
    ]


def of_job(store: SharedMemory, job: str = "arn:job") -> WorkerMemory:
    return WorkerMemory(store, URI, "salt", pause=lambda seconds: None, job=job)


def keep(found: WorkerMemory, ballots: list[Ballot]) -> None:
    disguised = found.disguised(ballots)
    found.add(payload_digest(found.job, disguised), disguised)


def knows(found: WorkerMemory, ballots: list[Ballot]) -> Evidence:
    disguised = found.disguised(ballots)
    return found.before(payload_digest(found.job, disguised), disguised)


def test_the_last_ballots_are_known_to_the_next_payload_as_they_were_given() -> None:
    store = SharedMemory()
    keep(of_job(store), payload(0))

    recent = knows(of_job(store), payload(10)).recent

    assert sorted((each.gold or "", [vote.label for vote in each.votes]) for each in recent) == [
        ("", ["a", "b", "a"]),
        ("", ["a", "b", "a"]),
        ("a", ["a", "b", "a"]),
    ]
    assert len({vote.worker for each in recent for vote in each.votes}) == 2 + 3


def test_neither_workers_nor_objects_can_be_read_from_it() -> None:
    store = SharedMemory()

    keep(of_job(store), payload(123_456))

    data = store.read(URI, limit=100_000).data
    assert [name for name in (b"private", b"12345") if name in data] == []


def test_a_repeated_call_finds_the_very_ballots_that_the_first_one_found() -> None:
    store = SharedMemory()
    for number in range(0, 2_400, 600):
        keep(of_job(store), payload(number, 600))
    first = knows(of_job(store), payload(5_000, 1_500))
    keep(of_job(store), payload(5_000, 1_500))

    again = knows(of_job(store), payload(5_000, 1_500))

    assert again.recent[-1_000:] == first.recent[-1_000:]
    assert again.total.asked == first.total.asked
    assert again.total.agreed == pytest.approx(first.total.agreed, abs=1e-4)


def test_objects_that_come_again_in_other_batches_count_once() -> None:
    store = SharedMemory()
    keep(of_job(store), payload(0, 40))

    for first in range(0, 40, 10):
        keep(of_job(store), payload(first, 10))

    assert asked_of(store) == 2 * 40


def test_the_same_number_in_another_job_is_another_object() -> None:
    store = SharedMemory()
    keep(of_job(store), payload(0))

    keep(of_job(store, "arn:other"), payload(0))

    assert asked_of(store) == 2 * 2 * 3


def asked_of(store: SharedMemory) -> int:
    return Remembered.parse(store.read(URI, limit=1_000_000).data, str(URI)).evidence.total.asked


def test_a_memory_from_before_it_kept_ballots_is_read_and_continued() -> None:
    store = SharedMemory()
    old = b'{"version":1,"workers":{"w":[4,2.5,1,1]},"classes":{"a":[4,2.5,1,1]},"payloads":["p"]}'
    store.objects[URI] = NewObject(old, "application/json")

    keep(of_job(store), payload(0))

    found = Remembered.parse(store.read(URI, limit=100_000).data, str(URI))
    assert found.evidence.workers[WorkerId("w")] == Record(4, 2.5, 1, 1)
    assert (len(found.evidence.recent), found.payloads[0]) == (3, "p")


@pytest.mark.parametrize(
    "recent",
    [
        "1",
        '{"workers":[],"labels":[]}',
        '{"workers":[],"labels":[],"ballots":[["o"]]}',
        '{"workers":[],"labels":[],"ballots":[["o",null,0]]}',
        '{"workers":[],"labels":["a"],"ballots":[["o",null,0,0]]}',
        '{"workers":["w"],"labels":["a"],"ballots":[["o",null,0,1]]}',
        '{"workers":["w"],"labels":["a"],"ballots":[["o",null,true,0]]}',
        '{"workers":["w"],"labels":["a"],"ballots":[["o",7,0,0]]}',
        '{"workers":["w"],"labels":["a"],"ballots":[[7,null,0,0]]}',
        '{"workers":["w"],"labels":["a"],"ballots":[["o",null,0.0,0]]}',
    ],
)
def test_ballots_that_nobody_wrote_so_are_refused(recent: str) -> None:
    document = f'{{"version":2,"workers":{{}},"classes":{{}},"payloads":[],"recent":{recent}}}'

    with pytest.raises(InvalidDocument):
        Remembered.parse(document.encode(), "memory")
