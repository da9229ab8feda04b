"""The address of a Dask cluster, and what becomes of batches whose workers die."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from typing import Any, cast
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from distributed import Client
from distributed.scheduler import KilledWorker, WorkerState

from tracemark.contract.plot_batch import ManifestLine, PlotBatch, PlotBatchResult, PlotFailure
from tracemark.contract.plots import PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import InvalidConfiguration, RenderFailed
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local import dask_cluster as module
from tracemark_cli.local.dask_address import DaskAddress
from tracemark_cli.local.dask_cluster import DaskPlotter
from tracemark_cli.main import main

DRAWN = PlotResult((), rendered=True)


@dataclass
class FakeFuture:
    answer: Callable[[], PlotBatchResult]

    def result(self, timeout: float) -> PlotBatchResult:
        return self.answer()


@dataclass
class FakeClient:
    """A client of a cluster whose workers answer by a function of the keys they are asked for."""

    answer: Callable[[list[str]], PlotBatchResult]
    versions: Any = None

    def submit(self, draw: object, batch: PlotBatch, seconds: float, *, pure: bool) -> FakeFuture:
        keys = [order.document.key for order in batch.orders if isinstance(order, ManifestLine)]
        return FakeFuture(lambda: self.answer(keys))

    def wait_for_workers(self, count: int, timeout: float) -> None:
        if self.versions is None:
            raise TimeoutError("no worker came")

    def run(self, function: object, *arguments: object, on_error: str) -> dict[str, object]:
        return {"tcp://worker:1": self.versions}


def batch(*keys: str) -> PlotBatch:
    return PlotBatch(tuple(ManifestLine(S3Uri("welds", key)) for key in keys))


def drawn(keys: list[str]) -> PlotBatchResult:
    return PlotBatchResult((DRAWN,) * len(keys))


def plotter(answer: Callable[[list[str]], PlotBatchResult]) -> DaskPlotter:
    return DaskPlotter(cast("Client", FakeClient(answer)))


def test_a_line_that_kills_every_worker_fails_alone() -> None:
    def answer(keys: list[str]) -> PlotBatchResult:
        if "b" in keys:
            raise KilledWorker("draw", Mock(spec=WorkerState), 3)
        return drawn(keys)

    results = plotter(answer).plot_all(batch("a", "b", "c"), Deadline.after(60)).results

    assert (results[0], results[2]) == (DRAWN, DRAWN)
    assert isinstance(results[1], PlotFailure)
    assert "4 workers died while they drew it" in results[1].message


def test_a_scheduler_that_is_gone_is_a_failure_that_says_to_run_again() -> None:
    def answer(keys: list[str]) -> PlotBatchResult:
        raise CancelledError("lost")

    with pytest.raises(RenderFailed, match=r"scheduler is gone.*it resumes"):
        plotter(answer).plot_all(batch("a"), Deadline.after(60))


def test_a_cluster_that_has_lost_all_workers_for_good_is_not_waited_for() -> None:
    def answer(keys: list[str]) -> PlotBatchResult:
        raise TimeoutError

    with pytest.raises(RenderFailed, match="no worker for"):
        plotter(answer).plot_all(batch("a"), Deadline.after(60))


@pytest.mark.parametrize("found", [PackageNotFoundError("tracemark-cli"), "0.0.1"])
def test_workers_with_another_version_are_refused(found: object) -> None:
    with pytest.raises(InvalidConfiguration, match=r"tcp://worker:1 has tracemark .*tracemark-cli\[dask\]"):
        module._ready(cast("Client", FakeClient(drawn, found)), {})


def test_a_cluster_without_workers_is_refused() -> None:
    with pytest.raises(InvalidConfiguration, match=r"the cluster has no worker.*dask worker"):
        module._ready(cast("Client", FakeClient(drawn)), {})


@pytest.mark.parametrize(("text", "workers"), [("local:1", 1), (" local:16 ", 16), ("local:256", 256)])
def test_a_number_of_local_processes_is_read(text: str, workers: int) -> None:
    assert DaskAddress.parse(text) == DaskAddress("", workers)


@pytest.mark.parametrize("text", ["", "local"])
def test_without_a_number_there_is_a_process_for_each_processor(text: str) -> None:
    address = DaskAddress.parse(text)

    assert address.is_local
    assert address.workers >= 1


@pytest.mark.parametrize("text", ["tcp://host:8786", "tls://host:8786", "localhost:8786", "10.0.0.1:1"])
def test_anything_else_is_the_address_of_a_scheduler(text: str) -> None:
    assert DaskAddress.parse(text) == DaskAddress(text)


@pytest.mark.parametrize("text", ["local:", "local:0", "local:257", "local:-1", "local:two", "local:²"])
def test_what_is_no_number_of_processes_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match="number of worker processes"):
        DaskAddress.parse(text)


def test_a_missing_extra_is_named_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    result = CliRunner().invoke(main, ["plots", "demo/bucket/manifest.jsonl", "--dask", "local"])

    assert result.exit_code == 1
    assert "pip install 'tracemark-cli[dask]'" in result.output


@pytest.mark.parametrize(
    "options",
    [["--dask", "local", "--on-aws"], ["--dask", "local", "--function", "plots"], ["--on-aws", "--slice", "0/2"]],
)
def test_two_places_to_draw_at_once_are_refused(options: list[str]) -> None:
    result = CliRunner().invoke(main, ["plots", "manifest.jsonl", *options])

    assert result.exit_code == 1
    assert "exclude each other" in result.output
