"""The weighted median: the value with half of the weight on either side."""

from __future__ import annotations

import math
from collections.abc import Sequence

_SLACK = 1e-9


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted median; where half of the weight ends between two values, the point between them.

    It minimizes the weighted sum of distances (Edgeworth, Philosophical Magazine 25, 1888). Another answer at the
    median leaves it where it is.
    """
    low, high = _middle(values, weights)
    return low if low == high else (low + high) / 2


def lower_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the weighted median, the lower of two: always one of the values."""
    return _middle(values, weights)[0]


def _middle(values: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(zip(values, weights, strict=True))
    half = math.fsum(weights) / 2
    slack = half * _SLACK
    below, low = 0.0, None
    for value, weight in ordered:
        below += weight
        if low is None and below >= half - slack:
            low = value
        if below > half + slack:
            return (value if low is None else low), value
    last = ordered[-1][0]
    return (last if low is None else low), last
