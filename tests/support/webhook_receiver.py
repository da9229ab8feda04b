"""A receiver of events on the loopback interface, which answers as a test says."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """One request: its path, headers by their names in lower case, and body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A context manager; the first requests are answered with `statuses`, all further ones with 204.

    A status of 0 closes the connection without an answer. With `held`, no request is answered before it is set.
    """

    statuses: list[int] = field(default_factory=list)
    location: str = ""
    held: threading.Event | None = None
    received: list[Received] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status = receiver.take(Received(self.path, headers, body))
                if receiver.held:
                    receiver.held.wait(60)
                if status == 0:
                    return
                self.send_response(status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.held:
            self.held.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def take(self, received: Received) -> int:
        """Keep a request and return the status to answer it with."""
        with self._lock:
            self.received.append(received)
            return self.statuses.pop(0) if self.statuses else 204
