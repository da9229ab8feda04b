"""Requests that their headers alone refuse: answered before a body was sent, and the connection stays right."""

from __future__ import annotations

import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.fake_task_queue import HASHER, MemoryTaskQueue
from support.live_server import connected, serving
from support.portal_client import ORIGIN, Browser, Clock

from tracemark_groundtruth.watching.bodies import Bodies
from tracemark_groundtruth.web.connections import ConnectionLimits
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.endpoint import MAX_BODY_BYTES, MAX_OPEN_BODY_BYTES
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.settings import WebSettings

CHANGING = [
    ("POST", "/sign-out"),
    ("POST", "/jobs/letters/work"),
    ("POST", "/tasks/task-0000/answers"),
    ("PUT", "/tasks/task-0000/answers"),
    ("POST", "/tasks/task-0000/next"),
    ("POST", "/tasks/task-0000/give-back"),
    ("POST", "/tasks/task-0000/decline"),
    ("POST", "/tasks/task-0000/stop"),
]


def head(method: str, path: str, size: int, *further: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {size}", *further]
    return "\r\n".join([*lines, "", ""]).encode()


def answer(client: socket.socket) -> bytes:
    """Return the status line of the next answer, and read all of it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65_536) or pytest.fail(f"the connection ended: {received!r}")
    headers, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in headers.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0].partition(b":")[2]):
        body += client.recv(65_536)
    return headers.partition(b"\r\n")[0]


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_without_a_session_nothing_of_a_body_is_waited_for(app: Starlette, method: str, path: str) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head(method, path, MAX_BODY_BYTES, "Content-Type: application/json"))

        assert answer(client) == b"HTTP/1.1 401 Unauthorized"


def test_a_sign_in_is_small(app: Starlette) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head("POST", "/sign-in", MAX_OPEN_BODY_BYTES + 1))

        assert answer(client).startswith(b"HTTP/1.1 413 ")


def test_a_long_name_and_password_fit_into_a_sign_in(browser: Browser) -> None:
    assert browser.sign_in("焊" * 64, "焊" * 256).status_code == 401


def test_a_sign_in_of_another_origin_is_refused_before_its_body(app: Starlette) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head("POST", "/sign-in", 100, "Origin: https://evil.example"))

        assert answer(client).startswith(b"HTTP/1.1 403 ")


def test_the_body_of_a_request_that_changes_nothing_is_not_read(app: Starlette) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head("GET", "/sign-in", 10_000_000))

        assert answer(client) == b"HTTP/1.1 200 OK"


def test_after_a_refusal_the_rest_of_the_body_is_thrown_away_and_the_connection_goes_on(app: Starlette) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head("POST", "/sign-out", 300_000))
        first = answer(client)
        client.sendall(b"GET / " * 50_000)
        client.sendall(b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

        assert (first, answer(client)) == (b"HTTP/1.1 303 See Other", b"HTTP/1.1 200 OK")


def test_a_client_that_sends_everything_first_reads_why_it_was_refused(app: Starlette) -> None:
    with serving(app) as url, connected(url) as client:
        client.sendall(head("POST", "/sign-out", 20_000_000) + b"x" * 20_000_000)

        assert answer(client) == b"HTTP/1.1 303 See Other"


@pytest.mark.parametrize("further", [(), ("Expect: 100-continue",)], ids=["silent", "asking first"])
def test_a_refused_body_that_does_not_come_ends_the_connection(app: Starlette, further: tuple[str, ...]) -> None:
    with serving(app, ConnectionLimits(unread_seconds=0.3)) as url, connected(url) as client:
        client.sendall(head("POST", "/sign-out", 300_000, *further))
        answer(client)

        assert client.recv(1) == b""


@pytest.mark.parametrize("before", [b"", b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"], ids=["new", "used"])
def test_line_breaks_between_requests_do_not_keep_a_connection(app: Starlette, before: bytes) -> None:
    with serving(app, ConnectionLimits(header_seconds=0.5)) as url, connected(url) as client:
        client.sendall(before)
        if before:
            answer(client)
        client.sendall(b"\r\n")

        assert client.recv(1) == b""


def test_a_body_in_many_small_pieces_comes_whole() -> None:
    async def take(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    with serving(Starlette(routes=[Route("/", take, methods=["POST"])])) as url, connected(url) as client:
        client.sendall(head("POST", "/", 5_000) + b"x")
        for _ in range(4_999):
            client.sendall(b"x")

        assert answer(client) == b"HTTP/1.1 200 OK"


def test_where_there_is_no_room_a_worker_is_told_to_come_again_and_nothing_is_lost(
    task_queue: MemoryTaskQueue, s3: MemoryS3, clock: Clock
) -> None:
    settings, bodies = WebSettings(b"s" * 32), Bodies(most=1_000)
    authenticator = Authenticator(task_queue, Attempts(clock.seconds, clock.sleep), HASHER)
    portal = Portal(task_queue, s3, settings, authenticator, clock.now, bodies=bodies)
    app = Starlette(routes=portal_routes(portal), middleware=guards(settings))
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as client:
        anna = Browser(client)
        anna.sign_in("anna")
        task = anna.start()

        refused = anna.submit(task, '{"a": "' + "x" * 1_000 + '"}')
        accepted = anna.submit(task, '{"a": "x"}')

    assert (refused.status_code, refused.headers["Retry-After"], refused.json()["again"]) == (503, "5", True)
    assert (accepted.status_code, bodies.in_flight) == (200, 0)
