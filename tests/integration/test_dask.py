"""Charts by a Dask cluster of two worker processes: the same files, whatever dies meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from distributed import Client, LocalCluster

from tracemark.contract.manifest import read_manifest
from tracemark.contract.plot_batch import ManifestLine
from tracemark.contract.plots import PlotResult
from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.dask_address import DaskAddress
from tracemark_cli.local.dask_cluster import dask_cluster
from tracemark_cli.local.drawing import Drawing
from tracemark_cli.local.storage import storage_of
from tracemark_cli.main import main

LINES = 12
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "demo"
    made = CliRunner().invoke(main, ["samples", str(folder), "--count", str(LINES), "--seed", "7"])
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def samples(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "demo"))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only trace files are written, which needs no browser."""
    monkeypatch.setenv("SHOW", "signals")


def draw(samples: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["plots", str(samples / "tracemark-demo/manifest.jsonl"), *options])


def last_line(result: Result) -> str:
    return result.output.splitlines()[-1]


def files(samples: Path) -> Files:
    found = (file for file in samples.rglob("*") if file.is_file())
    return {str(file.relative_to(samples)): file.read_bytes() for file in found}


@pytest.mark.browser
def test_two_processes_of_this_machine_draw_what_one_draws_byte_for_byte(samples: Path, tmp_path: Path) -> None:
    alone = Path(shutil.copytree(samples, tmp_path / "alone"))

    results = [draw(samples, "--dask", "local:2"), draw(alone)]

    assert [last_line(result) for result in results] == [f"{LINES} drawn, 0 unchanged, 0 failed of {LINES}"] * 2
    assert files(samples) == files(alone)


@pytest.mark.usefixtures("without_browser")
def test_an_existing_cluster_draws_once_and_later_only_what_is_missing_or_changed(
    samples: Path, scheduler: str
) -> None:
    bucket = samples / "tracemark-demo"
    first = draw(samples, "--dask", scheduler)
    log = bucket / "sensor_data/weld.4.csv"
    log.write_bytes(log.read_bytes() + b"99999,1,2,3\n")
    (bucket / "sensor_data/weld.5.csv").unlink()

    again = draw(samples, "--dask", scheduler)

    assert (last_line(first), first.exit_code) == (f"{LINES} drawn, 0 unchanged, 0 failed of {LINES}", 0)
    assert (last_line(again), again.exit_code) == (f"1 drawn, {LINES - 2} unchanged, 1 failed of {LINES}", 1)
    assert "s3://tracemark-demo/sensor_data/weld.5.csv: there is no such object" in again.output


@pytest.mark.usefixtures("without_browser")
def test_a_worker_killed_in_the_middle_costs_no_line(samples: Path, scheduler: str) -> None:
    lines = read_manifest((samples / "tracemark-demo/manifest.jsonl").read_text(encoding="utf-8"))
    orders = [ManifestLine(line.uri) for line in lines if line.uri]

    with (
        storage_of(samples) as storage,
        dask_cluster(DaskAddress.parse(scheduler), storage.environment) as cluster,
        Client(scheduler, set_as_default=False) as client,
    ):
        results = Drawing(cluster.plotter, cluster.concurrency, 1).draw(orders)
        first = next(results)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        rest = list(results)

    assert all(isinstance(result, PlotResult) for result in (first, *rest))
    assert len(rest) == LINES - 1


@pytest.mark.usefixtures("without_browser")
@pytest.mark.parametrize("name", ["SHOW", "AWS_ENDPOINT_URL_S3", "AWS_SECRET_ACCESS_KEY"])
def test_a_worker_is_left_with_the_environment_it_had(samples: Path, scheduler: str, name: str) -> None:
    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2)
        before = client.run(os.getenv, name)

        draw(samples, "--dask", scheduler)

        assert set(client.run(os.getenv, name).values()) == set(before.values())


def test_a_scheduler_that_does_not_answer_is_refused_with_its_address(samples: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

        result = draw(samples, "--dask", address)

    assert result.exit_code == 1
    assert f"--dask {address}: no Dask scheduler answers" in result.output
    assert "start it with `dask scheduler`" in result.output


@pytest.mark.parametrize("address", ["scheduler", "bad://scheduler:8786"])
def test_what_is_no_address_is_refused(samples: Path, address: str) -> None:
    result = draw(samples, "--dask", address)

    assert result.exit_code == 1
    assert "expected an address such as tcp://host:8786" in result.output


def test_a_cluster_that_does_not_reach_this_machines_s3_is_refused(scheduler: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"

        with (
            pytest.raises(InvalidConfiguration, match=f"does not reach this machine's S3, {endpoint}"),
            dask_cluster(DaskAddress.parse(scheduler), {"AWS_ENDPOINT_URL_S3": endpoint}),
        ):
            pass
