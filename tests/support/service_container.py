"""The service's image in a container as confined as the deployments make it, on the machine's own network."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, NotFound

from support.service_process import ServiceProcess
from support.waiting import wait_until

IMAGE = "tracemark-service"
LABEL = "tracemark.service"
USER = 10_001
STOP_SECONDS = 30

CONFINEMENT: Mapping[str, Any] = {
    "read_only": True,
    "tmpfs": {"/tmp": "size=256m,mode=1777"},
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "mem_limit": "2g",
}


@dataclass
class ServiceContainer(ServiceProcess):
    """A context manager: a `ServiceProcess` in a container, whose /data is `folder`."""

    container: Any = None
    exit_code: int = 0

    def start(self) -> None:
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, USER, USER)
        self.engine = docker.from_env()
        self.container = self.engine.containers.run(
            IMAGE,
            [
                "serve",
                "--data",
                "/data",
                "--port",
                str(self.port),
                "--functions",
                "/data/functions.yaml",
                *self.options,
            ],
            detach=True,
            network_mode="host",
            labels={LABEL: ""},
            volumes={str(self.folder): {"bind": "/data"}},
            environment={"TRACEMARK_DATABASE_URL": self.database_url, **self.variables},
            **CONFINEMENT,
        )
        wait_until(self._answers, "the service", self._ended)

    def end(self, how: int) -> None:
        """Send a signal to the container, wait until it has ended, and remove it; `exit_code` is then its own."""
        if self.container is None:
            return
        container, self.container = self.container, None
        with suppress(APIError):  # it has ended before
            container.kill(signal.Signals(how).name)
        self.exit_code = container.wait(timeout=STOP_SECONDS)["StatusCode"]
        self.log.write_bytes(container.logs())
        container.remove(force=True)
        self.engine.close()

    def run_inside(self, *command: str) -> tuple[int, str]:
        """Run a command in the container; return its exit code and what it printed."""
        done = self.container.exec_run(list(command))
        return done.exit_code, done.output.decode()

    def _ended(self) -> str | None:
        try:
            self.container.reload()
        except NotFound:
            return "it is gone"
        return None if self.container.status in ("created", "running") else self.container.logs().decode()
