"""One question of several as one column of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa

from tracemark.contract.field_label import FieldLabel
from tracemark.document import Json, json_text
from tracemark.errors import encodable
from tracemark.marks.kind import Kind
from tracemark.marks.labels import labels_in
from tracemark_groundtruth.finished.job_field import JobField

_TYPES: Mapping[Kind, pa.DataType] = {
    Kind.NUMBER: pa.float64(),
    Kind.TOGGLE: pa.bool_(),
    Kind.SEVERAL: pa.list_(pa.string()),
}


def column(field: JobField) -> str:
    """Return the name of a field's column: no field can be called like another column."""
    return f"field.{encodable(field.name)}"


def column_type(field: JobField) -> pa.DataType:
    """Return the type of a field's column; what has no type of its own is JSON as text."""
    return _TYPES.get(field.kind, pa.string()) if field.is_uniform else pa.string()


def cell_of(field: JobField, verdict: FieldLabel | None) -> Json:
    """Return what a verdict puts into the column; None where the object has none in this field.

    Of what is painted the table tells how many pixels or instances there are of each class: `masks` has the pictures.
    """
    if verdict is None or verdict.value is None:
        return None
    if not field.is_uniform or field.kind not in _TYPES:
        return _text(verdict)
    return _typed(verdict.value, verdict.kind)


def _typed(value: Json, kind: Kind) -> Json:
    if kind is Kind.SEVERAL:
        return list(labels_in(value, kind))
    if kind is Kind.TOGGLE:
        return value if isinstance(value, bool) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(verdict: FieldLabel) -> str:
    value = verdict.value
    if verdict.kind is Kind.MASK:
        return json_text(verdict.figures.get("pixels"))
    if verdict.kind is Kind.INSTANCES:
        return json_text(dict(sorted(Counter(labels_in(value, verdict.kind)).items())))
    return value if isinstance(value, str) else json_text(value)
