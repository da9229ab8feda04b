"""Drawing on a Dask cluster: an existing one, or worker processes of this machine for the length of a command."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from distributed import Client, LocalCluster
from distributed.comm.core import connect
from distributed.scheduler import KilledWorker
from distributed.security import Security

from tracemark.contract.plot_batch import BatchPlotter, PlotBatch, PlotBatchResult, PlotFailure
from tracemark.contract.plots import PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import InvalidConfiguration, RenderFailed, one_line
from tracemark_cli.local.dask_address import DaskAddress
from tracemark_cli.local.dask_worker import PLUGIN, PlottingPlugin, draw, reaches

# What workers draw by, as this shell has it: what is unset here is empty there, which means the same.
_DRAWN_BY = (
    "ALLOWED_BUCKETS",
    "MAX_CHANNELS",
    "MAX_CSV_BYTES",
    "MAX_ROWS",
    "MAX_TRACE_DISK_BYTES",
    "SENSOR_PROFILE",
    "SHOW",
)
# Where S3 is. Keys are not sent: a cluster has its own, if it needs any.
_FOUND_BY = ("AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3", "AWS_REGION")
_PACKAGE = "tracemark-cli"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CONNECT_SECONDS = 5.0
_START_SECONDS = 60
_LOOK_SECONDS = 10.0
_BATCHES_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster whose workers are ready to draw; `concurrency` batches under way keep all of them busy."""

    plotter: BatchPlotter
    concurrency: int


@dataclass(frozen=True, slots=True)
class DaskPlotter:
    """Has each batch drawn by a worker. Dask gives a batch whose worker died to another one, three times."""

    client: Client

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        """See `BatchPlotter.plot_all`; the time of `deadline` begins when a worker begins, not before.

        Raises:
            RenderFailed: the cluster has no worker any more, or its scheduler is gone.
        """
        seconds = deadline.left()
        try:
            return self._drawn(batch, seconds)
        except KilledWorker:
            # One line of them may be what kills: the others shall not pay for it.
            return PlotBatchResult(tuple(self._alone(each, seconds) for each in _singles(batch)))

    def _alone(self, batch: PlotBatch, seconds: float) -> PlotResult | PlotFailure:
        try:
            return self._drawn(batch, seconds).results[0]
        except KilledWorker as error:
            return PlotFailure.of(
                RenderFailed(
                    f"{error.allowed_failures + 1} workers died while they drew it",
                    remedy="look into the logs of the workers: most often one has too little memory for a log",
                )
            )

    def _drawn(self, batch: PlotBatch, seconds: float) -> PlotBatchResult:
        future = self.client.submit(draw, batch, seconds, pure=False)
        while True:
            try:
                found: PlotBatchResult = future.result(timeout=_LOOK_SECONDS)
                return found
            except TimeoutError:
                self._require_workers()
            except (CancelledError, OSError) as error:
                raise _lost(f"the scheduler is gone ({one_line(str(error), 200)})") from error

    def _require_workers(self) -> None:
        try:
            self.client.wait_for_workers(1, timeout=_START_SECONDS)
        except (TimeoutError, OSError, ValueError) as error:
            raise _lost(f"the cluster has had no worker for {_START_SECONDS} s") from error


@contextmanager
def dask_cluster(address: DaskAddress, environment: Mapping[str, str]) -> Iterator[Cluster]:
    """Connect to a cluster, or start one on this machine, and have its workers draw by this shell's settings.

    `environment` are variables by which workers find S3. At the end the workers' browsers are closed, and what was
    started here is stopped.

    Raises:
        InvalidConfiguration: the scheduler does not answer, a worker has another version of tracemark or cannot reach
            S3, or there is no worker.
    """
    drawn_by = {name: os.environ.get(name, "") for name in _DRAWN_BY}
    found_by = {name: os.environ[name] for name in _FOUND_BY if name in os.environ}
    told = {**drawn_by, **found_by, **environment}
    with _client(address) as client:
        threads = _ready(client, told)
        client.register_plugin(PlottingPlugin(told))
        try:
            yield Cluster(DaskPlotter(client), _BATCHES_AHEAD * threads)
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(PLUGIN)


@contextmanager
def _client(address: DaskAddress) -> Iterator[Client]:
    if not address.is_local:
        # In a thread of its own: the caller's may run a loop already.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(_require_scheduler(address.scheduler))).result()
        with Client(address.scheduler, timeout=_CONNECT_SECONDS, set_as_default=False) as client:
            yield client
        return
    with (
        # One thread a process: a browser draws one figure at a time. Without an address there is no dashboard.
        LocalCluster(
            n_workers=address.workers, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


async def _require_scheduler(address: str) -> None:
    """Refuse an address where no scheduler answers, before a client is made, which would wait and complain for long."""
    try:
        arguments = Security().get_connection_args("client")
        comm = await connect(address, timeout=_CONNECT_SECONDS, **arguments)
        await comm.close()
    except (OSError, ValueError, TypeError) as error:
        raise InvalidConfiguration(
            f"no Dask scheduler answers ({one_line(str(error), 200)})",
            place=f"--dask {address}",
            expected="an address such as tcp://host:8786, or local for worker processes of this machine",
            remedy="start it with `dask scheduler`, or correct the address",
        ) from error


def _ready(client: Client, environment: Mapping[str, str]) -> int:
    """Return how many threads the workers have, which is at least one, once they are known to be able to draw."""
    try:
        client.wait_for_workers(1, timeout=_START_SECONDS)
    except (TimeoutError, ValueError) as error:
        raise InvalidConfiguration(
            f"the cluster has no worker, also not after {_START_SECONDS} s", remedy="start some with `dask worker`"
        ) from error
    ours = importlib.metadata.version(_PACKAGE)
    for worker, found in client.run(importlib.metadata.version, _PACKAGE, on_error="return").items():
        if found != ours:
            raise InvalidConfiguration(
                f"the worker {worker} has tracemark {found if isinstance(found, str) else 'not installed'}",
                expected=f"version {ours}, as here",
                remedy="install the same version of tracemark-cli[dask] on all workers",
            )
    _require_storage(client, environment.get("AWS_ENDPOINT_URL_S3", ""))
    return int(sum(client.nthreads().values()))


def _require_storage(client: Client, endpoint: str) -> None:
    """Refuse an S3 of this machine when there are workers on others, who would look for it on their own."""
    parts = urlsplit(endpoint)
    if parts.hostname not in _LOOPBACK:
        return
    for worker, is_reached in client.run(reaches, parts.hostname, parts.port or 80).items():
        if not is_reached:
            raise InvalidConfiguration(
                f"the worker {worker} does not reach this machine's S3, {endpoint}",
                remedy="for workers on other machines put the data into an S3 that all reach, and set "
                "AWS_ENDPOINT_URL_S3 to it",
            )


def _singles(batch: PlotBatch) -> list[PlotBatch]:
    return [PlotBatch((order,)) for order in batch.orders]


def _lost(what: str) -> RenderFailed:
    return RenderFailed(what, remedy="see to the cluster and run the command again: it resumes")
