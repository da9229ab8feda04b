"""Drawing a manifest in calls side by side: order, second attempts, and when to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from tracemark.contract.plot_batch import ManifestLine, PlotBatch, PlotBatchResult, PlotFailure
from tracemark.contract.plots import PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import FunctionFailed, RenderFailed
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.drawing import Drawing

DRAWN: PlotResult | PlotFailure = PlotResult((), rendered=True)
EMPTY = PlotFailure("InvalidLog", "the log is empty")
LATE = PlotFailure("DeadlineExceeded", "0.0 s are left")
BROKEN = PlotFailure("RenderFailed", "the browser did not start")

Results = Sequence[PlotResult | PlotFailure]


@dataclass
class FakeBatchPlotter:
    """A `BatchPlotter` that answers by a function of the keys it is asked for, and keeps what it was asked."""

    answer: Callable[[list[str]], Results]
    asked: list[list[str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        keys = [order.document.key for order in batch.orders if isinstance(order, ManifestLine)]
        with self.lock:
            self.asked.append(keys)
        return PlotBatchResult(tuple(self.answer(keys)))


def orders(count: int) -> list[ManifestLine]:
    return [ManifestLine(S3Uri("welds", str(number))) for number in range(count)]


def test_every_order_is_asked_for_once() -> None:
    plotter = FakeBatchPlotter(lambda keys: [DRAWN] * len(keys))

    results = list(Drawing(plotter, concurrency=3, lines=4).draw(orders(10)))

    assert results == [DRAWN] * 10
    assert sorted(plotter.asked) == [list("0123"), list("4567"), list("89")]


def test_results_come_in_the_order_of_the_manifest() -> None:
    plotter = FakeBatchPlotter(lambda keys: [PlotFailure("InvalidLog", key) for key in keys])

    results = list(Drawing(plotter, concurrency=4, lines=1).draw(orders(20)))

    assert [result.message for result in results if isinstance(result, PlotFailure)] == [str(n) for n in range(20)]


def test_what_a_call_had_no_time_for_is_asked_for_again() -> None:
    def answer(keys: list[str]) -> Results:
        return ([DRAWN, DRAWN] + [LATE] * len(keys))[: len(keys)]

    plotter = FakeBatchPlotter(answer)

    results = list(Drawing(plotter, concurrency=1, lines=5).draw(orders(5)))

    assert (results, plotter.asked) == ([DRAWN] * 5, [list("01234"), list("234"), list("4")])


def test_a_call_that_had_time_for_nothing_is_not_repeated() -> None:
    plotter = FakeBatchPlotter(lambda keys: [LATE] * len(keys))

    results = list(Drawing(plotter, concurrency=1, lines=3).draw(orders(3)))

    assert (results, len(plotter.asked)) == ([LATE] * 3, 1)


def test_a_call_that_fails_whole_is_the_failure_of_its_lines_alone() -> None:
    def answer(keys: list[str]) -> Results:
        if "2" in keys:
            raise FunctionFailed("the function ran out of memory")
        return [DRAWN] * len(keys)

    results = list(Drawing(FakeBatchPlotter(answer), concurrency=1, lines=2).draw(orders(6)))

    assert [isinstance(result, PlotFailure) for result in results] == [False, False, True, True, False, False]


def test_many_logs_at_fault_in_a_row_do_not_stop_the_rest() -> None:
    plotter = FakeBatchPlotter(lambda keys: [EMPTY] * len(keys))

    assert list(Drawing(plotter, concurrency=2, lines=1).draw(orders(50))) == [EMPTY] * 50


def test_a_broken_machine_stops_the_rest_and_is_named() -> None:
    plotter = FakeBatchPlotter(lambda keys: [BROKEN] * len(keys))

    with pytest.raises(RenderFailed, match=r"10 lines in a row.*the browser did not start.*it resumes"):
        list(Drawing(plotter, concurrency=2, lines=1).draw(orders(1_000)))

    assert len(plotter.asked) < 20
