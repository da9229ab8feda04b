"""Several choices at once: each class is voted for on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tracemark.document import Json
from tracemark.marks.choices import all_chosen
from tracemark.marks.kind import Kind
from tracemark_postlabel.consolidation.ballot import Ballot, Vote
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.fields.choice import Decide, meant, unknown
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, Sheet, Slip, rounded, unusable
from tracemark_postlabel.fields.weights import mean

GIVEN, WITHHELD = "given", "withheld"


@dataclass(frozen=True, slots=True)
class _Opinion:
    """The classes that one worker gave, None for one who abstained; what was wrong with the answer."""

    labels: frozenset[str] | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeveralChoices:
    """A ballot for each class that anybody gave an object: given or withheld (binary relevance).

    All ballots of a payload are decided together by the function's policy, so that a worker has one weight for all
    classes. Agreement is the mean Jaccard index of the pairs of sets; the confidence that of the least sure class.
    """

    plan: FieldPlan
    decide_ballots: Decide

    def decide(self, sheets: Sequence[Sheet]) -> list[FieldVerdict]:
        """See `FieldPolicy.decide`."""
        slate = Slate.listed((GIVEN, WITHHELD), self.plan.slate.abstain)
        read = [[(slip, self._opinion(slip.value)) for slip in sheet.slips] for sheet in sheets]
        listed = [self._listed([opinion for _, opinion in found]) for found in read]
        ballots = [
            _ballot(sheet.object_id, label, found)
            for sheet, found, labels in zip(sheets, read, listed, strict=True)
            for label in labels
        ]
        verdicts = iter(self.decide_ballots(ballots, slate) if ballots else [])
        return [
            _verdict({label: next(verdicts) for label in labels}, [opinion for _, opinion in found])
            for found, labels in zip(read, listed, strict=True)
        ]

    def _listed(self, opinions: Sequence[_Opinion]) -> list[str]:
        given = {label for opinion in opinions for label in opinion.labels or ()}
        return sorted(given, key=self.plan.slate.place)

    def _opinion(self, value: Json) -> _Opinion:
        given = all_chosen(value)
        if given is None:
            return _Opinion(None, ("no list of labels",))
        read = [(text, meant(text, self.plan.slate)) for text in given]
        reasons = tuple(sorted({unknown(text) for text, label in read if label is None}))
        labels = {label for _, label in read if label is not None}
        if labels == {self.plan.slate.abstain} or (given and not labels):
            return _Opinion(None, reasons)
        return _Opinion(frozenset(labels - {self.plan.slate.abstain}), reasons)


def _ballot(object_id: str, label: str, found: Sequence[tuple[Slip[Json], _Opinion]]) -> Ballot:
    votes = tuple(
        Vote(slip.worker, GIVEN if label in opinion.labels else WITHHELD)
        for slip, opinion in found
        if opinion.labels is not None
    )
    return Ballot(f"{object_id}\n{label}", votes)


def _verdict(by_label: dict[str, Verdict], opinions: Sequence[_Opinion]) -> FieldVerdict:
    sets = [opinion.labels for opinion in opinions if opinion.labels is not None]
    reasons = [reason for opinion in opinions for reason in opinion.reasons]
    votes = {label: verdict.votes.get(GIVEN, 0) for label, verdict in by_label.items()}
    details: dict[str, Json] = {
        "votes": votes,
        "confidences": {label: rounded(verdict.confidence) for label, verdict in by_label.items()},
    }
    tied = [label for label, verdict in by_label.items() if verdict.tie]
    sure = min((verdict.confidence for verdict in by_label.values()), default=1.0)
    return FieldVerdict(
        Kind.SEVERAL,
        [label for label, verdict in by_label.items() if verdict.label == GIVEN],
        sum(opinion.labels is not None or not opinion.reasons for opinion in opinions),
        confidence=sure if len(sets) > 1 else 0.0,
        agreement=mean([_jaccard(one, other) for one, other in combinations(sets, 2)]),
        method=next((verdict.method for verdict in by_label.values()), "count"),
        details={**details, "tie": True, "tied": tied} if tied else details,
        problem=unusable(reasons, len(opinions)),
    )


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
