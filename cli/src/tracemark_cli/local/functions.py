"""The two functions of a local job: this project's own, in this process or in containers of their built images."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration
from tracemark_cli.local.images import POSTLABEL, PRELABEL
from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage
from tracemark_groundtruth.functions.function import Function, InProcess, InvocationContext

EMULATOR = Path(".build/aws-lambda-rie")

_FUNCTIONS = ("tracemark_prelabel", "tracemark_plotting", "tracemark_postlabel")

# What a user may set in the shell and the functions read, also in containers.
_PASSED_ON = (
    "ABSTAIN_LABEL",
    "ALLOWED_BUCKETS",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_S3",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "CLASSIFIER_NAME",
    "CONSOLIDATION_POLICY",
    "CONTENT_STYLE",
    "GOLD_MANIFEST",
    "LABEL_CATEGORIES",
    "MAX_CHANNELS",
    "MAX_CSV_BYTES",
    "MAX_ROWS",
    "ON_BAD_ITEM",
    "SENSOR_PROFILE",
    "SHOW",
    "WORKER_MEMORY",
    "WORKER_MEMORY_SALT",
)


@dataclass(frozen=True, slots=True)
class JobFunctions:
    """The functions that a job invokes."""

    pre_annotation: Function
    post_annotation: Function


@contextmanager
def in_process(environment: Mapping[str, str]) -> Iterator[JobFunctions]:
    """Run the functions in this process, under `environment` on top of its own."""
    with wired(environment):
        yield JobFunctions(InProcess("prelabel", _prelabel), InProcess("postlabel", _postlabel))


@contextmanager
def wired(environment: Mapping[str, str]) -> Iterator[None]:
    """Let the functions' wiring read `environment` on top of this process's own; undo all of it at the end."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for package in _FUNCTIONS:
            if wiring := sys.modules.get(f"{package}.wiring"):
                wiring.reset()
        _restore(before)


@contextmanager
def in_containers(environment: Mapping[str, str], concurrency: int, emulator: Path) -> Iterator[JobFunctions]:
    """Run the functions as containers of their images, `concurrency` of the pre-labeling one."""
    if not emulator.is_file():
        raise InvalidConfiguration(
            "the Lambda runtime interface emulator is missing",
            place=str(emulator),
            remedy="run scripts/rie, or name the file with --emulator",
        )
    variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | dict(environment)
    with FunctionContainers(emulator) as containers:
        yield JobFunctions(
            containers.start(FunctionImage("prelabel", PRELABEL.local, variables), concurrency),
            containers.start(FunctionImage("postlabel", POSTLABEL.local, variables)),
        )


# The functions are imported when they are first invoked: the one that draws takes seconds to.
_starting = threading.Lock()


def _prelabel(event: Json, context: InvocationContext) -> Json:
    with _starting:  # not by several threads at once: it starts a browser
        from tracemark_prelabel import handler, wiring

        wiring.preparation()
    return handler.handle(event, context)


def _postlabel(event: Json, context: InvocationContext) -> Json:
    from tracemark_postlabel.handler import handle

    return handle(event, context)


def _restore(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
