"""Many logs in one call of a plotter: what one asks, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from tracemark.contract.manifest import DataObject, source_key
from tracemark.contract.plots import PlotRequest, PlotResult, parse_profile, profile_json
from tracemark.deadline import Deadline
from tracemark.document import Json, Node
from tracemark.errors import DeadlineExceeded, InvalidDocument, InvalidUri, TracemarkError
from tracemark.profile.shipped import ProfileReference
from tracemark.storage.s3uri import S3Uri

MAX_REQUESTS = 100
"""The answer to as many requests, the longest keys and error texts included, stays below Lambda's 6 MB."""

# Step Functions calls the lines that it batches `Items`; the name cannot be chosen there.
# https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
_LISTS = ("requests", "Items")


@dataclass(frozen=True, slots=True)
class ManifestLine:
    """Draw the logs that the dataset document at `document` names; `profile` holds for those that name none."""

    document: S3Uri
    profile: ProfileReference | None = None

    @classmethod
    def parse(cls, node: Node) -> ManifestLine:
        """Read a line of a manifest, `{"source": "s3://…"}` or `{"source-ref": "s3://…"}`; other keys are ignored.

        Raises:
            InvalidDocument, InvalidUri: neither key holds the URI of an object.
        """
        return cls((node.get(source_key(node.mapping())) or node["source"]).uri())

    def to_json(self) -> dict[str, Json]:
        """Return the line as `parse` reads it; a profile is told by the batch."""
        return {"source": str(self.document)}


PlotOrder = PlotRequest | ManifestLine
"""One log to draw, by its own URI or by that of its dataset document."""


@dataclass(frozen=True, slots=True)
class PlotFailure:
    """Why a log was not drawn: the name of the error's type, and its text."""

    error: str
    message: str

    @classmethod
    def of(cls, error: TracemarkError) -> PlotFailure:
        """Return an error as a value."""
        return cls(type(error).__name__, str(error))

    @classmethod
    def parse(cls, node: Node) -> PlotFailure:
        """Read what `to_json` returns."""
        return cls(node["error"]["type"].text(), node["error"]["message"].text())

    @property
    def is_out_of_time(self) -> bool:
        """Whether the same request, sent again, finds the time that this call lacked."""
        return self.error == DeadlineExceeded.__name__

    def to_json(self) -> dict[str, Json]:
        """Return `{"error": {"type", "message"}}`."""
        return {"error": {"type": self.error, "message": self.message}}


@dataclass(frozen=True, slots=True)
class PlotBatch:
    """Logs to draw, in order; a request that is none is there as the failure it will be answered with."""

    orders: tuple[PlotOrder | PlotFailure, ...]

    @classmethod
    def parse(cls, event: Node) -> PlotBatch:
        """Read `{"requests": [<request or manifest line>, …], "profile"?}`; `Items` is another name of `requests`.

        `profile` is `{"s3Path": …}` or `{"name": …}` and holds where neither a request nor its document names one.

        Raises:
            InvalidDocument, InvalidUri: there is no list, or two; it is empty, or too long; the profile is none.
        """
        requests, profile = tuple(_list(event).items()), event.get("profile")
        if not 1 <= len(requests) <= MAX_REQUESTS:
            raise InvalidDocument(
                f"there are {len(requests):,} requests",
                place=event.source,
                expected=f"1 to {MAX_REQUESTS:,}",
                remedy="send more calls of fewer requests" if requests else "name a log to draw",
            )
        default = parse_profile(profile) if profile else None
        return cls(tuple(_order(request, default) for request in requests))

    def to_json(self, profile: ProfileReference | None = None) -> dict[str, Json]:
        """Return the event as `parse` reads it, with `profile` as that of the whole batch."""
        event: dict[str, Json] = {"requests": [order.to_json() for order in self.orders]}
        return {**event, "profile": profile_json(profile)} if profile else event

    def after(self, count: int) -> PlotBatch:
        """Return the batch without its first `count` orders."""
        return PlotBatch(self.orders[count:])


@dataclass(frozen=True, slots=True)
class PlotBatchResult:
    """What became of each order of a batch, in their order."""

    results: tuple[PlotResult | PlotFailure, ...]

    @classmethod
    def parse(cls, node: Node) -> PlotBatchResult:
        """Read what `to_json` returns.

        Raises:
            InvalidDocument, InvalidUri: it is something else.
        """
        return cls(tuple(_result(result) for result in node["results"].items()))

    def __iter__(self) -> Iterator[PlotResult | PlotFailure]:
        return iter(self.results)

    def to_json(self) -> Mapping[str, Json]:
        """Return `{"results": [{"plots", "rendered"} or {"error"}, …]}`."""
        return {"results": [result.to_json() for result in self.results]}


def order_of_line(line: DataObject, profile: ProfileReference | None = None) -> PlotOrder | PlotFailure:
    """Return what a line of a manifest orders; one that names no document is the failure it is answered with."""
    try:
        if line.uri:
            return ManifestLine(line.uri, profile)
    except InvalidUri as error:
        return PlotFailure.of(error)
    return PlotFailure.of(
        InvalidDocument(
            "the line holds text", expected="the s3:// URI of a dataset document", remedy="correct the line"
        )
    )


class BatchPlotter(Protocol):
    """Draws many logs: in this process, or by invoking the plotting function; safe to call from several threads."""

    def plot_all(self, batch: PlotBatch, deadline: Deadline) -> PlotBatchResult:
        """Return what became of each order; one that fails leaves the others as they are.

        When time runs out, that order and those after it that were not begun fail with `DeadlineExceeded`.

        Raises:
            FunctionFailed: the plotting function could not be invoked, or did not answer.
        """


def parse_plot_event(event: Node) -> PlotOrder | PlotBatch:
    """Read what the plotting function is called with: one order, or a batch.

    Raises:
        InvalidDocument, InvalidUri: it is neither.
    """
    return PlotBatch.parse(event) if any(event.get(name) is not None for name in _LISTS) else parse_order(event)


def parse_order(node: Node) -> PlotOrder:
    """Read a plot request, or else a line of a manifest.

    Raises:
        InvalidDocument, InvalidUri: it is neither.
    """
    is_line = node.get("sensor_data") is None and node.get(source_key(node.mapping()))
    return ManifestLine.parse(node) if is_line else PlotRequest.parse(node)


def _order(node: Node, profile: ProfileReference | None) -> PlotOrder | PlotFailure:
    try:
        order = parse_order(node)
    except TracemarkError as error:
        return PlotFailure.of(error)
    return order if order.profile else replace(order, profile=profile)


def _list(event: Node) -> Node:
    found = [event[name] for name in _LISTS if event.get(name) is not None]
    if len(found) > 1:
        raise InvalidDocument(
            f"there are both {' and '.join(map(repr, _LISTS))}", place=event.source, expected="one", remedy="drop one"
        )
    return found[0] if found else event[_LISTS[0]]


def _result(node: Node) -> PlotResult | PlotFailure:
    return PlotFailure.parse(node) if node.get("error") else PlotResult.parse(node)
