"""Objects that deserve a second look, and their manifest for a next round."""

from __future__ import annotations

from collections.abc import Sequence

from tracemark.document import Json
from tracemark.manifest import MAX_ATTRIBUTE_CHARACTERS
from tracemark_groundtruth.bucket import json_bytes
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import FinishedItem

EARLIER_KEY = "earlier"
"""The key of a line under which the round before is told; the pre-labeling function passes it on to the template."""


def hardest(job: FinishedJob, count: int) -> list[FinishedItem]:
    """Return the `count` hardest objects: without a label, then by rising confidence, ties and problems first."""
    return sorted(job.items, key=_ease)[:count]


def below(job: FinishedJob, confidence: float) -> list[FinishedItem]:
    """Return the objects without a label, with less confidence than this, with a tie or a problem, hardest first."""
    return [item for item in sorted(job.items, key=_ease) if _is_doubtful(item, confidence)]


def next_round(job: FinishedJob, items: Sequence[FinishedItem]) -> bytes:
    """Return a manifest of these objects: their lines as the job got them, with the earlier votes and comments."""
    return b"".join(json_bytes(_line(job, item)) + b"\n" for item in items)


def _line(job: FinishedJob, item: FinishedItem) -> dict[str, Json]:
    own = (job.attribute, f"{job.attribute}-metadata", f"{job.attribute}-figures")
    kept = {key: value for key, value in item.line.attributes.items() if key not in own}
    earlier: dict[str, Json] = {
        "job": job.name,
        "label": item.label or "",
        "confidence": item.confidence,
        "votes": [{"label": label, "count": count} for label, count in item.votes.items()],
        "comments": list(item.comments),
        "problem": item.problem,
    }
    while earlier["comments"] and len(json_bytes(earlier)) > MAX_ATTRIBUTE_CHARACTERS:
        earlier["comments"].pop()
    return {**kept, EARLIER_KEY: earlier}


def _is_doubtful(item: FinishedItem, confidence: float) -> bool:
    unsure = item.confidence is not None and item.confidence < confidence
    return item.label is None or unsure or item.is_tied or bool(item.problem)


def _ease(item: FinishedItem) -> tuple[bool, float, bool, bool, int]:
    sure = item.confidence if item.confidence is not None else 1.0
    return item.label is not None, sure, not item.is_tied, not item.problem, item.line.index
