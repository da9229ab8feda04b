"""The built images as running functions, and an S3 that they reach on the loopback interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.items import put_item
from support.sandbox import Sandbox

from tracemark_groundtruth.functions.containers import FunctionContainers
from tracemark_groundtruth.s3.embedded import EmbeddedS3


@pytest.fixture(scope="session")
def emulator(project: Path) -> Path:
    binary = project / ".build" / "aws-lambda-rie"
    assert binary.is_file(), "run scripts/rie first"
    return binary


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedS3]:
    """An S3 with the tutorial's bucket and its first item."""
    with EmbeddedS3(tmp_path_factory.mktemp("s3")) as server:
        server.client.create_bucket(
            Bucket="welds", CreateBucketConfiguration={"LocationConstraint": server.client.meta.region_name}
        )
        put_item(server.client, 1)
        yield server
        # Keys of these tests are no file names: nothing is to be mirrored to the folder.
        for stored in server.client.list_objects_v2(Bucket="welds")["Contents"]:
            server.client.delete_object(Bucket="welds", Key=stored["Key"])


@pytest.fixture(scope="session")
def confined(engine: Any, emulator: Path) -> Callable[..., Sandbox]:
    """Make sandboxes, of the plotting image unless another is named; see `Sandbox`."""
    return partial(Sandbox, engine, emulator)


@pytest.fixture(scope="module")
def containers(emulator: Path) -> Iterator[FunctionContainers]:
    with FunctionContainers(emulator) as started:
        yield started
