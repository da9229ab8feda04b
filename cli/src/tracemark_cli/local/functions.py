"""The two functions of a local job: this project's own, in this process or in containers."""

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
from tracemark_cli.local.storage import Storage
from tracemark_groundtruth.functions.function import Function, InProcess, InvocationContext
from tracemark_groundtruth.job.labeling_job import LabelingJob

EMULATOR = Path(".build/aws-lambda-rie")

_FUNCTIONS = ("tracemark_prelabel", "tracemark_plotting", "tracemark_postlabel")

# Variables of the user's shell that the functions read, also in containers.
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
    "MAX_IMAGE_BYTES",
    "MAX_IMAGE_PIXELS",
    "MAX_ROWS",
    "MAX_TRACE_DISK_BYTES",
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


def function_environment(job: LabelingJob, storage: Storage) -> dict[str, str]:
    """Return the environment variables of the job's functions."""
    environment = dict(storage.environment)
    if job.label_categories:
        # On AWS the functions are deployed with the job's categories in their environment; what this shell is set to
        # belongs to some other job.
        environment["LABEL_CATEGORIES"] = str(job.label_categories)
    return environment


@contextmanager
def in_process(environment: Mapping[str, str]) -> Iterator[JobFunctions]:
    """Run the functions in this process, with `environment` added to its own."""
    with environment_of_functions(environment):
        yield JobFunctions(InProcess("prelabel", _prelabel), InProcess("postlabel", _postlabel))


@contextmanager
def environment_of_functions(environment: Mapping[str, str]) -> Iterator[None]:
    """Add `environment` to this process's own for the functions' wiring; restore everything at the end."""
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
    """Run the functions in containers of their images, `concurrency` of them for the pre-labeling function."""
    from tracemark_groundtruth.functions.containers import FunctionContainers, FunctionImage

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


# The functions are imported when first invoked: the one that draws takes seconds to import.
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
