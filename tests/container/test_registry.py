"""An image on its way to AWS: pushed to a registry, pulled by the digest that the push told, and run."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tracemark.errors import FunctionFailed
from tracemark_cli.local.engine import Engine
from tracemark_cli.local.images import POSTLABEL
from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage

pytestmark = pytest.mark.container

_CONFIGURATION = """
version: 0.1
log: {{level: warn}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


@pytest.fixture(scope="module")
def registry(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry on the loopback interface, which engines trust without TLS: its host and port."""
    program = project / ".build/docker-registry"
    assert program.is_file(), "run scripts/registry first"
    folder = tmp_path_factory.mktemp("registry")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "config.yml"
    configuration.write_text(_CONFIGURATION.format(folder=folder / "images", port=port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", configuration], stdout=log, stderr=log)
        try:
            _wait(f"http://127.0.0.1:{port}/v2/")
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def pushed(engine: Any, registry: str) -> str:
    """The post-labeling image in the registry, by digest."""
    return Engine(engine).push(POSTLABEL, f"{registry}/tracemark-postlabel", "1", None, lambda _: None).uri


@pytest.fixture
def pulled(engine: Any, pushed: str) -> Iterator[str]:
    """The same, pulled again by digest; its name is taken away at the end."""
    engine.images.pull(pushed)
    yield pushed
    engine.images.remove(pushed, noprune=True)


def test_the_registry_knows_one_manifest_for_one_processor(registry: str, pushed: str) -> None:
    name, _, digest = pushed.removeprefix(f"{registry}/").partition("@")

    answer = urllib3.request(
        "GET",
        f"http://{registry}/v2/{name}/manifests/{digest}",
        headers={"Accept": "application/vnd.docker.distribution.manifest.v2+json"},
    )

    assert answer.status == 200
    assert answer.headers["Docker-Content-Digest"] == digest
    manifest = answer.json()
    assert "manifests" not in manifest  # no list of images: Lambda takes none, and an attestation would make one
    assert manifest["layers"]


def test_what_was_pulled_by_digest_is_the_image_that_was_pushed(engine: Any, pulled: str) -> None:
    assert engine.images.get(pulled).id == engine.images.get(POSTLABEL.local).id


@pytest.mark.usefixtures("engine")
def test_an_image_is_run_by_digest(containers: FunctionContainers, pulled: str) -> None:
    function = containers.start(FunctionImage("by-digest", pulled, {"AWS_DEFAULT_REGION": "eu-west-1"}))

    with pytest.raises(FunctionFailed, match="key 'payload' is missing"):
        function.invoke({"labelAttributeName": "Job"})


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            if urllib3.request("GET", url, retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("the registry did not start")
