"""The kinds of fields an answer can have, told by the shape of a value."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tracemark.document import Json, read_json
from tracemark.errors import InvalidDocument


class Kind(StrEnum):
    """What one named field of an answer holds."""

    SINGLE = "single choice"
    SEVERAL = "several choices"
    TOGGLE = "toggle"
    NUMBER = "number"
    TEXT = "text"
    ENTITIES = "entities"
    SPANS = "spans"
    BOXES = "boxes"
    POLYGONS = "polygons"
    POLYLINES = "polylines"
    LINES = "lines"
    KEYPOINTS = "keypoints"
    MASK = "mask"
    INSTANCES = "instances"
    UNKNOWN = "unknown"


LISTS: Mapping[Kind, str] = {
    Kind.ENTITIES: "entities",
    Kind.BOXES: "boundingBoxes",
    Kind.POLYGONS: "polygons",
    Kind.POLYLINES: "polylines",
    Kind.LINES: "lines",
    Kind.KEYPOINTS: "keypoints",
}
"""The key under which an element answers the list of its marks; spans are a list without one."""

MARKS = frozenset({*LISTS, Kind.SPANS})
"""The kinds whose value is a list of marks with a place."""

_BRACKETS = ("[", "{")


def shape_of(value: Json) -> Kind:
    """Return what kind of field a value belongs to; a group of boxes or radio buttons counts as several choices.

    Whether such a group allows one choice or several is told by all answers together, not by one; so is whether an
    empty list, here taken for spans, is a select in which nothing was chosen.
    """
    if isinstance(value, bool) or value is None:
        return Kind.TOGGLE if isinstance(value, bool) else Kind.UNKNOWN
    if isinstance(value, int | float):
        return Kind.NUMBER
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, list):
        return _shape_of_list(value)
    return _shape_of_object(value) if isinstance(value, dict) else Kind.UNKNOWN


def unpacked(value: Json) -> Json:
    """Return the JSON that a hidden field carries as text, if that is of a known kind; else the value as it is."""
    if not isinstance(value, str) or not value.lstrip().startswith(_BRACKETS):
        return value
    try:
        inner = read_json(value, "field").value
    except InvalidDocument:
        return value
    return value if shape_of(inner) is Kind.UNKNOWN else inner


def is_flags(value: Json) -> bool:
    """Tell whether a value is a group of boxes or buttons, `{"<value>": true or false}`."""
    return isinstance(value, dict) and bool(value) and all(isinstance(flag, bool) for flag in value.values())


def _shape_of_list(value: list[Json]) -> Kind:
    if all(map(_is_span, value)):
        return Kind.SPANS
    return Kind.SEVERAL if _is_texts(value) else Kind.UNKNOWN


def _shape_of_object(value: Mapping[str, Json]) -> Kind:
    if isinstance(value.get("label"), str):
        return Kind.SINGLE
    if _is_texts(value.get("labels")):
        return Kind.SEVERAL
    for kind, key in LISTS.items():
        if isinstance(value.get(key), list):
            return kind
    if isinstance(value.get("labeledImage"), dict):
        return Kind.INSTANCES if isinstance(value.get("instances"), list) else Kind.MASK
    if is_flags(value):
        return Kind.TOGGLE if set(value) == {"on"} else Kind.SEVERAL
    return Kind.UNKNOWN


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_span(value: Json) -> bool:
    return isinstance(value, dict) and "label" in value and "start" in value
