"""Writers who wait for each other: done together, each with its own result, none hurt by another's error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.waiting import wait_until

from tracemark.errors import TracemarkError
from tracemark_groundtruth.state.write_group import MOST_TOGETHER, WriteGroup


@dataclass
class Store:
    """Committed texts; a transaction is the list of what is written in it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    commits: list[list[str]] = field(default_factory=list)
    full: bool = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        written: list[str] = []
        yield written
        if self.full:
            raise OSError("the disk is full")
        self.commits.append(written)

    @property
    def texts(self) -> list[str]:
        return sorted(text for commit in self.commits for text in commit)


def writer(text: str, error: Exception | None = None, late: bool = False) -> Any:
    def work(written: Any) -> str:
        if error and not late:
            raise error
        written.append(text)
        if error:
            raise error
        return text.upper()

    return work


def count(written: Any) -> int:
    return len(written)


def together(store: Store, works: list[Any]) -> list[Any]:
    """Have each work done by a thread of its own, all of which wait when the first begins."""
    group = WriteGroup(store.lock, store.transaction, count)
    results: list[Any] = [None] * len(works)

    def run(place: int) -> None:
        try:
            results[place] = group.do(works[place])
        except Exception as error:  # noqa: BLE001 - it is the result
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    with store.lock:
        for thread in threads:
            thread.start()
        wait_until(lambda: len(group._queue) == len(works), "the writers")
    for thread in threads:
        thread.join()
    return results


def test_what_waits_is_one_transaction_and_each_has_its_own_result() -> None:
    store = Store()

    results = together(store, [writer(text) for text in "abc"])

    assert (results, len(store.commits), store.texts) == (["A", "B", "C"], 1, ["a", "b", "c"])


def test_one_that_is_refused_leaves_the_others_in_the_transaction() -> None:
    store, refused = Store(), TracemarkError("the task is over")

    results = together(store, [writer("a"), writer("b", refused), writer("c")])

    assert (results, len(store.commits), store.texts) == (["A", refused, "C"], 1, ["a", "c"])


def test_what_a_refused_one_has_written_before_is_undone() -> None:
    store, refused = Store(), TracemarkError("its job cannot be read")

    results = together(store, [writer("a"), writer("b", refused, late=True), writer("c")])

    assert (results, store.texts) == (["A", refused, "C"], ["a", "c"])


@pytest.mark.parametrize("late", [False, True])
def test_one_that_fails_is_undone_and_the_others_are_done_each_on_its_own(late: bool) -> None:
    store, failure = Store(), ValueError("unforeseen")

    results = together(store, [writer("a"), writer("b", failure, late), writer("c")])

    assert (results, store.texts) == (["A", failure, "C"], ["a", "c"])


def test_a_full_disk_is_told_to_everybody() -> None:
    store = Store(full=True)

    results = together(store, [writer(text) for text in "abc"])

    assert [str(result) for result in results] == ["the disk is full"] * 3
    assert store.commits == []


def test_many_writers_are_done_in_several_transactions() -> None:
    store = Store()
    texts = [f"{place:03}" for place in range(MOST_TOGETHER + 5)]

    results = together(store, [writer(text) for text in texts])

    assert results == texts
    assert max(len(commit) for commit in store.commits) == MOST_TOGETHER
    assert store.texts == results
