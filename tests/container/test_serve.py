"""The labeling service with its functions in containers of their built images: by one option, and named one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from portal_worker import PortalWorker
from service_process import PASSWORD, ServiceProcess

from tracemark.document import Json
from tracemark_groundtruth.containers import LABEL

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


@pytest.fixture(params=["--containers", "image:"])
def service(request: pytest.FixtureRequest, tmp_path: Path, emulator: Path) -> Iterator[ServiceProcess]:
    tracemark("samples", str(tmp_path), "--count", str(ITEMS))
    every = request.param == "--containers"
    options = ["--emulator", str(emulator), *(["--containers"] if every else [])]
    with ServiceProcess(tmp_path, {} if every else IMAGES, options=options) as process:
        tracemark("worker", "add", "ada", "--password-stdin", "--data", str(tmp_path))
        yield process


def tracemark(*arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("tracemark")), *arguments]
    subprocess.run(command, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)


def test_a_job_is_labeled_by_functions_in_containers(service: ServiceProcess, engine: Any) -> None:
    request = yaml.safe_load((service.folder / "job.yaml").read_text(encoding="utf-8"))
    request["HumanTaskConfig"]["NumberOfHumanWorkersPerDataObject"] = 1
    images = {
        tag.partition(":")[0]
        for container in engine.containers.list(filters={"label": LABEL})
        for tag in container.image.tags
    }

    service.sagemaker.create_labeling_job(**request)
    ada = Expert(service.url, "ada", PASSWORD, request["LabelingJobName"], lambda: len(ada.accepted) >= ITEMS)
    ada.run()
    name = request["LabelingJobName"]
    manifest = service.folder / f"tracemark-demo/output/{name}/manifests/output/output.manifest"
    service.wait_for("Completed", job=name)
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]

    assert ada.failure is None
    assert images >= {"tracemark-prelabel", "tracemark-postlabel"}
    assert len(lines) == ITEMS
    assert all("Good Weld" in json.dumps(line[name]) + json.dumps(line[f"{name}-metadata"]) for line in lines)
