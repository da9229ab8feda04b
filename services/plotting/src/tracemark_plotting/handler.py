"""The plotting function: one log or a batch of logs in, the URIs of their charts out."""

from __future__ import annotations

import logging
from typing import Any

from tracemark.contract.plot_batch import PlotBatch, parse_plot_event
from tracemark.deadline import Deadline
from tracemark.document import Json, Node
from tracemark.errors import TracemarkError
from tracemark_plotting import wiring

_log = logging.getLogger(__name__)

_MARGIN_SECONDS = 1.0

wiring.begin()


def handle(event: Json, context: Any) -> Json:
    """Draw the log of `{"sensor_data": {"s3Path"}, "destination": {"s3Path"}, "profile"?, "format"?}`.

    A line of a manifest, `{"source": "s3://…"}`, orders the log of its dataset document; `{"requests": [...]}` orders
    many logs, and a failure of one of them is its result.

    Returns:
        `{"plots": [{"key", "title", "unit", "file"}, …], "rendered": true | false}`, in profile order; for a batch
        `{"results": [<such an object> | {"error": {"type", "message"}}, …]}`, in the order of the requests.
    """
    deadline = Deadline.after(context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS)
    try:
        order = parse_plot_event(Node(event, "plot request"))
        if isinstance(order, PlotBatch):
            return wiring.orders().plot_all(order, deadline).to_json()
        return wiring.orders().plot(order, deadline).to_json()
    except TracemarkError as error:
        _log.error("log not drawn", extra={"error": type(error).__name__, "cause": str(error)})
        raise
