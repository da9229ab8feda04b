"""One choice of several: the policy of the function decides, as for a classifier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracemark.document import Json
from tracemark.marks.choices import OFF, ON
from tracemark.marks.kind import Kind
from tracemark_postlabel.answers import UnusableAnswer
from tracemark_postlabel.consolidation.ballot import Ballot, Choice
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.fields.choice import Decide, choice_of
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet, rounded, unusable


@dataclass(frozen=True, slots=True)
class SingleChoice:
    """Classifiers, radio groups, selects, and toggles, whose two classes are their states."""

    plan: FieldPlan
    decide_ballots: Decide

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        plan = self.plan
        if plan.kind is Kind.TOGGLE:
            plan = replace(plan, slate=Slate.listed((ON, OFF), plan.slate.abstain))
        read = [[choice_of(slip.worker, slip.value, plan) for slip in sheet.slips] for sheet in sheets]
        ballots = [
            Ballot(sheet.object_id, tuple(each for each in found if not isinstance(each, UnusableAnswer)))
            for sheet, found in zip(sheets, read, strict=True)
        ]
        verdicts = self.decide_ballots(ballots, plan.slate)
        return [
            single_verdict(plan, verdict, len(ballot.choices), problem=_problem(found))
            for verdict, ballot, found in zip(verdicts, ballots, read, strict=True)
        ]


def single_verdict(plan: FieldPlan, verdict: Verdict, workers: int, problem: str = "") -> FieldVerdict:
    """Return a verdict on ballots as that of a field."""
    details: dict[str, Json] = {"votes": dict(verdict.votes), "margin": rounded(verdict.margin)}
    return FieldVerdict(
        plan.kind,
        _state(verdict.label) if plan.kind is Kind.TOGGLE else verdict.label,
        workers,
        confidence=verdict.confidence,
        agreement=verdict.agreement,
        method=verdict.method,
        details={**details, "tie": True} if verdict.tie else details,
        problem=problem,
    )


def _problem(found: Sequence[Choice | UnusableAnswer]) -> str:
    return unusable([each.reason for each in found if isinstance(each, UnusableAnswer)], len(found))


def _state(label: str) -> bool | None:
    return {ON: True, OFF: False}.get(label)
