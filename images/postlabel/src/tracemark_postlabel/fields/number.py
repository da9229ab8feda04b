"""Numbers: the weighted median, and how far they spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tracemark.document import Json, Node
from tracemark.errors import InvalidDocument
from tracemark.marks.kind import Kind
from tracemark_postlabel.fields.median import weighted_median
from tracemark_postlabel.fields.sheet import FieldVerdict, Sheet, Slip, unusable
from tracemark_postlabel.fields.weights import Trust, closeness, mean

_NEAR = 0.95


@dataclass(frozen=True, slots=True)
class Numbers:
    """The weighted median of what workers gave (see `Trust` for the weights).

    Two numbers a and b are close by 1 - |a - b| / (|a| + |b|) (Canberra distance; Lance and Williams, Computer
    Journal 9, 1966), which no unit changes; agreement is its mean over pairs. Confidence is the share of the weight
    whose numbers are close to the median by 0.95; `spread` is the weighted median of the distances from it.
    """

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        read = [[(slip, _number(slip.value)) for slip in sheet.slips] for sheet in sheets]
        used = [sorted(_usable(each), key=lambda slip: (slip.value, slip.worker.name)) for each in read]
        pairs = [_pairs([slip.value for slip in slips]) for slips in used]
        trust = Trust.of(
            [closeness(found, [s.worker for s in slips]) for found, slips in zip(pairs, used, strict=True)]
        )
        return [
            _verdict(slips, trust.weights(place, [s.worker for s in slips]), mean(list(pairs[place].values())), sheet)
            for place, (slips, sheet) in enumerate(zip(used, sheets, strict=True))
        ]


def _verdict(slips: Sequence[Slip[float]], weights: Sequence[float], agreement: float, sheet: Sheet) -> FieldVerdict:
    refused = len(sheet.slips) - len(slips)
    problem = unusable(["not a finite number"] * refused, len(sheet.slips))
    if not slips:
        return FieldVerdict(Kind.NUMBER, None, 0, method="median", problem=problem)
    values = [slip.value for slip in slips]
    middle = weighted_median(values, weights)
    near = math.fsum(
        weight for value, weight in zip(values, weights, strict=True) if _closeness(value, middle) >= _NEAR
    )
    spread = weighted_median([abs(value - middle) for value in values], weights)
    return FieldVerdict(
        Kind.NUMBER,
        _plain(middle),
        len(slips),
        confidence=near / math.fsum(weights) if len(slips) > 1 else 0.0,
        agreement=agreement,
        method="median",
        details={"spread": _plain(spread), "least": _plain(values[0]), "most": _plain(values[-1])},
        problem=problem,
    )


def _usable(read: Sequence[tuple[Slip[Json], float | None]]) -> list[Slip[float]]:
    return [Slip(slip.worker, value) for slip, value in read if value is not None]


def _number(value: Json) -> float | None:
    try:
        return Node(value, "answer").number()
    except InvalidDocument:
        return None


def _pairs(values: Sequence[float]) -> dict[tuple[int, int], float]:
    return {(one, other): _closeness(values[one], values[other]) for one, other in combinations(range(len(values)), 2)}


def _closeness(one: float, other: float) -> float:
    whole = abs(one) + abs(other)
    return 1 - abs(one - other) / whole if whole else 1.0


def _plain(value: float) -> float | int:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
