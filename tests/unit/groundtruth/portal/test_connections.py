"""Clients that stall, flood or leave: each is bounded, and nobody else waits for it."""

from __future__ import annotations

import http.client
import logging
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from support.fake_s3 import MemoryS3
from support.live_server import connected, serving
from support.waiting import PATIENCE_SECONDS, wait_until

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.watching.rare_log import RareWarnings
from tracemark_groundtruth.web import connections
from tracemark_groundtruth.web.connections import (
    ConnectionLimits,
    Server,
    connection_limits,
    end_within,
    http_config,
)
from tracemark_groundtruth.web.descriptors import raise_descriptor_limit
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.portal.downloads import PIECE_BYTES, Slots
from tracemark_groundtruth.web.portal.objects import OBJECT_ROUTE, stream
from tracemark_groundtruth.web.settings import WebSettings

SOON = 0.3
URI = S3Uri("welds", "film.mp4")
GRANTS = ReadGrants(b"s" * 32)
IMPATIENT = ConnectionLimits(header_seconds=SOON, body_seconds=SOON, write_seconds=SOON, connections=20)


async def take(request: Request) -> Response:
    return Response(str(len(await request.body())))


async def large(request: Request) -> Response:
    return Response(b"x" * 40_000_000)


@pytest.fixture
def url() -> Iterator[str]:
    routes = [Route("/", take, methods=["GET", "POST"]), Route("/large", large)]
    with serving(Starlette(routes=routes, middleware=guards(WebSettings(b"s" * 32))), IMPATIENT) as url:
        yield url


def rest(client: socket.socket) -> bytes:
    """Return what is sent until the server ends the connection."""
    received = bytearray()
    with suppress(ConnectionError):
        while data := client.recv(65_536):
            received += data
    return bytes(received)


HEAD = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
STALLED = {
    "nothing": b"",
    "half a line": b"POS",
    "half the headers": HEAD,
    "no body": HEAD + b"Content-Length: 5\r\n\r\n",
    "half a body": HEAD + b"Content-Length: 5\r\n\r\nab",
    "half of a second request": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET",
}


@pytest.mark.parametrize("sent", STALLED.values(), ids=STALLED)
def test_a_request_that_does_not_go_on_is_given_up(url: str, sent: bytes) -> None:
    with connected(url) as client:
        client.sendall(sent)

        answer = rest(client)

    assert answer.count(b"HTTP/1.1") == sent.count(b"GET /")


@pytest.mark.parametrize("sent", [HEAD + b"X-A: ", HEAD + b"Content-Length: 999999\r\n\r\n"], ids=["headers", "body"])
def test_a_byte_now_and_then_does_not_keep_a_connection(url: str, sent: bytes) -> None:
    with connected(url) as client:
        client.sendall(sent)

        def is_closed() -> bool:
            try:
                client.sendall(b"a")
            except ConnectionError:
                return True
            return False

        wait_until(is_closed, "the end of the connection")


def test_a_client_that_does_not_read_is_given_up(url: str) -> None:
    with connected(url) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        wait_until(lambda: is_gone(client), "the end of the connection")

        assert len(rest(client)) < 40_000_000


def is_gone(client: socket.socket) -> bool:
    try:
        client.send(b" ")
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("body", [b"1\r\nx\r\n" * 500_000, b"5\r\nhello\r\n0\r\n\r\n"], ids=["flood", "small"])
def test_a_body_in_chunks_is_refused_and_read_no_further(url: str, body: bytes) -> None:
    with connected(url) as client:
        client.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        writer = Thread(target=send_all, args=(client, body))
        writer.start()

        answer = rest(client)
        writer.join()

    assert answer.startswith(b"HTTP/1.1 411 ") or answer == b""
    assert status(url) == 200


