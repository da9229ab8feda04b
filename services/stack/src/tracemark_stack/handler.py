"""The Lambda entry point: a request of CloudFormation in, the answer to the URL that came with it."""

from __future__ import annotations

import logging
from typing import Any

from tracemark.deadline import Deadline
from tracemark.document import Json, Node
from tracemark.errors import TracemarkError
from tracemark_stack import wiring
from tracemark_stack.answer import Caller, Failed, Outcome
from tracemark_stack.request import StackRequest

_log = logging.getLogger(__name__)

_MARGIN_SECONDS = 1.0


def handle(event: Json, context: Any) -> None:
    """Carry out one request for a custom resource and answer it, whatever its outcome.

    Raises:
        TracemarkError: the request has no valid address to answer, or the answer was not accepted; Lambda then retries.
    """
    deadline = Deadline.after(context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS)
    request = Node(event, "request")
    caller = Caller.parse(request)
    caller.answer(_outcome(request, deadline), wiring.http())


def _outcome(request: Node, deadline: Deadline) -> Outcome:
    try:
        done = wiring.content().follow(StackRequest.parse(request), deadline)
    except TracemarkError as error:
        _log.error("request not carried out", extra={"error": type(error).__name__, "cause": str(error)})
        return Failed(str(error))
    except Exception as error:  # noqa: BLE001 - CloudFormation would wait an hour for an answer that never comes
        _log.exception("request not carried out")
        return Failed(f"{type(error).__name__}; see the log of the function")
    _log.info("request carried out", extra={"removed": done.removed, "written": done.written})
    return done
