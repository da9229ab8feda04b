"""The policy by which most votes win."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Majority:
    """Plurality voting: of the classes with the most votes, the one that stands first on the slate."""

    def decide(self, ballots: Sequence[Ballot], slate: Slate) -> list[Verdict]:
        """See `Policy.decide`."""
        return [_verdict(ballot, slate) for ballot in ballots]


def _verdict(ballot: Ballot, slate: Slate) -> Verdict:
    votes = _counted(ballot, slate)
    if not votes:
        return Verdict(ballot.object_id, slate.abstain, votes, confidence=0.0)
    most = max(votes.values())
    leaders = [label for label, count in votes.items() if count == most]
    return Verdict(ballot.object_id, leaders[0], votes, _share(most, sum(votes.values())), tie=len(leaders) > 1)


def _counted(ballot: Ballot, slate: Slate) -> Mapping[str, int]:
    counts = Counter(vote.label for vote in ballot.votes)
    return {label: counts[label] for label in sorted(counts, key=slate.place)}


def _share(most: int, cast: int) -> float:
    """Return the winner's share of the votes cast for a class, and 0 for a single vote.

    One vote always agrees with itself; Ground Truth's built-in consolidation writes 0.00 for it too.
    """
    return most / cast if cast > 1 else 0.0
