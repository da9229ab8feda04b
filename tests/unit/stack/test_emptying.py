"""Emptying a bucket: everything goes, whatever happens meanwhile, or the error says what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tracemark.deadline import Deadline
from tracemark_stack.bucket import Bucket, Upload, Version
from tracemark_stack.emptying import Emptying, keep
from tracemark_stack.errors import BucketNotEmpty, DataKept, DeletionRefused

if TYPE_CHECKING:
    from unit.stack.conftest import MemoryBucket


@dataclass
class Pauses:
    """The pauses that were made, none of which took time."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def empty(pauses: Pauses) -> Callable[[Bucket], int]:
    return lambda bucket: Emptying(bucket, Deadline.after(600), pauses).run()


Empty = Callable[[Bucket], int]


def test_versions_markers_and_uploads_go_page_by_page(memory_bucket: MemoryBucket, empty: Empty) -> None:
    memory_bucket.fill(2_500)
    memory_bucket.begun = [Upload("output/large.json", str(number)) for number in range(230)]

    removed = empty(memory_bucket)

    assert removed == 2_730
    assert memory_bucket.stored == []
    assert memory_bucket.begun == []


def test_writes_are_denied_before_anything_is_listed(memory_bucket: MemoryBucket, empty: Empty) -> None:
    memory_bucket.fill(1)

    empty(memory_bucket)

    assert memory_bucket.log[0] == "deny"
    assert memory_bucket.log.count("deny") == 1


def test_what_a_writer_adds_meanwhile_goes_too(memory_bucket: MemoryBucket, empty: Empty) -> None:
    memory_bucket.fill(10)
    memory_bucket.writers = [iter([Version(f"late/{number}", "1") for number in range(7)])]

    removed = empty(memory_bucket)

    assert removed == 17
    assert memory_bucket.stored == []


def test_what_comes_after_a_quiet_moment_goes_too(memory_bucket: MemoryBucket) -> None:
    late = iter([Version("late", "1")])

    def writes_once(_: float) -> None:
        memory_bucket.stored += late

    removed = Emptying(memory_bucket, Deadline.after(600), writes_once).run()

    assert removed == 1
    assert memory_bucket.stored == []


def test_an_object_that_s3_does_not_delete_is_named_with_its_code(memory_bucket: MemoryBucket, empty: Empty) -> None:
    memory_bucket.fill(3)
    memory_bucket.refused = {"output/1.json": "AccessDenied"}

    with pytest.raises(DeletionRefused) as caught:
        empty(memory_bucket)

    assert "1 objects, the first of them 'output/1.json' (AccessDenied)" in str(caught.value)
    assert [version.key for version in memory_bucket.stored] == ["output/1.json"]


def test_an_object_that_s3_deletes_at_the_third_attempt_is_no_error(
    memory_bucket: MemoryBucket, empty: Empty, pauses: Pauses
) -> None:
    memory_bucket.fill(3)
    memory_bucket.refused = {"output/1.json": "InternalError"}

    def recovers(seconds: float) -> None:
        pauses(seconds)
        if len(pauses.seconds) == 2:
            memory_bucket.refused = {}

    removed = Emptying(memory_bucket, Deadline.after(600), recovers).run()

    assert removed == 3
    assert memory_bucket.stored == []


def test_time_that_runs_out_is_reported_with_what_is_left(memory_bucket: MemoryBucket, pauses: Pauses) -> None:
    memory_bucket.fill(1_234)

    with pytest.raises(BucketNotEmpty) as caught:
        Emptying(memory_bucket, Deadline.after(10), pauses).run()

    assert str(caught.value) == "time ran out: 1,234 objects left; delete again"
    assert "delete" not in memory_bucket.log


def test_no_time_is_lost_with_counting(memory_bucket: MemoryBucket, pauses: Pauses) -> None:
    memory_bucket.fill(3_000)

    with pytest.raises(BucketNotEmpty, match="more than 0 objects left"):
        Emptying(memory_bucket, Deadline.after(1), pauses).run()


def test_a_second_time_goes_on_where_the_first_ended(memory_bucket: MemoryBucket, empty: Empty, pauses: Pauses) -> None:
    memory_bucket.fill(5)
    with pytest.raises(BucketNotEmpty):
        Emptying(memory_bucket, Deadline.after(10), pauses).run()

    assert empty(memory_bucket) == 5
    assert empty(memory_bucket) == 0


def test_a_bucket_that_is_not_there_is_empty(memory_bucket: MemoryBucket, empty: Empty) -> None:
    memory_bucket.exists = False

    assert empty(memory_bucket) == 0


def test_a_bucket_that_goes_meanwhile_is_empty(memory_bucket: MemoryBucket, pauses: Pauses) -> None:
    memory_bucket.fill(1)

    def goes(_: float) -> None:
        memory_bucket.exists = False

    assert Emptying(memory_bucket, Deadline.after(600), goes).run() == 0


def test_data_that_are_to_be_kept_are_counted_and_not_touched(memory_bucket: MemoryBucket) -> None:
    memory_bucket.fill(1_001)

    with pytest.raises(DataKept, match="1,001 objects"):
        keep(memory_bucket, Deadline.after(600))

    assert {"deny", "delete", "abort"} & set(memory_bucket.log) == set()


@pytest.mark.parametrize("exists", [True, False])
def test_where_nothing_is_nothing_has_to_be_kept(memory_bucket: MemoryBucket, exists: bool) -> None:
    memory_bucket.exists = exists

    keep(memory_bucket, Deadline.after(600))
