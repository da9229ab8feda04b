"""The classes that a consolidated value of any kind names."""

from __future__ import annotations

from collections.abc import Sequence

from tracemark.document import Json
from tracemark.marks.kind import LISTS, MARKS, Kind


def marks_in(value: Json, kind: Kind) -> Sequence[dict[str, Json]]:
    """Return the marks of a verdict or of an answer as they are written, none where the value is of another kind.

    Painted instances count as marks; a mask has none.
    """
    if kind not in MARKS and kind is not Kind.INSTANCES:
        return ()
    key = LISTS.get(kind, "instances")
    listed = value if kind is Kind.SPANS else value.get(key) if isinstance(value, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else ()


def labels_in(value: Json, kind: Kind) -> Sequence[str]:
    """Return the classes that a verdict names: one for each mark, or for each painted or given class.

    A number or a text that was typed names none.
    """
    if kind is Kind.SINGLE:
        return [value] if isinstance(value, str) else ()
    if kind is Kind.TOGGLE:
        return [str(value).lower()] if isinstance(value, bool) else ()
    if kind is Kind.SEVERAL:
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else ()
    if kind is Kind.MASK:
        mapped = value.get("labelMappings") if isinstance(value, dict) else None
        return list(mapped) if isinstance(mapped, dict) else ()
    return [mark["label"] for mark in marks_in(value, kind) if isinstance(mark.get("label"), str)]
