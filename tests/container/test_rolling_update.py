"""deploy/compose.yaml as far as one machine without a registry can run it: two services of the built image behind the
proxy's own configuration with TLS, PostgreSQL and S3 beside them; one service after the other is replaced or killed."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.portal_worker import PortalWorker, done
from support.postgres import UNSAFE, Cluster
from support.reverse_proxy import ReverseProxy
from support.service_container import ServiceContainer
from support.service_process import JOB, PASSWORD, FunctionServer, make_bucket, output, saved
from support.waiting import wait_until

from tracemark_groundtruth.functions.containers import free_ports
from tracemark_groundtruth.s3.embedded import EmbeddedS3

pytestmark = pytest.mark.container

OBJECTS, NAMES = 60, ["ada", "bob", "eve", "kim"]


@dataclass
class Deployment:
    """Both services, and what stands around them."""

    services: list[ServiceContainer]
    proxy: ReverseProxy
    cluster: Cluster
    buckets: Path


@pytest.fixture
def deployment(tmp_path: Path, engine: Any) -> Iterator[Deployment]:
    buckets = tmp_path / "s3"
    make_bucket(buckets, OBJECTS)
    with ExitStack() as stack:
        (port,) = free_ports(1)
        cluster = stack.enter_context(Cluster(UNSAFE, port))
        functions = stack.enter_context(FunctionServer(buckets))
        s3 = stack.enter_context(EmbeddedS3(buckets, durable=True))
        for name in ("one", "two", "proxy"):
            (tmp_path / name).mkdir()
        proxy = stack.enter_context(ReverseProxy(tmp_path / "proxy"))
        url, variables = cluster.database(), {**s3.environment, "TRACEMARK_TRUSTED_PROXIES": "127.0.0.1"}
        services = [
            stack.enter_context(
                ServiceContainer(tmp_path / name, functions.arns, url, variables, ["--origin", proxy.url])
            )
            for name in ("one", "two")
        ]
        for service in services:
            service.authority = proxy.authority
        proxy.start([f"127.0.0.1:{service.port}" for service in services])
        yield Deployment(services, proxy, cluster, buckets)


def test_no_answer_is_lost_while_services_are_replaced_and_killed(deployment: Deployment) -> None:
    deployment.services[0].prepare(NAMES, 1)
    team = [PortalWorker(deployment.proxy.url, name, PASSWORD, JOB, lambda: done(team) >= OBJECTS) for name in NAMES]
    for worker in team:
        worker.http = deployment.proxy.client()
        worker.thread.start()

    replaced = []
    for share, service, how in zip(
        (1 / 5, 2 / 5, 3 / 5), [*deployment.services, deployment.services[0]], ("SIGTERM", "SIGTERM", "SIGKILL"),
        strict=True,
    ):  # fmt: skip
        wait_for(team, OBJECTS * share)
        service.end(signal.Signals[how])
        replaced.append((how, service.exit_code == 137))
        service.start()
    for worker in team:
        worker.thread.join()
    deployment.services[1].wait_for("Completed")

    assert [worker.failure for worker in team] == [None] * len(team)
    assert Counter(saved(deployment.buckets)) == Counter(label for worker in team for label in worker.accepted)
    assert sum("kind" in line for line in output(deployment.buckets)) == OBJECTS
    assert replaced == [("SIGTERM", False), ("SIGTERM", False), ("SIGKILL", True)]


def wait_for(team: list[PortalWorker], answers: float) -> None:
    def failures() -> str | None:
        failed = [worker.failure for worker in team if worker.failure]
        return str(failed) if failed else None

    wait_until(lambda: done(team) >= answers, "answers", failures, pause=0.01)


def test_services_are_alive_but_not_ready_while_the_database_is_away(deployment: Deployment) -> None:
    service = deployment.services[0]

    def status(path: str) -> int:
        return service.http.request("GET", f"{service.url}{path}", timeout=30).status

    before = status("/readyz")
    deployment.cluster.stop()
    wait_until(lambda: status("/readyz") == 503, "that it is not ready")
    alive = status("/healthz")
    deployment.cluster.start()
    wait_until(lambda: status("/readyz") == 200, "that it is ready again")

    assert (before, alive) == (200, 200)
