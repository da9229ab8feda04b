"""Drawing what a call orders: one log, or many, with a result or a failure for each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.contract.plot_batch import ManifestLine, PlotBatch, PlotBatchResult, PlotFailure, PlotOrder
from tracemark.contract.plots import PlotRequest, PlotResult, Plotter
from tracemark.deadline import Deadline
from tracemark.errors import TracemarkError
from tracemark.storage.objects import ObjectStore

_log = logging.getLogger(__name__)

# Enough for a log of some hundred thousand rows, with a new browser. A log started with less time would often end in
# a time-out, and cost a browser.
_LEAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class OrderPlotter:
    """Draws with `plotter`, and reads from `store` the dataset documents that manifest lines point to."""

    store: ObjectStore
    plotter: Plotter

    def plot(self, order: PlotOrder, deadline: Deadline) -> PlotResult:
        """Write the charts of one log, or of all logs of a dataset document, and return where they are.

        Of several logs the result names no trace file.

        Raises:
            DataError: the document or a log cannot be read.
            EnvironmentFault: storage or browser failed, or time ran out.
        """
        results = [self.plotter.plot(request, deadline) for request in self._requests(order)]
        if len(results) == 1:
            return results[0]
        return PlotResult(
            tuple(plot for result in results for plot in result.plots),
            rendered=any(result.rendered for result in results),
            notes=tuple(note for result in results for note in result.notes),
        )

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        """See `BatchPlotter.plot_all`; the orders are drawn one after the other."""
        results: list[PlotResult | PlotFailure] = []
        out_of_time: PlotFailure | None = None
        for order in batch.orders:
            result = order if isinstance(order, PlotFailure) else out_of_time or self._try(order, deadline)
            if isinstance(result, PlotFailure) and result.is_out_of_time:
                out_of_time = result
            results.append(result)
        failed = sum(isinstance(result, PlotFailure) for result in results)
        _log.info("batch drawn", extra={"requests": len(results), "failed": failed})
        return PlotBatchResult(tuple(results))

    def _try(self, order: PlotOrder, deadline: Deadline) -> PlotResult | PlotFailure:
        try:
            deadline.require(_LEAST_SECONDS, "start the next log")
            return self.plot(order, deadline)
        except TracemarkError as error:
            place = order.document if isinstance(order, ManifestLine) else order.sensor_data
            extra = {"order": str(place), "error": type(error).__name__, "cause": str(error)}
            _log.error("log not drawn", extra=extra)
            return PlotFailure.of(error)

    def _requests(self, order: PlotOrder) -> Sequence[PlotRequest]:
        if isinstance(order, PlotRequest):
            return [order]
        document = self.store.read(order.document, limit=MAX_DATASET_BYTES)
        dataset = Dataset.parse(document.data, str(order.document))
        return [PlotRequest.of(log, order.profile) for log in dataset.logs]
