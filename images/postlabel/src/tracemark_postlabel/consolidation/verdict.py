"""What a policy decided for one object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label; the abstaining one where nobody voted for a class.

    `votes`: votes for each class that got any, in the order of the slate. `confidence`: from 0 to 1, unrounded.
    `tie`: several classes had the most votes, and something else than their number decided. `margin`: the winner's
    share of the weight of all votes less that of the next class.
    `agreement`: the share of pairs of votes that agree, 0 without a pair. `method`: the rule that decided.
    `undecided`: the classes between which, by that rule, nothing but their order on the slate decided, the label among
    them; empty where something did. Who scores labels counts such a one as the mean over these classes.
    """

    object_id: str
    label: str
    votes: Mapping[str, int]
    confidence: float
    tie: bool = False
    margin: float = 0.0
    agreement: float = 0.0
    method: str = ""
    undecided: tuple[str, ...] = field(default=(), compare=False)
