"""What a function's error usually means: keys that samples on the web spell otherwise than Ground Truth does."""

from __future__ import annotations

from collections.abc import Mapping

_SPELLING: Mapping[str, str] = {
    "s3uri": "Ground Truth writes the key s3Uri",
    "label_categories": "Ground Truth writes the key labelCategories, and only for jobs with a category file",
    "annotations": "read annotations as a list of {workerId, annotationData}",
    "task_input": "Ground Truth writes and reads taskInput",
    "data_object": "Ground Truth writes the key dataObject",
    "source-ref": "this manifest has the key source",
    "source": "this manifest has the key source-ref",
}


def hint(message: str) -> str:
    """Return what to do about a KeyError that is well known, or nothing."""
    return next((remedy for key, remedy in _SPELLING.items() if f"KeyError: '{key}'" in message), "")
