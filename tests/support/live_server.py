"""An ASGI application on a port of the loopback interface, for as long as a test needs it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp

from tracemark_groundtruth.web.connections import ConnectionLimits, http_config


@contextmanager
def serving(app: ASGIApp, limits: ConnectionLimits | None = None, proxies: Sequence[str] = ()) -> Iterator[str]:
    """Serve an application and return its address."""
    server = uvicorn.Server(http_config(app, limits=limits, trusted_proxies=proxies))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    """Open a connection to where an address is served."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as client:
        yield client
