"""What is written to a connection goes out at once: every server of this project turns Nagle's algorithm off."""

from __future__ import annotations

import ast
import http.client
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.applications import Starlette
from support.live_server import serving
from support.service_process import FunctionServer
from support.waiting import wait_until

from tracemark_groundtruth.s3.embedded import EmbeddedS3
from tracemark_groundtruth.web.connections import http_config

ROOT = Path(__file__).parents[3]


@contextmanager
def on_a_socket(_: Path) -> Iterator[str]:
    """Serve as `tracemark serve` and `tracemark demo` do: on a socket that says nothing of its protocol."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(http_config(Starlette()))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        wait_until(lambda: server.started, "the server")
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def embedded_s3(folder: Path) -> Iterator[str]:
    with EmbeddedS3(folder) as s3:
        yield s3.endpoint_url


@contextmanager
def functions(folder: Path) -> Iterator[str]:
    with FunctionServer(folder) as server:
        yield server.url


SERVERS: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "on a socket": on_a_socket,
    "on a port": lambda _: serving(Starlette()),
    "embedded S3": embedded_s3,
    "functions": functions,
}


@pytest.mark.parametrize("name", SERVERS)
def test_an_accepted_connection_sends_at_once(name: str, folder: Path) -> None:
    with SERVERS[name](folder) as url:
        address = urlsplit(url)
        client = http.client.HTTPConnection(str(address.hostname), address.port)
        client.connect()

        # The option is set just after the connection is accepted.
        wait_until(lambda: accepted(client.sock) == [1], "the option on the connection")
        client.close()


def test_nothing_is_served_in_another_way() -> None:
    packages = [*ROOT.glob("*/src"), *ROOT.glob("services/*/src"), *ROOT.glob("images/*/src")]
    files = [file for package in packages for file in package.rglob("*.py")]

    configured = {file.name for file in files for call in calls(file) if call in ("uvicorn.Config", "uvicorn.run")}

    assert (len(files) > 100, configured) == (True, {"connections.py"})


def accepted(client: socket.socket) -> list[int]:
    """Return TCP_NODELAY of the server's end of a connection within this process, whatever loop serves it."""
    found = (no_delay(int(entry.name), client.getsockname()) for entry in Path("/proc/self/fd").iterdir())
    return [option for option in found if option is not None]


def no_delay(descriptor: int, peer: object) -> int | None:
    try:
        with socket.socket(fileno=os.dup(descriptor)) as each:
            if each.getpeername() == peer:
                return each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    except OSError:
        pass  # no connected socket, or closed meanwhile
    return None


def calls(file: Path) -> list[str]:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return [ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)]
