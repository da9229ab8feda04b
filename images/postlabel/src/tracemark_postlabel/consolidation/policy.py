"""How ballots become verdicts: the one interface of all policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tracemark_postlabel.consolidation.ballot import Ballot
from tracemark_postlabel.consolidation.evidence import NO_EVIDENCE, Evidence
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict


class Policy(Protocol):
    """A rule of decision, as a value."""

    @property
    def name(self) -> str:
        """The value of `CONSOLIDATION_POLICY` that chooses it."""

    def decide(self, ballots: Sequence[Ballot], slate: Slate, known: Evidence = NO_EVIDENCE) -> list[Verdict]:
        """Return one verdict for each ballot, in the same order; `known` is what earlier ballots have shown.

        A policy sees all ballots of a payload at once, for some learn from one object about another. The order
        of ballots and of choices decides nothing.
        """
