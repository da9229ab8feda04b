"""The size of an answer: Lambda refuses more than 6 MB, and then nobody learns which payload it was."""

from __future__ import annotations

import json

from tracemark.contract.postannotation import ConsolidatedAnnotation, answer_json
from tracemark.errors import ObjectTooLarge

MAX_RESPONSE_BYTES = 6_000_000
"""A little below Lambda's 6 MiB (6,291,556 bytes as of 2026-11), for what the runtime adds."""


def bounded(annotations: list[ConsolidatedAnnotation], payload: str) -> list[ConsolidatedAnnotation]:
    """Return the annotations.

    Raises:
        ObjectTooLarge: together they are more than Lambda carries.
    """
    size = len(json.dumps(answer_json(annotations)).encode())
    if size > MAX_RESPONSE_BYTES:
        raise ObjectTooLarge(
            f"the answer for {len(annotations):,} objects has {size:,} bytes",
            place=payload,
            expected=f"at most {MAX_RESPONSE_BYTES:,}, for Lambda carries no more",
            remedy="make the batches smaller",
        )
    return annotations
