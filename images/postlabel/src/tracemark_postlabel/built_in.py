"""Labels as Ground Truth's built-in tasks write them: classification, multi-label classification, bounding boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracemark.document import Json
from tracemark.marks.kind import LISTS, Kind
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """What stands under the label attribute, and in its metadata."""

    value: Json
    metadata: dict[str, Json] = field(default_factory=dict)


def built_in(plan: FieldPlan, verdict: FieldVerdict) -> BuiltIn:
    """Return a verdict in the shape of the built-in task of its kind; a kind that has none keeps our shape."""
    if plan.kind is Kind.SINGLE:
        return _classification(plan.slate, verdict)
    if plan.kind is Kind.SEVERAL and verdict.value is not None:
        return _multi_label(plan.slate, verdict)
    if plan.kind is Kind.BOXES and verdict.value is not None:
        return _boxes(plan.slate, verdict)
    return BuiltIn(verdict.value)


def class_names(slate: Slate, labels: Iterable[str]) -> tuple[str, ...]:
    """Return the names behind class indices: the slate's in its order, the abstain label, then those on neither.

    The index of a listed class is the same in every payload. One that no list holds shares the next numbers with
    others of its kind, so jobs whose output is to train a model should list their categories.
    """
    known = (*slate.classes, slate.abstain)
    return (*known, *sorted(set(labels) - set(known)))


def _classification(slate: Slate, verdict: FieldVerdict) -> BuiltIn:
    names = class_names(slate, [verdict.value])
    metadata = {
        "class-name": verdict.value,
        "confidence": round(verdict.confidence, 2),
        "class-map": _numbered(names),
    }
    return BuiltIn(names.index(verdict.value), metadata)


def _multi_label(slate: Slate, verdict: FieldVerdict) -> BuiltIn:
    names = class_names(slate, verdict.value)
    sure = verdict.details["confidences"]
    metadata = {
        "class-map": {str(names.index(label)): label for label in verdict.value},
        "confidence-map": {str(names.index(label)): round(sure[label], 2) for label in verdict.value},
    }
    return BuiltIn([names.index(label) for label in verdict.value], metadata)


def _boxes(slate: Slate, verdict: FieldVerdict) -> BuiltIn:
    boxes = verdict.value[LISTS[Kind.BOXES]]
    names = class_names(slate, [box["label"] for box in boxes])
    size = verdict.value.get("inputImageProperties")
    value = {
        "annotations": [
            {"class_id": names.index(box["label"]), **{side: box[side] for side in ("left", "top", "width", "height")}}
            for box in boxes
        ],
        "image_size": [{**size, "depth": 3}] if size else [],
    }
    metadata = {
        "objects": [{"confidence": round(box["confidence"], 2)} for box in boxes],
        "class-map": _numbered(names),
    }
    return BuiltIn(value, metadata)


def _numbered(names: Sequence[str]) -> dict[str, Json]:
    return {str(index): name for index, name in enumerate(names)}
