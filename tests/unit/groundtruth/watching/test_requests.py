"""Requests from outside the application: routes as labels, the page of figures, and who may read it."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from tracemark_groundtruth.watching.metrics import ServiceMetrics
from tracemark_groundtruth.watching.watch import Unwatched
from tracemark_groundtruth.web.metrics import MetricsAccess, metrics_route
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.settings import WebSettings

ORIGIN = "http://127.0.0.1:8000"
TOKEN = "0123456789abcdef0123"


@dataclass
class Noted(Unwatched):
    """Keeps what it is told of requests."""

    requests: list[tuple[str, int]] = field(default_factory=list)

    def note_request(self, route: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.requests.append((route, status))


async def show(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.path_params["task"])


async def break_down(request: Request) -> PlainTextResponse:
    raise ZeroDivisionError("a secret of the service")


def application(watch: Noted) -> Starlette:
    routes = [Route("/tasks/{task}", show), Route("/broken", break_down)]
    return Starlette(routes=routes, middleware=guards(WebSettings(b"s" * 32), watch))


@given(st.lists(st.text("abc/%?#.", max_size=12), max_size=8))
def test_whatever_is_asked_for_the_labels_are_routes(paths: list[str]) -> None:
    watch = Noted()
    client = TestClient(application(watch), base_url=ORIGIN)

    for path in paths:
        client.get(f"{ORIGIN}/tasks/{path}")
        client.get(f"{ORIGIN}/{path}")  # whole: the client refuses paths that begin with "//"

    assert {route for route, _ in watch.requests} <= {"GET /tasks/{task}", "none"}
    assert len(watch.requests) >= 2 * len(paths)


def test_another_method_than_the_routes_own_is_no_label() -> None:
    watch = Noted()

    TestClient(application(watch), base_url=ORIGIN).request("WELD", "/tasks/1")

    assert watch.requests == [("none", 405)]


def test_a_host_that_is_not_the_services_is_counted_without_a_route() -> None:
    watch = Noted()

    TestClient(application(watch), base_url="http://evil.example").get("/tasks/1")

    assert watch.requests == [("none", 400)]


def test_what_was_not_caught_is_answered_with_a_number_and_does_not_say_what_it_was() -> None:
    watch = Noted()

    answer = TestClient(application(watch), base_url=ORIGIN).get("/broken")

    assert watch.requests == [("GET /broken", 500)]
    assert answer.status_code == 500
    assert f"with the number {answer.headers['x-request-id']}" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def metrics_client(access: MetricsAccess, client: str = "127.0.0.1") -> TestClient:
    routes = [metrics_route(ServiceMetrics().text, access)]
    app = Starlette(routes=routes, middleware=guards(WebSettings(b"s" * 32)))
    return TestClient(app, base_url=ORIGIN, client=(client, 5_000))


@pytest.fixture
def local() -> TestClient:
    return metrics_client(MetricsAccess())


def test_without_a_token_the_figures_are_for_this_machine(local: TestClient) -> None:
    answer = local.get("/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "tracemark_build_info" in answer.text


def test_a_collector_that_wants_the_open_format_gets_it(local: TestClient) -> None:
    answer = local.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})

    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize("client", ["192.0.2.7", "2001:db8::7", "testclient"])
def test_another_machine_is_refused_and_told_what_to_do(client: str) -> None:
    answer = metrics_client(MetricsAccess(), client).get("/metrics")

    assert answer.status_code == 403
    assert "TRACEMARK_METRICS_TOKEN" in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_a_request_that_a_proxy_of_this_machine_passed_on_is_refused(local: TestClient, header: str) -> None:
    assert local.get("/metrics", headers={header: "192.0.2.7"}).status_code == 403


def test_where_workers_come_from_elsewhere_this_machine_alone_is_no_reason() -> None:
    assert metrics_client(MetricsAccess(local=False)).get("/metrics").status_code == 403


@pytest.mark.parametrize("given", ["", "Bearer", f"Basic {TOKEN}", "Bearer wrong", f"Bearer {TOKEN}0", TOKEN])
def test_with_a_token_whoever_does_not_send_it_is_refused_on_this_machine_too(given: str) -> None:
    answer = metrics_client(MetricsAccess(TOKEN)).get("/metrics", headers={"Authorization": given})

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "tracemark_build" not in answer.text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_whoever_sends_the_token_may_read_from_anywhere(scheme: str) -> None:
    client = metrics_client(MetricsAccess(TOKEN, local=False), "192.0.2.7")

    assert client.get("/metrics", headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 200


def test_the_token_is_in_no_representation() -> None:
    assert TOKEN not in repr(MetricsAccess(TOKEN))
