"""The service's image: confined, asked whether it lives and can work, told to end, and what it leaves behind."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.portal_worker import PortalWorker, done
from support.service_container import USER, ServiceContainer
from support.service_process import JOB, PASSWORD, FunctionServer, make_bucket, output, saved, tracemark
from support.waiting import wait_until

pytestmark = pytest.mark.container

OBJECTS, NAMES = 40, ["ada", "bob", "eve"]


@pytest.fixture
def service(tmp_path: Path, engine: Any) -> Iterator[ServiceContainer]:
    """The service with its embedded S3 and SQLite, in one volume, and functions that the test answers."""
    make_bucket(tmp_path, OBJECTS)
    with FunctionServer(tmp_path) as functions, ServiceContainer(tmp_path, functions.arns) as container:
        yield container


def test_it_is_no_root_and_writes_nowhere_but_into_its_volume_and_the_temporary_folder(
    service: ServiceContainer,
) -> None:
    _, uid = service.run_inside("id", "-u")
    writable = [
        place for place in ("/", "/opt/tracemark", "/usr", "/etc", "/tmp", "/data")
        if service.run_inside("touch", f"{place}/there")[0] == 0
    ]  # fmt: skip

    assert (int(uid), writable) == (USER, ["/tmp", "/data"])


def test_it_says_that_it_lives_and_can_work(service: ServiceContainer) -> None:
    live = service.http.request("GET", f"{service.url}/healthz", headers={"Host": "10.0.0.7"})
    ready = service.http.request("GET", f"{service.url}/readyz", headers={"Host": "10.0.0.7"})

    assert (live.status, live.json()) == (200, {"status": "alive"})
    assert (ready.status, ready.json()) == (200, {"database": "ready", "s3": "ready"})


def test_an_answer_is_never_lost_when_the_container_is_told_to_end(service: ServiceContainer, tmp_path: Path) -> None:
    service.prepare(NAMES, 1)
    team = [PortalWorker(service.url, name, PASSWORD, JOB, lambda: done(team) >= OBJECTS) for name in NAMES]
    for worker in team:
        worker.thread.start()
    codes = []
    for share in (1 / 4, 2 / 4, 3 / 4):
        wait_for(team, OBJECTS * share)
        service.end(signal.SIGTERM)
        codes.append(service.exit_code)
        service.start()
    for worker in team:
        worker.thread.join()
    service.wait_for("Completed")

    assert [worker.failure for worker in team] == [None] * len(team)
    assert Counter(saved(tmp_path)) == Counter(label for worker in team for label in worker.accepted)
    assert sum("kind" in line for line in output(tmp_path)) == OBJECTS
    assert 137 not in codes  # it ended by itself


class Expert(PortalWorker):
    def content(self, label: str) -> dict[str, Any]:
        return {"WeldingClassification": {"label": "Good Weld"}, "Comment": label}


def test_a_job_is_labeled_by_the_functions_that_the_image_carries(tmp_path: Path, engine: Any) -> None:
    tracemark("samples", str(tmp_path), "--count", "2")
    request = yaml.safe_load((tmp_path / "job.yaml").read_text(encoding="utf-8"))
    request["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] = 1
    name = request["LabelingJobName"]
    with ServiceContainer(tmp_path, {}) as service:
        tracemark("worker", "add", "ada", "--password-stdin", "--data", str(tmp_path))
        service.sagemaker.create_labeling_job(**request)
        ended = threading.Event()
        ada = Expert(service.url, "ada", PASSWORD, name, ended.is_set)
        ada.thread.start()
        try:
            described = service.wait_for("Completed", job=name)
        finally:
            ended.set()
            ada.thread.join()

    manifest = tmp_path / f"tracemark-demo/output/{name}/manifests/output/output.manifest"
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    assert (ada.failure, described.get("FailureReason")) == (None, None)
    assert [f"{name}-metadata" in line for line in lines] == [True, True]
    written = [file for file in (tmp_path / "tracemark-demo").rglob("*") if file.is_file()]
    assert [file.read_bytes()[:2] for file in written].count(b"PK") == 2  # trace files, which need no browser


def wait_for(team: list[PortalWorker], answers: float) -> None:
    def failures() -> str | None:
        failed = [worker.failure for worker in team if worker.failure]
        return str(failed) if failed else None

    wait_until(lambda: done(team) >= answers, "answers", failures, pause=0.01)


def test_its_state_is_backed_up_and_its_workers_added_from_inside(service: ServiceContainer) -> None:
    code, said = service.run_inside("tracemark", "backup", "/data/monday.backup", "--data", "/data")

    assert (code, "0 jobs" in said) == (0, True), said
    assert (service.folder / "monday.backup").stat().st_mode & 0o777 == 0o600
