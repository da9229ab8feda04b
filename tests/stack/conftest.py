"""The templates deployed to an AWS of one's own, their functions running as containers of the built images."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.deployment import Deployment
from support.emulated_aws import ACCOUNT, REGION, EmulatedAws, emulated_aws
from support.labeling_walk import JobRole, take_on_job_role

_IMAGES = {
    "PreLabelingImageUri": "tracemark-prelabel",
    "PostLabelingImageUri": "tracemark-postlabel",
    "PlottingImageUri": "tracemark-plotting",
}
_EMULATOR = "/usr/local/bin/aws-lambda-rie"

Deploy = Callable[..., Deployment]


@pytest.fixture(scope="session")
def images(engine: Any, project: Path) -> Iterator[dict[str, str]]:
    """The image parameters: the built images with the runtime interface emulator before their entry point."""
    registry = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
    emulator = project / ".build/aws-lambda-rie"
    wrapped = {parameter: _with_emulator(engine, name, emulator) for parameter, name in _IMAGES.items()}
    yield {parameter: f"{registry}/{_IMAGES[parameter]}@{image}" for parameter, image in wrapped.items()}
    for image in wrapped.values():
        engine.images.remove(image, noprune=True)


@pytest.fixture(scope="session")
def aws(
    engine: Any, images: dict[str, str], project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmulatedAws]:
    with emulated_aws(project, tmp_path_factory.mktemp("aws"), _gateway(engine)) as running:
        yield running
    for container in running.containers(engine):
        container.remove(force=True)


@pytest.fixture(scope="session")
def deploy(aws: EmulatedAws, images: dict[str, str], project: Path) -> Deploy:
    """Return a stack of `infra/cloudformation.yaml` that is still to be made, without a plotting function."""
    required = {name: uri for name, uri in images.items() if name != "PlottingImageUri"}

    def describe(name: str, changed: Callable[[str], str] = lambda text: text, **parameters: str) -> Deployment:
        return Deployment(aws, name, project / "infra/cloudformation.yaml", {**required, **parameters}, changed)

    return describe


@pytest.fixture(scope="module")
def stack(deploy: Deploy) -> Iterator[Deployment]:
    """A stack as it comes, with sample data."""
    deployment = deploy("welding")
    assert deployment.create() == "CREATE_COMPLETE", deployment.failures
    yield deployment
    deployment.delete()


@pytest.fixture(scope="module")
def role(stack: Deployment) -> JobRole:
    return take_on_job_role(stack)


def _gateway(engine: Any) -> str:
    """Return the address of this machine in the containers' network, which no listing of the engine always tells."""
    hosts = engine.containers.run(
        f"{_IMAGES['PostLabelingImageUri']}:latest",
        ["/etc/hosts"],
        entrypoint="/bin/cat",
        extra_hosts={"this-machine": "host-gateway"},
        remove=True,
    )
    (line,) = (line for line in hosts.decode().splitlines() if line.endswith("this-machine"))
    return str(line.split()[0])


def _with_emulator(engine: Any, name: str, emulator: Path) -> str:
    config = engine.images.get(f"{name}:latest").attrs["Config"]
    lines = (
        f"FROM {name}:latest",
        f"COPY aws-lambda-rie {_EMULATOR}",
        f"ENTRYPOINT {json.dumps([_EMULATOR, *config['Entrypoint']])}",
        f"CMD {json.dumps(config['Cmd'])}",  # an entry point of its own takes the command away
    )
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        dockerfile = "\n".join(lines).encode()
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(dockerfile)
        archive.addfile(entry, io.BytesIO(dockerfile))
        archive.add(emulator, "aws-lambda-rie")
    context.seek(0)
    image, _ = engine.images.build(fileobj=context, custom_context=True, rm=True, forcerm=True)
    return str(image.id)
