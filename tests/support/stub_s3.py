"""A small S3 in memory, for a container without a network: `python stub_s3.py PORT` serves the loopback interface.

It knows put, get, head and delete of objects, path style. Beside them `GET /-/keys` and `GET /-/requests` tell as JSON
which objects there are, and what was asked for: every request but these two, as `METHOD path`, oldest first.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

_KEPT_HEADERS = "x-amz-meta-"
_NOT_THERE = b"<Error><Code>NoSuchKey</Code><Message>There is no such object.</Message></Error>"


@dataclass(frozen=True)
class Stored:
    """An object, with the headers that come back with it."""

    data: bytes
    headers: dict[str, str]


class StubS3(BaseHTTPRequestHandler):
    """One request; the objects are those of the process."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    objects: dict[str, Stored] = {}  # noqa: RUF012 - one S3 per process
    requests: list[str] = []  # noqa: RUF012

    def do_PUT(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        kept = {name: value for name, value in self.headers.items() if name.lower().startswith(_KEPT_HEADERS)}
        headers = {
            "Content-Type": self.headers.get("Content-Type", "binary/octet-stream"),
            "ETag": f'"{md5(data, usedforsecurity=False).hexdigest()}"',
        }
        self.objects[self._key()] = Stored(data, headers | kept)
        self._answer(200, b"", {"ETag": headers["ETag"]})

    def do_GET(self) -> None:
        told = {"/-/keys": sorted(self.objects), "/-/requests": self.requests}.get(self.path)
        if told is not None:
            self._answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
            return
        self._tell(self.objects.get(self._key()))

    do_HEAD = do_GET

    def do_DELETE(self) -> None:
        self.objects.pop(self._key(), None)
        self._answer(204, b"", {})

    def log_message(self, *args: object) -> None:
        """Keep the container's log to the function."""

    def _key(self) -> str:
        """Note the request and return the bucket and the key that it names."""
        path = unquote(urlsplit(self.path).path)
        self.requests.append(f"{self.command} {path}")
        return path.removeprefix("/")

    def _tell(self, stored: Stored | None) -> None:
        if stored is None:
            self._answer(404, _NOT_THERE, {"Content-Type": "application/xml"})
        else:
            self._answer(200, stored.data, stored.headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), StubS3)
    server.daemon_threads = True
    server.serve_forever()
