"""The policy by which most votes win."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.count import Count, lead
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Majority:
    """Plurality voting: of the classes with the most votes, the one that stands first on the slate."""

    name: str = "majority"

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """See `Policy.decide`; what is known of workers is not used."""
        return [plurality(ballot.object_id, Count.of(ballot, slate), slate) for ballot in ballots]


def plurality(object_id: str, count: Count, slate: Slate) -> Verdict:
    """Return the verdict of the most votes.

    `confidence` is the winner's share of the votes, and 0 for a single vote: one vote always agrees with itself, and
    Ground Truth's built-in consolidation writes 0.00 for it too.
    """
    if not count.cast:
        return Verdict(object_id, slate.abstain, count.votes, confidence=0.0, method="majority")
    label = count.leaders[0]
    return Verdict(
        object_id,
        label,
        count.votes,
        confidence=count.share(label) if count.cast > 1 else 0.0,
        tie=count.is_tied,
        margin=lead(count.votes, label),
        agreement=count.agreement,
        method="majority",
        undecided=count.leaders if count.is_tied else (),
    )
