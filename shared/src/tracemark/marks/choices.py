"""What is chosen in a field: the label, or the labels, that a value of any shape of choice gives."""

from __future__ import annotations

from tracemark.document import Json
from tracemark.marks.kind import Kind, is_flags

ON, OFF = "true", "false"
"""The classes of a toggle."""


def chosen(value: Json, kind: Kind) -> str | None:
    """Return the one label that a value gives: a classifier's, a radio group's, or that of a select as text."""
    if kind is Kind.TOGGLE:
        state = value.get("on") if isinstance(value, dict) else value
        return (ON if state else OFF) if isinstance(state, bool) else None
    if isinstance(value, str):
        return value if value.strip() else None
    if is_flags(value):
        checked = [name for name, flag in value.items() if flag]
        return checked[0] if len(checked) == 1 else None
    label = value.get("label") if isinstance(value, dict) else None
    return label if isinstance(label, str) else None


def all_chosen(value: Json) -> list[str] | None:
    """Return all labels that a value gives, None where it has another shape."""
    if is_flags(value):
        return [name for name, flag in value.items() if flag]
    labels = value.get("labels") if isinstance(value, dict) else value
    if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
        return labels
    return None
