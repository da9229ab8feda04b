"""Traces: the parts of the work, and which of them belong together; without a collector they cost nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Protocol

from tracemark.errors import InvalidConfiguration, quoted

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL = "http/protobuf"


class Tracing(Protocol):
    """Records spans. Names and attributes are the program's own words: what people wrote is in none."""

    def request(self, parent: str) -> AbstractContextManager[Any]:
        """Return what to answer a request in; `parent` is a trusted proxy's `traceparent`, empty for none."""

    def name_request(self, route: str, status: int, number: str) -> None:
        """Say how the request was answered whose span is open, and what its number is."""

    def span(self, name: str, **attributes: str) -> AbstractContextManager[Any]:
        """Return what to do a part of the work in."""


class NoTracing:
    """A `Tracing` that records nothing."""

    def request(self, parent: str) -> AbstractContextManager[Any]:
        """See `Tracing.request`."""
        return _NOTHING

    def name_request(self, route: str, status: int, number: str) -> None:
        """See `Tracing.name_request`."""

    def span(self, name: str, **attributes: str) -> AbstractContextManager[Any]:
        """See `Tracing.span`."""
        return _NOTHING


_NOTHING = nullcontext()
NO_TRACING = NoTracing()


@contextmanager
def opened_tracing(environ: Mapping[str, str]) -> Iterator[Tracing]:
    """Yield what sends spans to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, until the block ends.

    Raises:
        InvalidConfiguration: the extra `otel` is not installed, or another protocol is wanted.
    """
    if not any(environ.get(name) for name in ENDPOINTS):
        yield NO_TRACING
        return
    for name in PROTOCOLS:
        if environ.get(name) and environ[name] != _PROTOCOL:
            raise InvalidConfiguration(
                f"{name} is {quoted(environ[name])}", expected=_PROTOCOL, remedy="unset it, and name the port for HTTP"
            )
    try:
        from tracemark_groundtruth.watching.spans import exported
    except ImportError as error:
        raise InvalidConfiguration(
            f"traces cannot be sent ({error})",
            expected=f"no {ENDPOINTS[0]}, or the extra `otel`",
            remedy="unset the variable, or install tracemark-cli[otel]",
        ) from error
    with exported(environ) as tracing:
        yield tracing
