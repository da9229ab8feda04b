"""A function's image in a container as confined as Lambda's, with no network: its S3 and its callers live inside."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import docker
from docker.types import Mount

from support.sandbox_inside import STUB_S3

LABEL = "tracemark.sandbox"
"""`docker ps --all --filter label=tracemark.sandbox` lists every container that was ever left behind."""

PYTHON = "/opt/tracemark/bin/python"
SECRET = "a-secret-of-the-function"
BROWSER = "chromium-headless-shell"
LOGS = "welds/sensor_data"
CHARTS = "welds/plots"

_HERE = Path(__file__).parent
_EMULATOR = "/aws-lambda-rie"
_STUB = "/sandbox/stub_s3.py"
_INSIDE = "/sandbox/sandbox_inside.py"

# What Lambda refuses, as it refuses it: PR_SET_NO_NEW_PRIVS and ptrace answer "operation not permitted".
_REFUSED_CALLS = {
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [
        {
            "names": ["prctl"],
            "action": "SCMP_ACT_ERRNO",
            "errnoRet": 1,
            "args": [{"index": 0, "value": 38, "op": "SCMP_CMP_EQ"}],
        },
        {"names": ["ptrace"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1},
    ],
}
_CONFINEMENT: Mapping[str, Any] = {
    "network_mode": "none",
    "ipc_mode": "none",  # no /dev/shm
    "read_only": True,
    "tmpfs": {"/tmp": "size=512m,mode=1777"},
    "user": "993:990",
    "cap_drop": ["ALL"],
    "security_opt": [f"seccomp={json.dumps(_REFUSED_CALLS)}"],
    "mem_limit": "2g",
}
_ENVIRONMENT: Mapping[str, str] = {
    "AWS_LAMBDA_FUNCTION_NAME": "sandbox",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
    "AWS_LAMBDA_FUNCTION_TIMEOUT": "60",
    "AWS_LAMBDA_LOG_FORMAT": "JSON",
    "AWS_LAMBDA_LOG_LEVEL": "INFO",
    "AWS_ENDPOINT_URL_S3": STUB_S3,
    "AWS_ACCESS_KEY_ID": SECRET,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_SESSION_TOKEN": SECRET,
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def log_of(name: str, **more: Any) -> dict[str, Any]:
    """Return the event that has the log `name` drawn; `more` are further keys of it."""
    log, charts = f"s3://{LOGS}/{name}.csv", f"s3://{CHARTS}/"
    return {"sensor_data": {"s3Path": log}, "destination": {"s3Path": charts}, **more}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: the text of its answer, and how long the caller waited for it."""

    text: str
    seconds: float

    @property
    def value(self) -> Any:
        """The answer as JSON; the text itself where the emulator answered in the function's place."""
        try:
            return json.loads(self.text)
        except json.JSONDecodeError:
            return self.text

    @property
    def error(self) -> tuple[str, str]:
        """The type and the message of the error that was answered; two empty texts for none."""
        value = self.value if isinstance(self.value, dict) else {}
        return str(value.get("errorType", "")), str(value.get("errorMessage", ""))


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the container as it was at one moment; `environment` is that of its start."""

    pid: int
    parent: int
    state: str
    command: str
    environment: str


class Sandbox:
    """A context manager that removes its container, whatever happened.

    `engine` is a docker client, `emulator` the `aws-lambda-rie` binary. `files` are mounted read-only, by their paths
    in the container.
    """

    def __init__(
        self,
        engine: docker.DockerClient,
        emulator: Path,
        image: str = "tracemark-plotting:latest",
        *,
        environment: Mapping[str, str] | None = None,
        files: Mapping[str, Path] | None = None,
    ) -> None:
        self._engine = engine
        self._image = image
        self._environment = {**_ENVIRONMENT, **(environment or {})}
        self._files = {
            _EMULATOR: emulator,
            _STUB: _HERE / "stub_s3.py",
            _INSIDE: _HERE / "sandbox_inside.py",
            **(files or {}),
        }
        self._exit = ExitStack()
        self.container: Any = None

    def __enter__(self) -> Sandbox:
        config = self._engine.images.get(self._image).attrs["Config"]
        self.container = self._engine.containers.create(
            self._image,
            entrypoint=[_EMULATOR, *config["Entrypoint"]],
            command=config["Cmd"],
            name=f"sandbox-{uuid.uuid4().hex[:12]}",
            labels={LABEL: ""},
            environment=self._environment,
            mounts=[Mount(inside, str(file), type="bind", read_only=True) for inside, file in self._files.items()],
            **_CONFINEMENT,
        )
        self._exit.callback(self.container.remove, force=True, v=True)
        try:
            self.container.start()
            self.container.exec_run([PYTHON, _STUB, STUB_S3.rpartition(":")[2]], detach=True)
            assert self.ask("ready") is True, "the stub S3 does not come up"
        except BaseException:
            self._exit.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def ask(self, verb: str, *arguments: str) -> Any:
        """Have something done inside, see `sandbox_inside`; return what it says."""
        return self.run([_INSIDE, verb, *arguments])

    def run(self, arguments: Sequence[str]) -> Any:
        """Run the image's Python inside; return the JSON on the last line of its output."""
        code, (out, err) = self.container.exec_run([PYTHON, *arguments], demux=True)
        assert code == 0, (err or b"").decode("utf-8", "replace")[-2000:]
        return json.loads((out or b"null").decode().splitlines()[-1])

    def put(self, path: str, data: bytes) -> None:
        """Store an object in the S3 inside; `path` is its bucket and its key."""
        self.ask("put", path, base64.b64encode(data).decode())

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        """Store an object, called as boto3's client is; see `items.put_item`."""
        self.put(f"{Bucket}/{Key}", Body)

    def get(self, path: str) -> bytes:
        """Return an object of the S3 inside."""
        return base64.b64decode(self.ask("get", path))

    def charts(self) -> list[str]:
        """Return the names of the charts in the S3 inside, in alphabetical order."""
        return [key.removeprefix(f"{CHARTS}/") for key in self.ask("told", "keys") if key.startswith(CHARTS)]

    def put_log(self, name: str, data: bytes) -> None:
        """Store a sensor log."""
        self.put(f"{LOGS}/{name}.csv", data)

    def requests(self) -> list[str]:
        """Return everything that was asked of the S3 inside, as `METHOD path`, oldest first."""
        return list(self.ask("told", "requests"))

    def invoke(self, event: Mapping[str, Any]) -> Answer:
        """Call the function."""
        return Answer(**self.ask("invoke", json.dumps(event)))

    def processes(self) -> list[Process]:
        """Return every process of the container that is not our own script."""
        return [Process(**found) for found in self.ask("processes")]

    def browser(self) -> list[Process]:
        """Return the processes of the headless browser that are alive."""
        return [found for found in self.processes() if BROWSER in found.command and found.state != "Z"]

    def signal(self, name: str, processes: Sequence[Process]) -> None:
        """Send a signal such as `SIGKILL` to processes."""
        self.ask("send", name, *(str(process.pid) for process in processes))

    def lines(self) -> list[Mapping[str, Any]]:
        """Return the lines that the function logged, oldest first; the emulator's own are left out."""
        lines = self.container.logs().decode("utf-8", "replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def replacements(self) -> int:
        """Return how many times the function said that it replaces its browser."""
        return sum(line.get("message") == "replacing the browser" for line in self.lines())

    def end(self) -> str | None:
        """Return how the container ended, None while it runs."""
        self.container.reload()
        state = self.container.attrs["State"]
        return None if state["Running"] else f"the container ended with code {state['ExitCode']}"

    def sleep(self, seconds: float) -> None:
        """Freeze every process, as Lambda does between calls, then let them go on."""
        self.container.pause()
        time.sleep(seconds)
        self.container.unpause()
