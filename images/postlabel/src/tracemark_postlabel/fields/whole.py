"""Fields whose shape nobody knows: every worker's value is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import encodable
from tracemark.marks.kind import Kind
from tracemark_postlabel.fields.sheet import FieldVerdict, Sheet, sentence, unusable

MAX_CHARACTERS = 50_000
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Whole:
    """All values, in the order of their JSON text, so that none can be told from its place."""

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        return [_verdict(sheet) for sheet in sheets]


def _verdict(sheet: Sheet) -> FieldVerdict:
    written = [_written(slip.value) for slip in sheet.slips]
    kept = sorted(text for text in written if text is not None)
    said = "its answers are of no known kind; all are kept as they are"
    left_out = ["too large or nested too deeply"] * (len(written) - len(kept))
    return FieldVerdict(
        Kind.UNKNOWN,
        [json.loads(text) for text in kept],
        len(kept),
        method="kept",
        problem=sentence([said, unusable(left_out, len(written))]),
    )


def _written(value: Json) -> str | None:
    if _depth(value) > _MAX_DEPTH:
        return None
    text = json.dumps(_encodable(value), sort_keys=True)
    return text if len(text) <= MAX_CHARACTERS else None


def _depth(value: Json) -> int:
    # Level by level and not by recursion: what JSON readers let pass can still be too deep for a recursion.
    depth, level = 0, [value]
    while level and depth <= _MAX_DEPTH:
        depth += 1
        inner = [list(each.values()) if isinstance(each, dict) else each for each in level]
        level = [child for each in inner if isinstance(each, list) for child in each]
    return depth


def _encodable(value: Json) -> Json:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(key): _encodable(each) for key, each in value.items()}
    return [_encodable(each) for each in value] if isinstance(value, list) else value
