"""A client that costs next to nothing: a generator of load must not be what is measured."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

_PIECE_BYTES = 256 * 1024
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """An answer without its headers, which no worker needs."""

    status: int
    data: bytes


class PlainHttp:
    """One kept connection to a server of this project, whose answers all tell their length."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        self._address = parts.hostname or "", parts.port or 80
        self._socket: socket.socket | None = None

    def request(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> PlainAnswer:
        """Send a request and return its answer.

        Raises:
            OSError: the server is gone, or says nothing for two minutes.
        """
        told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Length: {len(body)}\r\n{told}\r\n"
        received = self._sent(head.encode("latin-1") + body)
        while b"\r\n\r\n" not in received:
            received += self._receive()
        first, _, data = received.partition(b"\r\n\r\n")
        status, *lines = first.decode("latin-1").split("\r\n")
        found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        parts = [data]
        missing = int(found.get("content-length", 0)) - len(data)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        return PlainAnswer(int(status.split(" ", 2)[1]), b"".join(parts))

    def _sent(self, request: bytes) -> bytes:
        """Send a request and return the beginning of its answer; a kept connection may have been idle for too long."""
        if self._socket:
            with suppress(ConnectionError):
                self._socket.sendall(request)
                return self._receive()
            self._socket.close()
        self._socket = socket.create_connection(self._address, _SECONDS)
        self._socket.sendall(request)
        return self._receive()

    def _receive(self) -> bytes:
        assert self._socket
        if not (piece := self._socket.recv(_PIECE_BYTES)):
            raise ConnectionError("the server has closed the connection")
        return piece
