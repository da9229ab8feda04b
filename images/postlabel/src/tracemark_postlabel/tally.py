"""From the answers to one object to its ballot, together with what had to be left out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tracemark.contract.answer_fields import intended_label
from tracemark.errors import one_line, quoted
from tracemark_postlabel.answers import Answer, Reading, UnusableAnswer
from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.names import is_label
from tracemark_postlabel.poll import Poll

_PROBLEM_CHARACTERS = 500
_QUOTED_CHARACTERS = 60
_MAX_COMMENTS = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """A ballot, and one sentence about what was wrong with the answers; `problem` is empty when nothing was.

    `comments` are the different texts that workers typed, in code point order so that none can be told from its place.
    """

    ballot: Ballot
    problem: str
    comments: tuple[str, ...] = ()


def tally(poll: Poll, classifier: str, slate: Slate, gold: str | None = None) -> Tally:
    """Count each worker's last usable answer under the name `classifier`; `gold` is the label if it is known."""
    readings = poll.readings
    found = [_choice(reading, classifier, slate, _place(poll, index)) for index, reading in enumerate(readings)]
    refused = [choice.reason for choice in found if isinstance(choice, UnusableAnswer)]
    counted = [choice for choice in found if not isinstance(choice, UnusableAnswer)]
    last: dict[WorkerId, Choice] = {choice.worker: choice for choice in counted}
    problems = [
        _said_of_listings(poll),
        _said_of_refused(refused, len(readings)),
        _said_of_workers([choice.worker for choice in counted]),
    ]
    ballot = Ballot(poll.object_id, tuple(last.values()), gold)
    typed = {comment for reading in readings if isinstance(reading, Answer) for comment in reading.comments}
    problem = one_line("; ".join(filter(None, problems)), _PROBLEM_CHARACTERS)
    return Tally(ballot, problem, tuple(sorted(typed)[:_MAX_COMMENTS]))


def _place(poll: Poll, index: int) -> str:
    return f"{poll.object_id}[{index}]"


def _choice(reading: Reading, classifier: str, slate: Slate, place: str) -> Choice | UnusableAnswer:
    if isinstance(reading, UnusableAnswer):
        return reading
    given = reading.labels.get(classifier)
    if given is None:
        return UnusableAnswer(f"no label under {quoted(classifier, _QUOTED_CHARACTERS)}")
    label = _meant(given, slate)
    if label is None:
        return UnusableAnswer(f"unknown category {quoted(given, _QUOTED_CHARACTERS)}")
    worker = reading.worker.at(place)
    return Abstention(worker) if label == slate.abstain else Vote(worker, label)


def _meant(given: str, slate: Slate) -> str | None:
    label = intended_label(given, slate)
    return label if label in slate or (slate.is_open and is_label(label)) else None


def _said_of_listings(poll: Poll) -> str:
    count = len(poll.listings)
    return f"the payload lists this object {count} times" if count > 1 else ""


def _said_of_refused(reasons: Sequence[str], answers: int) -> str:
    if not answers:
        return "nobody answered"
    if not reasons:
        return ""
    counts = Counter(reasons)
    if len(counts) == 1:
        listed = reasons[0]
    else:
        listed = ", ".join(f"{reason} ({counts[reason]})" for reason in sorted(counts, key=lambda r: (-counts[r], r)))
    return f"{len(reasons)} of {answers} answers could not be used: {listed}"


def _said_of_workers(workers: Sequence[WorkerId]) -> str:
    count = sum(times > 1 for times in Counter(workers).values())
    if not count:
        return ""
    return f"{count} {'worker' if count == 1 else 'workers'} answered more than once, the last answer counts"