def send_all(client: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        client.sendall(data)


ENDLESS = {
    "address": b"GET /" + b"a" * 10_000_000,
    "name": HEAD + b"x" * 10_000_000,
    "value": HEAD + b"X-A: " + b"x" * 10_000_000,
    "headers": HEAD + b"X-A: x\r\n" * 1_000_000,
    "requests ahead": b"GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 10_000,
}


@pytest.mark.parametrize("sent", ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_read_no_further(url: str, sent: bytes) -> None:
    with connected(url) as client:
        writer = Thread(target=send_all, args=(client, sent))
        writer.start()

        answer = rest(client)
        writer.join()

    assert len(answer) < 40_000_000
    assert status(url) == 200


BROKEN = [
    b"\0" * 100 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
    HEAD + b"Content-Length: -1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
]


@pytest.mark.parametrize("sent", BROKEN)
def test_a_request_that_is_none_is_refused(url: str, sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), connected(url) as client:
        client.sendall(sent)

        answer = rest(client)

    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 411 "))
    assert status(url) == 200
    assert caplog.records == []


def test_connections_beyond_the_most_are_closed_and_the_others_served() -> None:
    app = Starlette(routes=[Route("/", take)])
    with serving(app, ConnectionLimits(connections=20)) as url, ExitStack() as stack:
        held = [stack.enter_context(connected(url)) for _ in range(20)]
        beyond = [stack.enter_context(connected(url)) for _ in range(40)]
        closed = [rest(client) for client in beyond]
        for client in held:
            client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        answers = [rest(client)[:12] for client in held]

    assert closed == [b""] * 40
    assert answers == [b"HTTP/1.1 200"] * 20


def test_an_object_that_changes_while_it_is_read_breaks_off(caplog: pytest.LogCaptureFixture) -> None:
    def fail_later(asked: str) -> None:
        if asked:
            raise EndpointConnectionError(endpoint_url="s3")

    with (
        caplog.at_level(logging.ERROR),
        downloads(b"x" * (2 * PIECE_BYTES), on_read=fail_later) as (url, path),
        pytest.raises(http.client.IncompleteRead),
    ):
        fetch(url, path, {})

    assert "a download broke off" in caplog.messages


def test_an_aborted_upload_is_one_line_of_the_log(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        with connected(url) as client:
            client.sendall(HEAD + b"Content-Length: 100\r\n\r\nab")
        wait_until(lambda: caplog.records, "the log")

    assert [(record.message, record.exc_info) for record in caplog.records] == [("uploads broke off", None)]


def test_a_flood_of_closed_connections_is_one_line_of_the_log(
    url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "_closed", RareWarnings(connections._log, "connections were closed"))
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            with connected(url) as client:
                rest(client)

    assert [record.message for record in caplog.records] == ["connections were closed"]


@pytest.mark.parametrize(("size", "ranged"), [(0, ""), (5, ""), (3 * PIECE_BYTES + 1, ""), (9, "2-4")])
def test_an_object_comes_whole_in_pieces(size: int, ranged: str) -> None:
    data = bytes(index % 251 for index in range(size))
    with downloads(data) as (url, path):
        found = fetch(url, path, {"Range": f"bytes={ranged}"} if ranged else {})

    assert found == (data[2:5] if ranged else data)


def test_a_long_part_of_an_object_comes_whole() -> None:
    data = bytes(index % 251 for index in range(3 * PIECE_BYTES))
    with downloads(data) as (url, path):
        found = fetch(url, path, {"Range": f"bytes=7-{3 * PIECE_BYTES - 5}"})

    assert found == data[7 : 3 * PIECE_BYTES - 4]


def test_slow_readers_hold_a_piece_each_and_leave_their_slots() -> None:
    asked: list[str] = []
    with downloads(b"x" * (40 * PIECE_BYTES), Slots(3, 0.1), asked.append) as (url, path):
        for _ in range(3):
            with connected(url) as client:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                wait_until(lambda: is_gone(client), "the end of the connection")
        read = len(asked)

        # Were a slot kept, there would be none left.
        wait_until(lambda: len(fetch(url, path, {"Range": "bytes=0-9"})) == 10, "a slot")

    assert read < 3 * 40


def test_one_download_too_many_is_told_to_come_again() -> None:
    slots = Slots(1, 0.01)
    slots.take()
    with downloads(b"x", slots) as (url, path), closing(connection(url)) as client:
        client.request("GET", path)
        found = client.getresponse().status

    assert found == 503


def test_a_refused_object_keeps_no_slot() -> None:
    slots = Slots(1, 0.01)
    with downloads(404, slots) as (url, path):
        statuses = [status(url, path) for _ in range(3)]

    assert statuses == [404] * 3


def test_the_limit_of_open_files_is_raised_to_what_is_allowed() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        raised = raise_descriptor_limit()
        assert (raised > 256, resource.getrlimit(resource.RLIMIT_NOFILE)[0]) == (True, raised)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("descriptors", "most"), [(1_024, 512), (65_536, connections.MAX_CONNECTIONS)])
def test_connections_leave_descriptors_for_everything_else(descriptors: int, most: int) -> None:
    assert connection_limits(descriptors).connections == most


def test_a_process_that_hangs_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    codes: list[int] = []

    end_within(0.01, 143, codes.append)
    wait_until(lambda: codes, "the end")

    assert (codes, caplog.messages) == ([143], ["ended while something hung"])


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [((), False), (("127.0.0.1",), True), (("127.0.0.0/8",), True), (("10.0.0.1",), False)],
)
def test_only_a_trusted_proxy_says_who_a_client_is(proxies: tuple[str, ...], believed: bool) -> None:
    async def tell(request: Request) -> Response:
        return Response(f"{request.url.scheme} {request.client.host if request.client else None}")

    headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    with serving(Starlette(routes=[Route("/", tell)]), proxies=proxies) as url:
        found = fetch(url, "/", headers)

    assert found == (b"https 192.0.2.7" if believed else b"http 127.0.0.1")


@contextmanager
def downloads(
    stored: bytes | int, slots: Slots | None = None, on_read: Callable[[str], object] = str
) -> Iterator[tuple[str, str]]:
    """Serve one object; yield address and path."""
    s3 = MemoryS3({str(URI): stored if isinstance(stored, int) else (stored, "video/mp4")})
    now = datetime.now(UTC)

    def show(request: Request) -> Response:
        return stream(request, GRANTS, _Noting(s3, on_read), now, slots or Slots())

    with serving(Starlette(routes=[Route(OBJECT_ROUTE, show)]), IMPATIENT) as url:
        yield url, GRANTS.url(URI, now + timedelta(hours=1))


class _Noting:
    def __init__(self, s3: MemoryS3, on_read: Callable[[str], object]) -> None:
        self._s3, self._on_read = s3, on_read

    def get_object(self, **options: str) -> object:
        self._on_read(options.get("Range", ""))
        return self._s3.get_object(**options)


def connection(url: str) -> http.client.HTTPConnection:
    address = urlsplit(url)
    return http.client.HTTPConnection(str(address.hostname), address.port, timeout=60)


def fetch(url: str, path: str, headers: dict[str, str]) -> bytes:
    with closing(connection(url)) as client:
        client.request("GET", path, headers=headers)
        return client.getresponse().read()


def status(url: str, path: str = "/") -> int:
    with closing(connection(url)) as client:
        client.request("GET", path)
        return client.getresponse().status


def test_a_server_that_sleeps_is_woken_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_TICK_SECONDS", 100_000.0)
    server = Server(http_config(Starlette()))
    thread = Thread(target=server.run)
    thread.start()
    wait_until(lambda: server._wake is not None, "the server")

    server.end()
    thread.join(PATIENCE_SECONDS)

    assert not thread.is_alive()


def test_a_server_that_is_told_to_end_before_it_began_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_TICK_SECONDS", 100_000.0)
    server = Server(http_config(Starlette()))

    server.end()
    thread = Thread(target=server.run)
    thread.start()
    thread.join(PATIENCE_SECONDS)

    assert not thread.is_alive()
