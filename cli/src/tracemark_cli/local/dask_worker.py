"""What runs in a worker process of a Dask cluster: one plotter, kept from the first batch to the end of the command.

Workers import this module; they need the same packages as the command, and no more.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import cast

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from tracemark.contract.plot_batch import PlotBatch, PlotBatchResult
from tracemark.deadline import Deadline
from tracemark_cli.local.functions import environment_of_functions

PLUGIN = "tracemark-plots"

_ANSWER_SECONDS = 3.0

# Several threads of a worker share one plotter, and none may find it half made.
_starting = threading.Lock()


class PlottingPlugin(WorkerPlugin):
    """Keeps the plotter of a worker process; a worker that replaces a dead one gets it as well.

    `environment` is added to the process's own until the command ends, so that all workers draw by the settings of the
    shell in which the command was started.
    """

    name = PLUGIN

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._kept: ExitStack | None = None

    def setup(self, worker: Worker) -> None:
        """Take over the environment; the browser starts with the first batch."""
        self._kept = ExitStack()
        self._kept.enter_context(environment_of_functions(self._environment))

    def teardown(self, worker: Worker) -> None:
        """End the browser and give the environment back."""
        if self._kept:
            self._kept.close()

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        """See `BatchPlotter.plot_all`."""
        from tracemark_plotting import wiring  # takes a second to import, which workers that never draw are spared

        with _starting:
            orders = wiring.orders()
        return orders.plot_all(batch, deadline)


def draw(batch: PlotBatch, seconds: float) -> PlotBatchResult:
    """Draw a batch in this worker process, in `seconds` from now: a task that waited for a worker has lost nothing."""
    plugin = cast("PlottingPlugin", get_worker().plugins[PLUGIN])
    return plugin.plot_all(batch, Deadline.after(seconds))


def reaches(host: str, port: int) -> bool:
    """Return whether something answers at an address, seen from this worker."""
    try:
        socket.create_connection((host, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True
