"""The size of an answer: Lambda refuses more than 6 MB, and then nobody learns which payload it was."""

from __future__ import annotations

import json
from itertools import accumulate

from tracemark.contract.postannotation import ConsolidatedAnnotation, answer_json
from tracemark.errors import ObjectTooLarge

MAX_RESPONSE_BYTES = 6_000_000
"""A little below Lambda's 6 MiB (6,291,556 bytes as of 2026-11), for what the runtime adds."""

_SEPARATOR_BYTES = 2  # ", " between entries, "[]" around all


def bounded(annotations: list[ConsolidatedAnnotation], payload: str) -> list[ConsolidatedAnnotation]:
    """Return the annotations.

    Raises:
        ObjectTooLarge: together they are more than Lambda carries; it says how many of them would fit.
    """
    sizes = [len(json.dumps(entry).encode()) + _SEPARATOR_BYTES for entry in answer_json(annotations)]
    size = sum(sizes)
    if size > MAX_RESPONSE_BYTES:
        raise ObjectTooLarge(
            f"the answer for {len(annotations):,} objects has {size:,} bytes",
            place=payload,
            expected=f"at most {MAX_RESPONSE_BYTES:,}, for Lambda carries no more",
            remedy=_remedy(sizes),
        )
    return annotations


def _remedy(sizes: list[int]) -> str:
    """Name the number of objects that fits whichever of them come together: that of the largest."""
    together = accumulate(sorted(sizes, reverse=True), initial=0)
    fitting = sum(size <= MAX_RESPONSE_BYTES for size in together) - 1
    if not fitting:
        return "make the answers smaller: one of these objects alone is too large"
    return f"make the batches smaller: {fitting:,} of these objects fit in one"
