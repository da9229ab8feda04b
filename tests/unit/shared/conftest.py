"""A server that takes S3's place and misbehaves on demand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Reply:
    """What the server answers; `cut` sends only so many bytes, `stalls` waits then, `silent` sends nothing at all."""

    status: int = 200
    body: bytes = b""
    cut: int | None = None
    stalls: bool = False
    silent: bool = False
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"etag"'})


@dataclass
class FaultyS3:
    """The replies to come, in order, the last one for ever; and the requests that came, as `METHOD raw-target`."""

    endpoint: str
    replies: list[Reply]
    requests: list[str]
    released: threading.Event

    def answers(self, *replies: Reply) -> None:
        self.replies[:] = replies

    def error(self, status: int, code: str) -> Reply:
        """Return S3's XML for an error."""
        return Reply(status, f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode())

    def whole(self, body: bytes) -> Reply:
        return Reply(body=body)

    def cut_off(self, body: bytes, after: int) -> Reply:
        return Reply(body=body, cut=after)

    def stalled(self, body: bytes, after: int) -> Reply:
        return Reply(body=body, cut=after, stalls=True)

    def silence(self) -> Reply:
        return Reply(silent=True)


@pytest.fixture
def faulty_s3() -> Iterator[FaultyS3]:
    """The server, on a free port of the loopback interface."""
    replies: list[Reply] = [Reply()]
    requests: list[str] = []
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # so that "Expect: 100-continue" is answered

        def _answer(self) -> None:
            requests.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
            if reply.silent:
                released.wait(10)
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body[: reply.cut])
            if reply.stalls:
                released.wait(10)

        do_GET = do_HEAD = do_PUT = _answer

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield FaultyS3(f"http://127.0.0.1:{server.server_port}", replies, requests, released)
    released.set()
    server.shutdown()
    server.server_close()
    thread.join()
