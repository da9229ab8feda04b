"""The labeling service with its functions in its own process, in containers of their images, and named one by one."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.portal_worker import PortalWorker
from support.service_process import PASSWORD, ServiceProcess, tracemark

from tracemark.document import Json
from tracemark_groundtruth.functions.containers import LABEL

pytestmark = pytest.mark.container

ITEMS = 2
OWN_FUNCTIONS = "arn:aws:lambda:eu-west-1:111122223333:function"
IMAGES: dict[str, Json] = {
    f"{OWN_FUNCTIONS}:PreLabelingLambda-tracemark": {"image": "tracemark-prelabel", "copies": 2},
    f"{OWN_FUNCTIONS}:PostLabelingLambda-tracemark": {
        "image": "tracemark-postlabel",
        "memory_mb": 512,
        "environment": {"CONTENT_STYLE": "groundtruth"},
    },
}


class Expert(PortalWorker):
    def content(self, label: str) -> dict[str, Any]:
        return {"WeldingClassification": {"label": "Good Weld"}, "Comment": label}


@dataclass
class Serving:
    """A service at work, the containers that run since it was started, and the folder of its temporary files."""

    process: ServiceProcess
    containers: dict[str, str]
    temporary: Path


@pytest.fixture(params=["in process", "--containers", "image:"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def service(kind: str, tmp_path: Path, emulator: Path, engine: Any) -> Iterator[Serving]:
    folder, temporary = tmp_path / "data", tmp_path / "temporary"
    temporary.mkdir()
    tracemark("samples", str(folder), "--count", str(ITEMS))
    options = ["--emulator", str(emulator), *(["--containers"] if kind == "--containers" else [])]
    named = IMAGES if kind == "image:" else {}
    before = running(engine)
    with ServiceProcess(folder, named, variables={"TMPDIR": str(temporary)}, options=options) as process:
        tracemark("worker", "add", "ada", "--password-stdin", "--data", str(folder))
        yield Serving(process, {id_: image for id_, image in running(engine).items() if id_ not in before}, temporary)


def running(engine: Any) -> dict[str, str]:
    """Return the images of the functions' containers, by the containers' ids."""
    found = engine.containers.list(filters={"label": LABEL})
    return {container.id: container.attrs["Config"]["Image"] for container in found}


def test_a_job_is_labeled_and_a_service_told_to_end_leaves_nothing_running(
    kind: str, service: Serving, engine: Any
) -> None:
    process = service.process
    request = yaml.safe_load((process.folder / "job.yaml").read_text(encoding="utf-8"))
    request["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] = 1
    name = request["LabelingJobName"]

    process.sagemaker.create_labeling_job(**request)
    ada = Expert(process.url, "ada", PASSWORD, name, lambda: len(ada.accepted) >= ITEMS)
    ada.run()
    process.wait_for("Completed", job=name)
    process.end(signal.SIGTERM)

    manifest = process.folder / f"tracemark-demo/output/{name}/manifests/output/output.manifest"
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    assert ada.failure is None
    assert len(lines) == ITEMS
    assert all("Good Weld" in json.dumps(line[name]) + json.dumps(line[f"{name}-metadata"]) for line in lines)
    expected = set() if kind == "in process" else {"tracemark-prelabel", "tracemark-postlabel"}
    assert {image.partition(":")[0] for image in service.containers.values()} == expected
    assert not running(engine).keys() & service.containers.keys()
    assert list(service.temporary.iterdir()) == []
