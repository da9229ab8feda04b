"""What a consolidated label says of each named field of the answers: its kind, its value, and its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracemark.contract.figures import mapping_of, number_of
from tracemark.document import Json
from tracemark.marks.kind import LISTS, Kind

MAIN_KEY, FIELDS_KEY = "main_field", "fields"
"""Which of several fields the job is about, and the figures of every field."""

_METADATA, _FIGURES = "metadata", "figures"
_SIDES = ("left", "top", "width", "height")


@dataclass(frozen=True, slots=True)
class FieldLabel:
    """The verdict on one field; `value` has the shape of its kind, `figures` is all that is said of it."""

    kind: Kind
    value: Json
    figures: Mapping[str, Json] = field(default_factory=dict)

    @property
    def confidence(self) -> float | None:
        """The confidence of the value, None where none is told."""
        return number_of(self.figures.get("confidence"))


@dataclass(frozen=True, slots=True)
class FieldLabels:
    """The verdicts on all fields by name, and the name of the main one; both are empty where a label tells no fields.

    A job with one question tells none: its label is all there is.
    """

    main: str = ""
    by_name: Mapping[str, FieldLabel] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Mapping[str, Json], attribute: str) -> FieldLabels:
        """Read what stands under `attribute`, or in our built-in style in `<attribute>-figures`."""
        value = content.get(attribute)
        own, beside = mapping_of(value), mapping_of(content.get(f"{attribute}-{_FIGURES}"))
        told = own if MAIN_KEY in own else beside
        main, listed = told.get(MAIN_KEY), mapping_of(told.get(FIELDS_KEY))
        if not isinstance(main, str) or main not in listed:
            return cls()
        found = {name: _field(name, mapping_of(figures), told) for name, figures in listed.items()}
        if told is beside:
            metadata = mapping_of(content.get(f"{attribute}-{_METADATA}"))
            found[main] = FieldLabel(found[main].kind, _unbuilt(found[main].kind, value, metadata), found[main].figures)
        return cls(main, found)

    @property
    def kind(self) -> Kind | None:
        """The kind of the main field, None where it is not told."""
        found = self.by_name.get(self.main)
        return found.kind if found else None


def _field(name: str, figures: Mapping[str, Json], told: Mapping[str, Json]) -> FieldLabel:
    kind = figures.get("kind")
    known = Kind(kind) if kind in list(Kind) else Kind.UNKNOWN
    # A field that is called like one of the verdict's own keys has its value among its figures.
    return FieldLabel(known, figures["value"] if "value" in figures else told.get(name), figures)


def _unbuilt(kind: Kind, value: Json, metadata: Mapping[str, Json]) -> Json:
    """Return a value in our shape from that of the built-in task of its kind."""
    classes = mapping_of(metadata.get("class-map"))
    if kind is Kind.SINGLE:
        return metadata.get("class-name", value)
    if kind is Kind.SEVERAL and isinstance(value, list):
        return [classes.get(str(each), each) for each in value]
    if kind is Kind.BOXES and isinstance(value, dict):
        return _unbuilt_boxes(value, classes, metadata.get("objects"))
    return value


def _unbuilt_boxes(value: Mapping[str, Json], classes: Mapping[str, Json], objects: Json) -> Json:
    listed = [each for each in _list(value.get("annotations")) if isinstance(each, dict)]
    told = [*_list(objects), *[{}] * len(listed)]
    boxes = [
        {
            "label": classes.get(str(box.get("class_id")), str(box.get("class_id"))),
            **{side: box.get(side) for side in _SIDES},
            **mapping_of(figures),
        }
        for box, figures in zip(listed, told, strict=False)
    ]
    sizes = _list(value.get("image_size"))
    size = {"inputImageProperties": sizes[0]} if sizes else {}
    return {LISTS[Kind.BOXES]: boxes, **size}


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else []
