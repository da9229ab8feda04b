"""A consolidated value in a few words, whatever its kind: for tables, where a list of marks would fill the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracemark.document import Json
from tracemark.marks.kind import LISTS

_MARKS = (*LISTS.values(), "instances")


def describe(value: Json) -> str | None:
    """Return a value as text: labels joined, marks counted by class, states as yes and no; None for another shape."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    marks = _marks(value)
    return None if marks is None else _count_labels(marks)


def _marks(value: Json) -> Sequence[str] | None:
    if isinstance(value, dict) and isinstance(value.get("labelMappings"), dict):
        return list(value["labelMappings"])
    key = next((key for key in _MARKS if isinstance(value, dict) and isinstance(value.get(key), list)), None)
    listed = value[key] if key else value
    if not isinstance(listed, list) or not all(isinstance(mark, dict) and "label" in mark for mark in listed):
        return None
    return [str(mark["label"]) for mark in listed]


def _count_labels(labels: Sequence[str]) -> str:
    counts = Counter(labels)
    return ", ".join(f"{count} {label}" for label, count in sorted(counts.items())) or "nothing marked"
