"""What is chosen in a field: the label, or the labels, that a value of any shape of choice stands for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracemark.contract.answer_fields import unescaped
from tracemark.document import Json
from tracemark.errors import quoted
from tracemark.marks.choices import chosen
from tracemark_postlabel.answers import UnusableAnswer
from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.verdict import Verdict
from tracemark_postlabel.fields.sheet import FieldPlan
from tracemark_postlabel.names import is_label

Decide = Callable[[Sequence[Ballot], Slate], list[Verdict]]
"""The function's policy for ballots, with what it knows of their workers."""

_QUOTED_CHARACTERS = 60


def choice_of(worker: WorkerId, value: Json, plan: FieldPlan) -> Choice | UnusableAnswer:
    """Return what a worker chose in a field of one choice."""
    given = chosen(value, plan.kind)
    if given is None:
        return UnusableAnswer(f"no label under {quoted(plan.name, _QUOTED_CHARACTERS)}")
    label = meant(given, plan.slate)
    if label is None:
        return UnusableAnswer(unknown(given))
    return Abstention(worker) if label == plan.slate.abstain else Vote(worker, label)


def meant(given: str, slate: Slate) -> str | None:
    """Return the class or the abstention that a text stands for, None for neither; see `Slate.meant`.

    Where any class counts, one that is not listed is taken without its HTML escapes.
    """
    plain = unescaped(given)[-1]
    return slate.meant(given) or (plain if slate.is_open and is_label(plain) else None)


def unknown(given: str) -> str:
    """Return why a label cannot be counted."""
    return f"unknown category {quoted(given, _QUOTED_CHARACTERS)}"
