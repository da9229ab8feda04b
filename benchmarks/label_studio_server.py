"""Label Studio, started as its users start it, and asked by its API."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(".build/bench-view-venv/bin/label-studio")
EMAIL, PASSWORD, TOKEN = "bench@example.org", "look into signals", "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class LabelStudio:
    """A running Label Studio at `address`, whose process has the id `pid`."""

    address: str
    pid: int

    def ask(self, path: str, body: Any = None) -> Any:
        """Return what it answers; with a body it is sent as JSON."""
        headers = {"Authorization": f"Token {TOKEN}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())


@contextmanager
def label_studio_server() -> Iterator[LabelStudio]:
    """Run Label Studio on an empty folder of its own.

    Raises:
        SystemExit: it is not installed, or does not come up.
    """
    if not PROGRAM.exists():
        raise SystemExit(f"{PROGRAM} is missing: scripts/tool bench-view makes it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        options = ["--no-browser", "--port", str(port), "--data-dir", home, "--internal-host", "127.0.0.1"]
        account = ["--username", EMAIL, "--password", PASSWORD, "--user-token", TOKEN]
        environment = {
            **os.environ,
            "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
            "COLLECT_ANALYTICS": "false",
            "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "false",
        }
        with Path(home, "log").open("w") as log:
            process = subprocess.Popen(
                [PROGRAM, "start", *options, *account], env=environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                address = f"http://127.0.0.1:{port}"
                _wait(address, process, Path(home, "log"))
                yield LabelStudio(address, process.pid)
            finally:
                process.terminate()
                process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"Label Studio ended: {log.read_text()[-2000:]}")
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("Label Studio did not come up within five minutes")
