"""An AWS of one's own: ministack with authorisation on, as the tests and the containers of its functions reach it."""

from __future__ import annotations

import os
import random
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from support.waiting import wait_until

ACCOUNT = "123456789012"
REGION = "eu-west-1"
# How containers call the machine they run on; ministack names itself so to them.
_HOST_OF_CONTAINERS = "host.docker.internal"
_IN_CONTAINERS = "/etc/ministack.pem"
_BELOW_EPHEMERAL = range(20_000, 32_000)


@dataclass(frozen=True)
class EmulatedAws:
    """A running ministack; `log` is what it wrote."""

    endpoint: str
    certificate: Path
    log: Path

    def client(self, service: str, *, key: str = "test", secret: str = "test", token: str | None = None) -> Any:
        """Return a boto3 client; without credentials it is the account's root."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            verify=str(self.certificate),
            config=Config(
                proxies={}, read_timeout=120, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}
            ),
        )

    def containers(self, engine: Any, function: str = "") -> list[Any]:
        """Return the containers of functions whose name ends in `function`, running or not."""
        instance = f"{socket.gethostname()}:{self.endpoint.rpartition(':')[2]}"
        found = engine.containers.list(all=True, filters={"label": f"ministack.instance={instance}"})
        return [container for container in found if _function(container).endswith(function)]


@contextmanager
def emulated_aws(project: Path, folder: Path, gateway: str) -> Iterator[EmulatedAws]:
    """Run ministack on the loopback interface; `gateway` is this machine's address in the containers' network."""
    certificate, key = _certificate(folder)
    port = _free_port(gateway)
    aws = EmulatedAws(f"https://localhost:{port}", certificate, folder / "ministack.log")
    environment = _environment(folder, port, certificate, key)
    with ExitStack() as stack:
        stack.enter_context(_passed_on(gateway, port))
        log = stack.enter_context(aws.log.open("wb"))
        process = subprocess.Popen(
            [project / ".build/ministack-venv/bin/python", project / "tests/stack/launch_ministack.py"],
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        stack.callback(_end, process)
        _wait(aws, process)
        yield aws


def _function(container: Any) -> str:
    variables = dict(line.split("=", 1) for line in container.attrs["Config"]["Env"])
    return str(variables["AWS_LAMBDA_FUNCTION_NAME"])


def _environment(folder: Path, port: int, certificate: Path, key: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
    return passed | {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "USE_SSL": "1",  # the bucket's policy refuses everything else
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(folder),
        # The certificate is for the clients inside the functions.
        "LAMBDA_DOCKER_FLAGS": f"--tmpfs /tmp:size=512m -v {certificate}:{_IN_CONTAINERS}:ro"
        f" -e AWS_CA_BUNDLE={_IN_CONTAINERS} -e SSL_CERT_FILE={_IN_CONTAINERS}",
    }


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "ministack.pem", folder / "ministack.key"
    names = f"subjectAltName=DNS:localhost,DNS:{_HOST_OF_CONTAINERS}"
    command: Sequence[str | Path] = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ministack"),
        *("-addext", names, "-addext", "basicConstraints=critical,CA:FALSE", "-out", certificate, "-keyout", key),
    ]
    subprocess.run(command, check=True, capture_output=True)
    certificate.chmod(0o644)  # the functions' user reads it
    return certificate, key


def _free_port(gateway: str) -> int:
    """Return a port that is free at both addresses, and that no outgoing connection takes before it is listened on."""
    for port in random.sample(_BELOW_EPHEMERAL, 100):
        with closing(socket.socket()) as loopback, closing(socket.socket()) as outer, suppress(OSError):
            loopback.bind(("127.0.0.1", port))
            outer.bind((gateway, port))
            return port
    raise RuntimeError("no free port was found")


def _wait(aws: EmulatedAws, process: subprocess.Popen[bytes]) -> None:
    sts = aws.client("sts")

    def answers() -> bool:
        with suppress(BotoCoreError, ClientError):
            return bool(sts.get_caller_identity())
        return False

    def ended() -> str | None:
        return None if process.poll() is None else f"it ended:\n{aws.log.read_text()[-4000:]}"

    wait_until(answers, "ministack", ended, pause=0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # asked to end, it waits for every connection that is kept alive
    process.wait()


@contextmanager
def _passed_on(gateway: str, port: int) -> Iterator[None]:
    """Pass what containers send to `gateway` on to the loopback interface, where ministack listens."""
    with socketserver.ThreadingTCPServer((gateway, port), _Passer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield
        server.shutdown()
        thread.join()


class _Passer(socketserver.BaseRequestHandler):
    """Copies between a caller and ministack, until one of them is done."""

    def handle(self) -> None:
        caller: socket.socket = self.request
        ministack = ("127.0.0.1", caller.getsockname()[1])
        with socket.create_connection(ministack) as called, suppress(ConnectionError):
            other = {caller: called, called: caller}
            while True:
                for source in select(list(other), [], [])[0]:
                    data = source.recv(65_536)
                    if not data:
                        return
                    other[source].sendall(data)
