"""Which policy decides fields of which kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracemark.marks.kind import Kind
from tracemark_postlabel.fields.choice import Decide
from tracemark_postlabel.fields.marks import Marks
from tracemark_postlabel.fields.mask import Masks
from tracemark_postlabel.fields.number import Numbers
from tracemark_postlabel.fields.regions import Instances, Polygons
from tracemark_postlabel.fields.several import SeveralChoices
from tracemark_postlabel.fields.sheet import FieldPlan, FieldPolicy
from tracemark_postlabel.fields.single import SingleChoice
from tracemark_postlabel.fields.text import Texts
from tracemark_postlabel.fields.whole import Whole


def policy_of(plan: FieldPlan, decide: Decide) -> FieldPolicy:
    """Return the policy for a field; `decide` is the function's policy for ballots."""
    if plan.kind in (Kind.SINGLE, Kind.TOGGLE):
        return SingleChoice(plan, decide)
    if plan.kind is Kind.SEVERAL:
        return SeveralChoices(plan, decide)
    return _BY_KIND.get(plan.kind, Marks)(plan)


_BY_KIND: Mapping[Kind, Callable[[FieldPlan], FieldPolicy]] = {
    Kind.NUMBER: lambda _: Numbers(),
    Kind.TEXT: lambda _: Texts(),
    Kind.UNKNOWN: lambda _: Whole(),
    Kind.POLYGONS: Polygons,
    Kind.MASK: Masks,
    Kind.INSTANCES: Instances,
}
