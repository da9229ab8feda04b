"""A provider of sign-ins that is none of this project's, and the whole service in front of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from starlette.types import ASGIApp, Receive, Scope, Send

from support.fake_s3 import MemoryS3
from support.live_server import serving
from support.waiting import wait_until
from tracemark_groundtruth.functions.catalog import Catalog
from tracemark_groundtruth.functions.containers import free_ports
from tracemark_groundtruth.oidc.settings import OidcSettings
from tracemark_groundtruth.service import Service, ServiceSettings, running
from tracemark_groundtruth.state.database import Database

DORA = {
    "sub": "248289761001",
    "preferred_username": "dora",
    "email": "dora@example.org",
    "groups": ["/welders", "/everybody"],
}


@dataclass
class ServedService:
    """A service at an address of this machine."""

    service: Service
    address: str
    issuer: str


@contextmanager
def mock_provider() -> Iterator[str]:
    """Run the provider and return its issuer, which is of another site than the service: localhost, not 127.0.0.1.

    It has a process of its own: its libraries warn of their own future.
    """
    (port,) = free_ports(1)
    issuer, user = f"http://localhost:{port}", json.dumps(DORA)
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([*command, "--user-claims", user], **quiet) as process:  # type: ignore[call-overload]
        try:
            wait_until(lambda: _answers(issuer), "the provider", lambda: "it ended" if process.poll() else None)
            yield issuer
        finally:
            process.terminate()


def _answers(issuer: str) -> bool:
    try:
        urllib3.request("GET", f"{issuer}/.well-known/openid-configuration", timeout=5, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return True


@contextmanager
def served_with_provider(folder: Path, variables: Mapping[str, str] | None = None) -> Iterator[ServedService]:
    """Serve a new service whose people sign in through the provider; `variables` are further TRACEMARK_OIDC_…."""
    front, database = _Front(), Database.in_file(folder / "state.db")
    with mock_provider() as issuer, serving(front) as address:
        given = {"ISSUER": issuer, "CLIENT_ID": "tracemark", "CLIENT_SECRET": "any", "LABEL": "the plant"}
        environ = {f"TRACEMARK_OIDC_{name}": text for name, text in {**given, **(variables or {})}.items()}
        settings = ServiceSettings(address, oidc=OidcSettings.parse(environ, address))
        functions: Any = None  # no job is created
        with running(database, MemoryS3({}), Catalog({}, functions, functions), settings) as service:
            front.app = service.app
            yield ServedService(service, address, issuer)
    database.dispose()


class _Front:
    """An application in whose place the service is put once its address is known."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
