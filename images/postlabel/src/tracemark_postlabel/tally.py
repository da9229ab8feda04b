"""From the answers to one object to its ballot, together with what had to be left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.contract.answer_fields import unescaped
from tracemark.errors import quoted
from tracemark.marks.choices import chosen
from tracemark.marks.kind import Kind
from tracemark_postlabel.answers import Answer, Reading, UnusableAnswer
from tracemark_postlabel.consolidation.ballot import Ballot, Choice, WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.choice import choice_of
from tracemark_postlabel.fields.form import Form
from tracemark_postlabel.fields.sheet import FieldPlan, sentence, unusable
from tracemark_postlabel.poll import Poll

NOBODY = "nobody answered"
_QUOTED_CHARACTERS = 60
_MAX_COMMENTS = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot, and one sentence about what was wrong with the answers; `problem` is empty when nothing was.

    `comments` are as `comments_of` returns them.
    """

    ballot: Ballot
    problem: str
    comments: tuple[str, ...] = ()


def tally(poll: Poll, form: Form, gold: str | None = None) -> Tally:
    """Count each worker's last usable answer in the main field, one choice; `gold` is the label if it is known."""
    readings = poll.readings
    found = [_choice(reading, form.main, poll.place(index)) for index, reading in enumerate(readings)]
    refused = [choice.reason for choice in found if isinstance(choice, UnusableAnswer)]
    counted = [choice for choice in found if not isinstance(choice, UnusableAnswer)]
    last: dict[WorkerId, Choice] = {choice.worker: choice for choice in counted}
    problems = [
        _said_of_listings(poll),
        unusable(refused, len(readings)) if readings else NOBODY,
        _said_of_spellings(poll, form.main),
        _said_of_workers([choice.worker for choice in counted]),
        *_said_of_fields(poll),
    ]
    ballot = Ballot(poll.object_id, tuple(last.values()), gold)
    return Tally(ballot, sentence(problems), comments_of(poll, form))


def problem_of(poll: Poll) -> str:
    """Return what was wrong with the answers of an object, whatever field they are for."""
    readings = poll.readings
    refused = [reading.reason for reading in readings if isinstance(reading, UnusableAnswer)]
    workers = [
        reading.worker.at(poll.place(index)) for index, reading in enumerate(readings) if isinstance(reading, Answer)
    ]
    problems = [
        _said_of_listings(poll),
        unusable(refused, len(readings)) if readings else NOBODY,
        _said_of_workers(workers),
        *_said_of_fields(poll),
    ]
    return sentence(problems)


def comments_of(poll: Poll, form: Form) -> tuple[str, ...]:
    """Return the different texts that workers typed, in code point order so that none can be told from its place.

    What was chosen from a list of options was not typed.
    """
    options = {plan.name for plan in (form.main, *form.others) if plan.kind is Kind.SINGLE}
    answers = [reading for reading in poll.readings if isinstance(reading, Answer)]
    typed = {comment for answer in answers for comment in answer.comments(options)}
    return tuple(sorted(typed)[:_MAX_COMMENTS])


def _choice(reading: Reading, plan: FieldPlan, place: str) -> Choice | UnusableAnswer:
    if isinstance(reading, UnusableAnswer):
        return reading
    return choice_of(reading.worker.at(place), reading.fields.get(plan.name), plan)


def _said_of_fields(poll: Poll) -> list[str]:
    return sorted({said for reading in poll.readings if isinstance(reading, Answer) for said in reading.problems})


def _said_of_spellings(poll: Poll, plan: FieldPlan) -> str:
    answers = [reading for reading in poll.readings if isinstance(reading, Answer)]
    given = [chosen(answer.fields.get(plan.name), plan.kind) for answer in answers]
    others = [text for text in given if text is not None and _is_respelled(text, plan.slate)]
    if not others:
        return ""
    spelled = ", ".join(quoted(text, _QUOTED_CHARACTERS) for text in sorted(set(others)))
    abstain = quoted(plan.slate.abstain, _QUOTED_CHARACTERS)
    return f"{len(others)} of {len(poll.readings)} answers spell {abstain} {spelled}"


def _is_respelled(given: str, slate: Slate) -> bool:
    return slate.meant(given) == slate.abstain and slate.abstain not in unescaped(given)


def _said_of_listings(poll: Poll) -> str:
    count = len(poll.listings)
    return f"the payload lists this object {count} times" if count > 1 else ""


def _said_of_workers(workers: Sequence[WorkerId]) -> str:
    count = sum(times > 1 for times in Counter(workers).values())
    if not count:
        return ""
    return f"{count} {'worker' if count == 1 else 'workers'} answered more than once, the last answer counts"
