"""Drawing many logs with a batch plotter: parallel calls, results in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import takewhile

from tracemark.contract.plot_batch import BatchPlotter, PlotBatch, PlotFailure, PlotOrder
from tracemark.contract.plots import PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import RenderFailed, TracemarkError, data_error
from tracemark_groundtruth.labeling.preparation import in_order

Result = PlotResult | PlotFailure

_CALL_SECONDS = 300.0
_MAX_FAILURES_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws with `plotter`: at most `concurrency` calls at a time, each with at most `lines` orders."""

    plotter: BatchPlotter
    concurrency: int
    lines: int

    def draw(self, orders: Sequence[PlotOrder | PlotFailure]) -> Iterator[Result]:
        """Yield the result of each order, in order.

        Raises:
            RenderFailed: many orders in a row failed for reasons outside their data; finished charts are kept.
        """
        batches = [PlotBatch(tuple(orders[at : at + self.lines])) for at in range(0, len(orders), self.lines)]
        errors = 0
        for result in self._results(batches):
            errors = errors + 1 if _is_systemic(result) else 0
            if errors == _MAX_FAILURES_IN_A_ROW:
                raise _too_many_failures(result)
            yield result

    def _results(self, batches: Sequence[PlotBatch]) -> Iterator[Result]:
        with (
            ThreadPoolExecutor(self.concurrency) as executor,
            closing(in_order(executor, self._draw, batches, 2 * self.concurrency)) as drawn,
        ):
            for results in drawn:
                yield from results

    def _draw(self, batch: PlotBatch) -> list[Result]:
        """Repeat the call for the orders it had no time for, as long as each call makes progress."""
        done: list[Result] = []
        while batch.orders:
            results = self._call(batch)
            finished = list(takewhile(lambda result: not _is_out_of_time(result), results))
            done += finished or results
            batch = batch.after(len(finished) or len(results))
        return done

    def _call(self, batch: PlotBatch) -> Sequence[Result]:
        try:
            return self.plotter.plot_all(batch, Deadline.after(_CALL_SECONDS)).results
        except TracemarkError as error:
            return [PlotFailure.of(error)] * len(batch.orders)


def _is_out_of_time(result: Result) -> bool:
    return isinstance(result, PlotFailure) and result.is_out_of_time


def _is_systemic(result: Result) -> bool:
    return isinstance(result, PlotFailure) and data_error(result.error, result.message) is None


def _too_many_failures(result: Result) -> RenderFailed:
    cause = result.message if isinstance(result, PlotFailure) else ""
    return RenderFailed(
        f"{_MAX_FAILURES_IN_A_ROW} lines in a row failed for reasons outside their data ({cause})",
        remedy="fix the cause and run the command again: it resumes",
    )
