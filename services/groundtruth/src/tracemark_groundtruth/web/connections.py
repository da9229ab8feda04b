"""How applications are served over HTTP: one configuration of uvicorn for all of this project's servers."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """One connection of a client: what is written goes out at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        # asyncio does so only for sockets whose protocol is said to be TCP; those of `socket.create_server` say 0.
        # Without it the body of each answer waits 40 ms for the client's delayed acknowledgement of the headers.
        accepted: socket.socket | None = transport.get_extra_info("socket")
        if accepted is not None and accepted.family in (socket.AF_INET, socket.AF_INET6):
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


def http_config(app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Config:
    """Return the configuration with which uvicorn serves an application; port 0 takes a free one."""
    return uvicorn.Config(
        app,
        host,
        port,
        http=Connection,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
