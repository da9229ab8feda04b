"""Typed texts: all are kept, equal ones counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.document import Json
from tracemark.errors import encodable
from tracemark.marks.kind import Kind
from tracemark_postlabel.fields.sheet import FieldVerdict, Sheet, unusable

MAX_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Texts:
    """The text that more workers typed than any other, None where several lead; spaces around it do not count.

    Confidence is its share of the texts, agreement the share of pairs that are equal.
    """

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        return [_verdict(sheet) for sheet in sheets]


def _verdict(sheet: Sheet) -> FieldVerdict:
    texts = [slip.value.strip() for slip in sheet.slips if isinstance(slip.value, str)]
    foreign = len(sheet.slips) - len(texts)
    typed = [encodable(text) for text in texts if text and len(text) <= MAX_TEXT]
    long = sum(len(text) > MAX_TEXT for text in texts)
    counts = Counter(typed)
    listed = sorted(counts, key=lambda text: (-counts[text], text))
    leads = len(listed) == 1 or (len(listed) > 1 and counts[listed[0]] > counts[listed[1]])
    pairs = len(typed) * (len(typed) - 1)
    reasons = ["not a text"] * foreign + [f"longer than {MAX_TEXT:,} characters"] * long
    details: dict[str, Json] = {"texts": {text: counts[text] for text in listed}}
    return FieldVerdict(
        Kind.TEXT,
        listed[0] if leads else None,
        len(typed),
        confidence=counts[listed[0]] / len(typed) if leads and len(typed) > 1 else 0.0,
        agreement=sum(count * (count - 1) for count in counts.values()) / pairs if pairs else 0.0,
        method="count",
        details={**details, "tie": True} if listed and not leads else details,
        problem=unusable(reasons, len(sheet.slips)),
    )
