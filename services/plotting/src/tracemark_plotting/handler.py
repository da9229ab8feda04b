"""The plotting function: one log in, the URIs of its charts out."""

from __future__ import annotations

import logging
from typing import Any

from tracemark.deadline import Deadline
from tracemark.document import Json, Node
from tracemark.errors import TracemarkError
from tracemark.plots import PlotRequest
from tracemark_plotting import wiring

_log = logging.getLogger(__name__)

_MARGIN_SECONDS = 1.0

wiring.begin()


def handle(event: Json, context: Any) -> Json:
    """Draw the log of `{"sensor_data": {"s3Path"}, "destination": {"s3Path"}, "profile"?, "format"?}`.

    Returns:
        `{"plots": [{"key", "title", "unit", "file"}, …], "rendered": true | false}`, in profile order.
    """
    deadline = Deadline.after(context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS)
    try:
        request = PlotRequest.parse(Node(event, "plot request"))
        return wiring.plotter().plot(request, deadline).to_json()
    except TracemarkError as error:
        _log.error("log not drawn", extra={"error": type(error).__name__, "cause": str(error)})
        raise
