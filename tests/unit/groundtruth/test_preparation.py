"""Order, bounds and batches of the objects on their way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.contract.manifest import DataObject
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark_groundtruth.job.prepared import Answered, LeftOut, Prepared, Unanswered
from tracemark_groundtruth.labeling.offline import in_batches
from tracemark_groundtruth.labeling.preparation import in_order

ANSWER = WorkerAnswer("w", {})


def prepared(kinds: str) -> list[Prepared]:
    """Return one object for each letter: a(nswered), u(nanswered), l(eft out)."""
    return [one(kind, DataObject(index, {"source": kind})) for index, kind in enumerate(kinds)]


def one(kind: str, line: DataObject) -> Prepared:
    if kind == "a":
        return Answered(line, [ANSWER])
    return Unanswered(line) if kind == "u" else LeftOut(line, "")


@given(st.text(alphabet="aul", max_size=60), st.integers(1, 9))
def test_batches_lose_nothing_and_keep_the_order(kinds: str, size: int) -> None:
    items = prepared(kinds)

    batches = list(in_batches(items, lambda: size))

    assert [item for batch in batches for item in batch] == items


@given(st.text(alphabet="aul", max_size=60), st.integers(1, 9))
def test_every_batch_but_the_last_is_full(kinds: str, size: int) -> None:
    batches = list(in_batches(prepared(kinds), lambda: size))

    counts = [sum(isinstance(item, Answered) for item in batch) for batch in batches]

    assert all(count == size for count in counts[:-1])


def test_results_come_in_the_order_of_the_items() -> None:
    def wait_for_first(number: int) -> int:
        threading.Event().wait(0.05 if number == 0 else 0)
        return number

    with ThreadPoolExecutor(4) as executor:
        found = list(in_order(executor, wait_for_first, range(20), 8))

    assert found == list(range(20))


def test_no_more_items_are_taken_than_may_be_under_way() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with ThreadPoolExecutor(2) as executor, closing(in_order(executor, str, items(), 4)) as results:
        next(results)

    assert len(taken) == 4


def test_calls_that_have_not_begun_are_never_made_after_a_failure() -> None:
    calls: list[int] = []

    def fail(number: int) -> int:
        calls.append(number)
        threading.Event().wait(0.02)
        raise ValueError(number)

    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="0"):
        list(in_order(executor, fail, range(50), 10))

    assert len(calls) <= 2
