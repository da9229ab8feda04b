"""The Lambda entry point: a post-annotation event in, the consolidated annotations out."""

from __future__ import annotations

import logging

from tracemark.contract.postannotation import PostAnnotationRequest, answer_json
from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark_postlabel import wiring
from tracemark_postlabel.consolidate import consolidate

logger = logging.getLogger(__name__)


def handle(event: Json, context: object) -> list[Json]:
    """Answer one call of Ground Truth; `context` is Lambda's and not used.

    Raises:
        TracemarkError: the event, the configuration or the payload as a whole cannot be used.
    """
    try:
        request = PostAnnotationRequest.parse(event)
        annotations = consolidate(request, wiring.store(), wiring.settings(), wiring.policy())
    except TracemarkError as error:
        logger.error("payload not consolidated", extra={"error": type(error).__name__, "cause": str(error)})
        raise
    return answer_json(annotations)
