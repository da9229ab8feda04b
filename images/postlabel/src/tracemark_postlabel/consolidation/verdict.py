"""What a policy decided for one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label; the abstaining one where nobody voted for a class.

    `votes`: votes for each class that got any, in the order of the slate. `confidence`: from 0 to 1, unrounded.
    `tie`: other classes had as good a claim, and the order of the slate decided.
    """

    object_id: str
    label: str
    votes: Mapping[str, int]
    confidence: float
    tie: bool = False
