"""Which departures from the most votes are worth their risk: together they must promise more than luck can take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tracemark_postlabel.consolidation.arrays import Real, Truth, rounded

AGREED_TIE, TIE, OVERRULING = 1.2, 0.5, 1.6
"""What a lead of 1 of beliefs was worth: where all models break a tie alike, where not all do, for overruled numbers.

Measured on simulated crowds, as the slope of what departures gained over the lead that the beliefs saw.
"""

_LEAST_VARIANCE = 0.1
_MISSED = 0.05
"""How often neither the class of most votes nor the other one is true."""


@dataclass(frozen=True, eq=False)
class Promise:
    """What departing from the most votes promises, by object: the expected gain in right labels and its variance.

    The gain is measured against the mean over the classes with the most votes; it is 0 where nothing departs.
    """

    gain: Real
    variance: Real

    @classmethod
    def of(cls, ranked: Truth, leading: Truth, agreed: Truth, beliefs: Real) -> Promise:
        """Weigh the choice `ranked` against `leading`, both objects x classes: the best and the most voted for.

        `agreed` tells for which objects all models choose alike; rows of `beliefs` sum to 1.
        """
        leaders = leading.sum(axis=1)
        departs = (ranked.sum(axis=1) == 1) & ((leaders > 1) | ~(ranked & leading).any(axis=1))
        chosen, among = np.where(ranked, beliefs, 0.0).sum(axis=1), np.where(leading, beliefs, 0.0).sum(axis=1)
        breaks = leaders > 1
        slope = np.where(breaks, np.where(agreed, AGREED_TIE, TIE), OVERRULING)
        seen = chosen - among / leaders
        gain = np.minimum(slope * seen, 1 - _MISSED)
        of_tie = chosen * (1 - 2 / leaders) + among / leaders**2 - seen**2
        variance = np.where(breaks, of_tie, np.maximum(_LEAST_VARIANCE, 1 - _MISSED - gain**2))
        return cls(rounded(np.where(departs, gain, 0.0)), np.where(departs, np.maximum(variance, 1e-6), 0.0))

    def kept(self, sureness: float) -> Truth:
        """Return which objects may depart: those of the largest gains, as many as make the lower bound highest.

        The bound is the sum of their gains less `sureness` standard deviations of it; where it never rises above 0,
        none may.
        """
        order = np.argsort(-self.gain, kind="stable")
        bound = np.cumsum(self.gain[order]) - sureness * np.sqrt(np.cumsum(self.variance[order]))
        best = int(bound.argmax())
        if bound[best] <= 0:
            return np.zeros(len(self.gain), dtype=bool)
        found: Truth = (self.gain >= self.gain[order[best]]) & (self.gain > 0)
        return found
