"""Confidence that means what it says: calibrated on objects whose label is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real

LEAST_GOLD_ITEMS = 20
"""With fewer, the confidence stays as it is."""

# Both ends of the logit's domain, and the spread of what is believed of offset and slope before gold is seen: a prior
# around "as it is", so that twenty gold items that are all right do not make every label certain.
_LOWEST = 1e-4
_OFFSET_SPREAD, _SLOPE_SPREAD = 1.0, 0.5
_ROUNDS = 50
_ENOUGH_CHANGE = 1e-9


@dataclass(frozen=True, slots=True)
class Calibration:
    """A confidence c becomes sigmoid(`offset` + `slope` · logit(c)); 0 stays 0, for it says that nobody can tell."""

    offset: float = 0.0
    slope: float = 1.0

    @classmethod
    def fitted(cls, judged: Sequence[tuple[float, bool]]) -> Calibration:
        """Fit to confidences and whether the label was right, in any order.

        Platt's method (Advances in Large Margin Classifiers, 1999) with a normal prior around the identity, maximised
        by Newton's steps.
        """
        usable = sorted((confidence, is_right) for confidence, is_right in judged if confidence > 0)
        if len(usable) < LEAST_GOLD_ITEMS:
            return cls()
        logits = np.array([_logit(confidence) for confidence, _ in usable])
        right = np.array([float(is_right) for _, is_right in usable])
        return cls(*_maximised(np.stack([np.ones(len(logits)), logits], axis=1), right))

    def of(self, confidence: float) -> float:
        """Return the calibrated confidence."""
        if confidence <= 0 or self == Calibration():
            return confidence
        return 1 / (1 + math.exp(-(self.offset + self.slope * _logit(confidence))))


def _logit(confidence: float) -> float:
    bounded = min(max(confidence, _LOWEST), 1 - _LOWEST)
    return math.log(bounded / (1 - bounded))


def _maximised(terms: Real, right: Real) -> tuple[float, float]:
    prior = np.array([0.0, 1.0])
    precision = np.diag([_OFFSET_SPREAD**-2, _SLOPE_SPREAD**-2])
    found = prior
    for _ in range(_ROUNDS):
        expected = 1 / (1 + np.exp(-terms @ found))
        gradient = terms.T @ (right - expected) - precision @ (found - prior)
        curvature = (terms * (expected * (1 - expected))[:, None]).T @ terms + precision
        step = np.linalg.solve(curvature, gradient)
        found = found + step
        if np.abs(step).max() < _ENOUGH_CHANGE:
            break
    return float(found[0]), max(0.0, float(found[1]))
