"""Built function images as running functions: containers under Lambda's runtime interface emulator."""

from __future__ import annotations

import logging
import re
import socket
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from docker.types import Mount

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, one_line, quoted
from tracemark_groundtruth.errors import ContainerFailed, FunctionUnresponsive
from tracemark_groundtruth.functions.function import Function, LambdaEndpoint, Pool

LABEL = "tracemark.emulated-function"
"""`docker ps --all --filter label=tracemark.emulated-function` lists every container that was ever left behind."""

LAMBDA_USER = "993:990"
EMULATOR_IN_CONTAINER = "/aws-lambda-rie"

_LOOPBACK = "127.0.0.1"
_ATTEMPTS = 3
# A container that cannot start exits; this bound is for one that hangs. A busy machine takes a minute for a start.
_START_SECONDS = 300.0
_POLL_SECONDS = 0.05
_LOG_LINES = 5
_LOG_CHARACTERS = 800
_EMULATORS_OWN_LINE = re.compile(r"\(rapid\)|^(?:START|END|REPORT) RequestId:")
# The engine's client lets errors of `requests` through, which are OSErrors.
_ENGINE_FAULTS = (DockerException, OSError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FunctionImage:
    """A function's image and its configuration; `memory_mb` bounds the container, as Lambda would."""

    name: str
    image: str
    environment: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int = 2048
    timeout_seconds: int = 300

    def variables(self) -> dict[str, str]:
        """Return the environment of its container."""
        return {
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(self.timeout_seconds),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            **self.environment,
        }


@dataclass(frozen=True, slots=True)
class _Command:
    """What an image runs, as its configuration says."""

    entrypoint: tuple[str, ...]
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class EmulatedFunction:
    """A function in its own container; it takes one request at a time."""

    endpoint: LambdaEndpoint
    container: Any

    @property
    def name(self) -> str:
        """See `Function.name`."""
        return self.endpoint.name

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`; when the function gives no answer the error tells the end of its log."""
        try:
            return self.endpoint.invoke(payload)
        except FunctionUnresponsive as error:
            raise FunctionUnresponsive(
                error.what, place=error.place, remedy=f"its log ends: {self.log_end() or 'it is empty'}"
            ) from error

    def log(self) -> str:
        """Return what the container wrote to its outputs; empty when the engine does not tell."""
        with suppress(*_ENGINE_FAULTS):
            return str(self.container.logs().decode("utf-8", "replace"))
        return ""

    def log_end(self) -> str:
        """Return the last lines of the log in one line, the emulator's own only where there are no others."""
        lines = [line for line in self.log().splitlines() if line.strip()]
        own = [line for line in lines if not _EMULATORS_OWN_LINE.search(line)]
        return one_line(" | ".join((own or lines)[-_LOG_LINES:])[-_LOG_CHARACTERS:])


class FunctionContainers:
    """A context manager that removes every container it started, whatever happened.

    `emulator` is the `aws-lambda-rie` binary; it is mounted, never part of an image. `client` is a docker client.
    """

    def __init__(self, emulator: Path, client: Any = None) -> None:
        self._emulator = emulator
        self._client = client
        self._run = uuid.uuid4().hex
        self._exit = ExitStack()
        self.functions: list[EmulatedFunction] = []

    def __enter__(self) -> FunctionContainers:
        if not self._emulator.is_file():
            raise InvalidConfiguration(
                f"there is no runtime interface emulator at {quoted(str(self._emulator))}",
                expected="the aws-lambda-rie binary",
                remedy="give its path",
            )
        if self._client is None:
            self._client = self._exit.enter_context(closing(_connect()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def start(self, spec: FunctionImage, count: int = 1) -> Pool:
        """Start `count` containers of an image and return them as one function.

        Raises:
            ContainerFailed: there is no such image, or a container does not come up; the error tells its log.
        """
        command = self._command(spec.image)
        started: list[Function] = [self._start(spec, command) for _ in range(count)]
        return Pool(started)

    def _command(self, image: str) -> _Command:
        try:
            config = self._client.images.get(image).attrs["Config"]
        except ImageNotFound as error:
            raise ContainerFailed(
                f"there is no image {quoted(image)} on this machine", remedy="build it (make images)"
            ) from error
        except _ENGINE_FAULTS as error:
            raise _engine_failed(image, error) from error
        command = _Command(tuple(config.get("Entrypoint") or ()), tuple(config.get("Cmd") or ()))
        if not command.entrypoint and not command.arguments:
            raise ContainerFailed(
                f"image {quoted(image)} has neither an entry point nor a command",
                expected="the image of a Lambda function",
                remedy="build it anew",
            )
        return command

    def _start(self, spec: FunctionImage, command: _Command) -> EmulatedFunction:
        for attempt in range(1, _ATTEMPTS + 1):
            function = self._run_once(spec, command)
            if _comes_up(function):
                self.functions.append(function)
                return function
            # Between choosing a port and the emulator's opening it, another process may have taken it.
            if attempt == _ATTEMPTS or "address already in use" not in function.log():
                break
        raise ContainerFailed(
            f"the container of function {quoted(spec.name)} does not come up",
            place=spec.image,
            remedy=f"its log ends: {function.log_end() or 'it is empty'}",
        )

    def _run_once(self, spec: FunctionImage, command: _Command) -> EmulatedFunction:
        port, api_port = free_ports(2)
        emulator = [
            EMULATOR_IN_CONTAINER,
            "--runtime-interface-emulator-address",
            f"{_LOOPBACK}:{port}",
            "--runtime-api-address",
            f"{_LOOPBACK}:{api_port}",
        ]
        try:
            container = self._client.containers.create(
                spec.image,
                entrypoint=[*emulator, *command.entrypoint],
                command=list(command.arguments),
                environment=spec.variables(),
                labels={LABEL: self._run},
                mem_limit=f"{spec.memory_mb}m",
                mounts=[Mount(EMULATOR_IN_CONTAINER, str(self._emulator.resolve()), type="bind", read_only=True)],
                **_CONFINEMENT,
            )
            self._exit.callback(_removal(container))
            container.start()
        except _ENGINE_FAULTS as error:
            raise _engine_failed(spec.image, error) from error
        endpoint = LambdaEndpoint(spec.name, f"http://{_LOOPBACK}:{port}", spec.timeout_seconds)
        self._exit.callback(endpoint.http.clear)
        return EmulatedFunction(endpoint, container)


# As in Lambda: another user, a read-only root, only /tmp to write to. The emulated S3 is on the host's loopback.
_CONFINEMENT: Mapping[str, Any] = {
    "network_mode": "host",
    "read_only": True,
    "tmpfs": {"/tmp": "size=512m,mode=1777"},  # noqa: S108 - Lambda's own path
    "user": LAMBDA_USER,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
}


def free_ports(count: int) -> list[int]:
    """Return distinct TCP ports of the loopback interface that nobody listens on at this moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((_LOOPBACK, 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _connect() -> Any:
    try:
        return docker.from_env()
    except _ENGINE_FAULTS as error:
        raise ContainerFailed(
            f"no container engine answers ({error})", remedy="install and start Docker, or run without containers"
        ) from error


def _comes_up(function: EmulatedFunction) -> bool:
    deadline = time.monotonic() + _START_SECONDS
    address = function.endpoint.url.removeprefix("http://").split(":")
    while time.monotonic() < deadline:
        answers = _answers(address[0], int(address[1]))
        with suppress(*_ENGINE_FAULTS):
            function.container.reload()
        if function.container.status != "running":
            return False
        if answers:
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _removal(container: Any) -> Callable[[], None]:
    def remove() -> None:
        try:
            container.remove(force=True, v=True)
        except _ENGINE_FAULTS as error:
            logger.warning("container not removed", extra={"container": container.id, "cause": str(error)})

    return remove


def _engine_failed(image: str, error: Exception) -> ContainerFailed:
    cause = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
    return ContainerFailed(f"the container engine failed: {cause}", place=image, remedy="see the engine's log")
