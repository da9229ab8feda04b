"""The count of a ballot: votes by class, the classes that lead, and how far the workers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.slate import Slate


@dataclass(frozen=True)
class Count:
    """Votes for each class that got any, in the order of the slate."""

    votes: Mapping[str, int]

    @classmethod
    def of(cls, ballot: Ballot, slate: Slate) -> Count:
        """Count a ballot."""
        counts = Counter(vote.label for vote in ballot.votes)
        return cls({label: counts[label] for label in sorted(counts, key=slate.place)})

    @cached_property
    def cast(self) -> int:
        """The number of votes."""
        return sum(self.votes.values())

    @cached_property
    def leaders(self) -> tuple[str, ...]:
        """The classes with the most votes, in the order of the slate; none without a vote."""
        most = max(self.votes.values(), default=0)
        return tuple(label for label, count in self.votes.items() if count == most)

    @property
    def is_tied(self) -> bool:
        """Whether several classes have the most votes."""
        return len(self.leaders) > 1

    def share(self, label: str) -> float:
        """Return the share of the votes for a class; there is at least one vote."""
        return self.votes[label] / self.cast

    @property
    def agreement(self) -> float:
        """The share of pairs of votes that agree, as in Fleiss' kappa (Fleiss 1971, formula 2); 0 without a pair."""
        pairs = self.cast * (self.cast - 1)
        return sum(count * (count - 1) for count in self.votes.values()) / pairs if pairs else 0.0


def lead(weights: Mapping[str, float], label: str) -> float:
    """Return by how much of the whole weight `label` is before the next class: from -1 to 1, 1 without another."""
    whole = sum(weights.values())
    if whole <= 0:
        return 0.0
    return (weights[label] - max((weight for name, weight in weights.items() if name != label), default=0.0)) / whole
