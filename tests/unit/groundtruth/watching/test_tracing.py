"""Traces: spans of requests, transactions and invocations, and when there are none."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import urllib3
from anyio.to_thread import run_sync
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from support.live_server import serving

from tracemark.errors import FunctionFailed, InvalidConfiguration
from tracemark_groundtruth.state.database import Database
from tracemark_groundtruth.watching.service_watch import ServiceWatch
from tracemark_groundtruth.watching.spans import Spans
from tracemark_groundtruth.watching.tracing import NO_TRACING, opened_tracing
from tracemark_groundtruth.web.portal.app import guards
from tracemark_groundtruth.web.settings import WebSettings

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = int("0af7651916cd43dd8448eb211c80319c", 16)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(exporter: InMemorySpanExporter) -> Iterator[Spans]:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield Spans(provider.get_tracer("tests"))
    provider.shutdown()


@pytest.fixture
def database(tracing: Spans, tmp_path: Path) -> Iterator[Database]:
    opened = Database.in_file(tmp_path / "state.db")
    opened.tracing = tracing
    yield opened
    opened.dispose()


def application(tracing: Spans, database: Database) -> Starlette:
    async def show(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await run_sync(read, database))

    async def break_down(request: Request) -> PlainTextResponse:
        raise ValueError("what a worker wrote")

    routes = [Route("/tasks/{task}", show), Route("/broken", break_down)]
    return Starlette(routes=routes, middleware=guards(WebSettings(b"s" * 32), ServiceWatch(tracing=tracing)))


def read(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.exec_driver_sql("SELECT 17").scalar())


def ask(app: Starlette, path: str, headers: Mapping[str, str], proxies: tuple[str, ...] = ()) -> Any:
    with serving(app, proxies=proxies) as url:
        return urllib3.request("GET", f"{url}{path}", headers=headers, retries=False)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_request_is_a_span_by_its_route_and_its_transactions_are_inside(
    tracing: Spans, database: Database, exporter: InMemorySpanExporter
) -> None:
    answer = ask(application(tracing, database), "/tasks/a-task", {})

    transaction, request = exporter.get_finished_spans()
    assert (answer.data, request.name, transaction.name) == (b"17", "GET /tasks/{task}", "transaction")
    assert attributes(request) == {
        "http.route": "GET /tasks/{task}",
        "http.response.status_code": 200,
        "tracemark.request_id": answer.headers["x-request-id"],
    }
    assert request.context is not None
    assert transaction.parent is not None
    assert (transaction.parent.span_id, request.parent) == (request.context.span_id, None)


def test_the_trace_of_a_trusted_proxy_goes_on_and_no_other(
    tracing: Spans, database: Database, exporter: InMemorySpanExporter
) -> None:
    app = application(tracing, database)

    ask(app, "/tasks/1", {"traceparent": PARENT}, ("127.0.0.0/8",))
    ask(app, "/tasks/1", {"traceparent": PARENT})

    traces = [span.context.trace_id == TRACE for span in exporter.get_finished_spans() if span.context]
    assert traces == [True, True, False, False]


def test_a_request_that_breaks_is_an_error_whose_text_is_not_sent(
    tracing: Spans, database: Database, exporter: InMemorySpanExporter
) -> None:
    ask(application(tracing, database), "/broken", {})

    (request,) = exporter.get_finished_spans()
    assert (request.name, request.status.status_code) == ("GET /broken", StatusCode.ERROR)
    assert "worker wrote" not in request.to_json()


def test_what_is_written_is_a_span_too(database: Database, exporter: InMemorySpanExporter) -> None:
    database.write(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    with database.writing():
        pass

    assert [attributes(span) for span in exporter.get_finished_spans()] == [{"kind": "write"}] * 2


def test_an_invocation_is_a_span_that_says_how_it_failed(tracing: Spans, exporter: InMemorySpanExporter) -> None:
    watch = ServiceWatch(tracing=tracing)

    with pytest.raises(FunctionFailed), watch.call("pre"):
        raise FunctionFailed("what a worker wrote")

    (span,) = exporter.get_finished_spans()
    assert (span.name, attributes(span)) == ("function", {"kind": "pre", "error.type": "FunctionFailed"})
    assert "worker wrote" not in span.to_json()


@pytest.mark.parametrize("environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, {"OTEL_SERVICE_NAME": "labels"}])
def test_without_a_collector_nothing_is_traced(environ: dict[str, str]) -> None:
    with opened_tracing(environ) as tracing:
        assert tracing is NO_TRACING


def test_spans_reach_the_collector_before_the_service_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    received = list[tuple[str, bytes]]()

    async def take(request: Request) -> PlainTextResponse:
        received.append((request.headers["content-type"], await request.body()))
        return PlainTextResponse("")

    with serving(Starlette(routes=[Route("/v1/traces", take, methods=["POST"])])) as url:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", url)
        with opened_tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": url}) as tracing, tracing.span("transaction", kind="read"):
            pass

    ((content_type, body),) = received
    assert content_type == "application/x-protobuf"
    assert b"transaction" in body
    assert b"tracemark" in body


def test_another_protocol_is_refused() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}

    with pytest.raises(InvalidConfiguration, match="OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'"), opened_tracing(environ):
        pass


def test_without_the_extra_the_service_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import_ = builtins.__import__

    def refuse(name: str, *arguments: Any) -> Any:
        if name.startswith("tracemark_groundtruth.watching.spans"):
            raise ImportError("No module named 'opentelemetry'")
        return import_(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", refuse)
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}

    with pytest.raises(InvalidConfiguration, match=r"install tracemark-cli\[otel\]"), opened_tracing(environ):
        pass
