"""The pre-labeling function: one data object in, the task input out."""

from __future__ import annotations

import logging
from typing import Any

from tracemark.contract.preannotation import PreAnnotationRequest
from tracemark.deadline import Deadline
from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark_prelabel import wiring

_log = logging.getLogger(__name__)

_MARGIN_SECONDS = 1.0

wiring.begin()


def handle(event: Json, context: Any) -> Json:
    """Answer Ground Truth's pre-annotation event `{"version", "labelingJobArn", "dataObject"}`.

    Returns:
        `{"taskInput": {"image", "<channel>"…, "labels", "channels"}, "isHumanAnnotationRequired": "true"}`.
    """
    deadline = Deadline.after(context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS)
    try:
        return wiring.preparation().answer(PreAnnotationRequest.parse(event), deadline).to_json()
    except TracemarkError as error:
        _log.error("pre-labeling failed", extra={"error": type(error).__name__, "cause": str(error)})
        raise
