"""Traces by OpenTelemetry, which the extra `otel` installs; only this module knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tracemark_groundtruth import __version__
from tracemark_groundtruth.watching.tracing import Tracing

_NAME = "tracemark"
_SEND_SECONDS = 5
_PROPAGATOR = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class Spans:
    """A `Tracing` with a tracer of OpenTelemetry."""

    tracer: Tracer

    @contextmanager
    def request(self, parent: str) -> Iterator[None]:
        """See `Tracing.request`."""
        context = _PROPAGATOR.extract({"traceparent": parent}) if parent else None
        with self.tracer.start_as_current_span("request", context, SpanKind.SERVER, **_QUIET) as span, _noted(span):
            yield

    def name_request(self, route: str, status: int, number: str) -> None:
        """See `Tracing.name_request`."""
        span = get_current_span()
        span.update_name(route)
        span.set_attributes({"http.route": route, "http.response.status_code": status, "tracemark.request_id": number})
        if status >= 500:
            span.set_status(StatusCode.ERROR)

    @contextmanager
    def span(self, name: str, **attributes: str) -> Iterator[None]:
        """See `Tracing.span`."""
        with self.tracer.start_as_current_span(name, attributes=attributes, **_QUIET) as span, _noted(span):
            yield


# The text of an error may quote what people wrote: a span has the error's type alone.
_QUIET: Mapping[str, Any] = {"record_exception": False, "set_status_on_exception": False}


@contextmanager
def _noted(span: Span) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(StatusCode.ERROR)
        raise


@contextmanager
def exported(environ: Mapping[str, str]) -> Iterator[Tracing]:
    """Yield what sends spans as the OTEL_ variables say, in batches from a thread, the rest when the block ends."""
    provider = TracerProvider(resource=Resource.create(_resource(environ)), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=_SEND_SECONDS)))
    try:
        yield Spans(provider.get_tracer(_NAME, __version__))
    finally:
        provider.shutdown()


def _resource(environ: Mapping[str, str]) -> dict[str, str]:
    is_named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return {"service.version": __version__} | ({} if is_named else {"service.name": _NAME})
