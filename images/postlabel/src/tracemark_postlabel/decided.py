"""All that was decided for one object: the verdict on the main field, and on every other that it has answers in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tracemark.document import Json
from tracemark.errors import quoted
from tracemark.marks.kind import Kind
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.fields.choice import Decide
from tracemark_postlabel.fields.form import Form, sheet_of
from tracemark_postlabel.fields.policies import policy_of
from tracemark_postlabel.fields.sheet import FieldPlan, FieldVerdict, sentence
from tracemark_postlabel.fields.single import single_verdict
from tracemark_postlabel.poll import Poll
from tracemark_postlabel.tally import Tally, comments_of, problem_of

OtherVerdicts = Mapping[str, FieldVerdict]


@dataclass(frozen=True, slots=True)
class Decided:
    """One object: the field that the job is about, the others by name, and what was wrong with its answers."""

    object_id: str
    main: FieldVerdict
    others: OtherVerdicts = field(default_factory=dict)
    comments: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether a worker could answer one choice, and a remark beside it, and nothing else."""
        remarks = [verdict for verdict in self.others.values() if verdict.kind is Kind.TEXT]
        return self.main.kind is Kind.SINGLE and len(self.others) == len(remarks) <= 1

    def figures(self) -> dict[str, Json]:
        """Return what is said of the main field; `problem` tells of the other fields, too."""
        told = [
            f"field {quoted(name, 60)}: {verdict.problem}" for name, verdict in self.others.items() if verdict.problem
        ]
        problem = sentence([self.main.problem, *told])
        figures = replace(self.main, problem=problem).figures()
        return {**figures, "comments": list(self.comments)} if self.comments else figures


def decided_choices(
    tallies: Sequence[Tally], verdicts: Sequence[Verdict], form: Form, others: Sequence[OtherVerdicts]
) -> list[Decided]:
    """Return what was decided where the main field is one choice."""
    return [
        Decided(
            verdict.object_id,
            single_verdict(form.main, verdict, len(counted.ballot.choices), sentence([form.problem, counted.problem])),
            beside,
            counted.comments,
        )
        for counted, verdict, beside in zip(tallies, verdicts, others, strict=True)
    ]


def decided_fields(polls: Sequence[Poll], form: Form, decide: Decide, others: Sequence[OtherVerdicts]) -> list[Decided]:
    """Return what was decided where the main field is of another kind."""
    sheets = [sheet_of(poll, form.main.name) for poll in polls]
    found = policy_of(form.main, decide).decide(sheets)
    return [
        Decided(poll.object_id, _with_problem_of(poll, verdict, form.main), beside, comments_of(poll, form))
        for poll, verdict, beside in zip(polls, found, others, strict=True)
    ]


def decided_others(polls: Sequence[Poll], form: Form, decide: Decide) -> list[OtherVerdicts]:
    """Return the verdicts on all fields but the main one, for each object those that it has answers in."""
    found: list[dict[str, FieldVerdict]] = [{} for _ in polls]
    for plan in form.others:
        sheets = [sheet_of(poll, plan.name) for poll in polls]
        used = [place for place, sheet in enumerate(sheets) if sheet.slips]
        verdicts = policy_of(plan, decide).decide([sheets[place] for place in used])
        for place, verdict in zip(used, verdicts, strict=True):
            # An empty remark is no remark.
            if verdict.kind is not Kind.TEXT or verdict.workers or verdict.problem:
                found[place][plan.name] = verdict
    return list(found)


def _with_problem_of(poll: Poll, verdict: FieldVerdict, plan: FieldPlan) -> FieldVerdict:
    missing = "" if verdict.workers or verdict.problem else f"no answer under {quoted(plan.name, 60)}"
    said = sentence([problem_of(poll), missing if poll.readings else "", verdict.problem])
    return replace(verdict, value=verdict.value if verdict.workers else None, problem=said)
