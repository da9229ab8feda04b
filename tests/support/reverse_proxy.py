"""The proxy of deploy/Caddyfile, run by Debian's Caddy on free ports of this machine, with a certificate of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
import urllib3

from support.waiting import wait_until
from tracemark_groundtruth.functions.containers import free_ports

CADDYFILE = Path(__file__).parents[2] / "deploy/Caddyfile"


@dataclass
class ReverseProxy:
    """A context manager: `url` leads to the `upstreams` (`127.0.0.1:8001`) by TLS; its files are in `folder`."""

    folder: Path
    port: int = field(default_factory=lambda: free_ports(1)[0])

    def start(self, upstreams: list[str]) -> None:
        program = shutil.which("caddy")
        if not program:
            pytest.fail("there is no caddy: run make tools")
        (http,) = free_ports(1)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
            "ADDRESS": "localhost",
            "UPSTREAMS": " ".join(upstreams),
            "HTTP_PORT": str(http),
            "HTTPS_PORT": str(self.port),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
                stdout=log,
                stderr=log,
                env=environment,
            )
        wait_until(self._answers, "the proxy", self._ended)

    def __enter__(self) -> Self:
        self.url = f"https://localhost:{self.port}"
        self.log = self.folder / "proxy.log"
        self.authority = self.folder / "caddy/pki/authorities/local/root.crt"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(60)

    def client(self) -> urllib3.PoolManager:
        """Return what a browser is that trusts the proxy's authority."""
        return urllib3.PoolManager(retries=False, ca_certs=str(self.authority))

    def _answers(self) -> bool:
        if not self.authority.is_file():
            return False
        try:
            return bool(self.client().request("GET", f"{self.url}/sign-in", timeout=5).status == 200)
        except urllib3.exceptions.HTTPError:
            return False

    def _ended(self) -> str | None:
        return None if self.process.poll() is None else self.log.read_text()
