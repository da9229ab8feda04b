"""What the final pass asks of whoever decides a job, and what it is told: the labeling service knows no policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracemark.contract.postannotation import AnnotatedObject
from tracemark.document import Json


@dataclass(frozen=True, slots=True)
class Question:
    """All answers of a finished job.

    `categories` is empty where the job lists none, `gold` has labels that are known to be right, by object id.
    `objects` begins to yield the objects that have answers, in manifest order, from the first; each call anew.
    """

    categories: Sequence[str]
    gold: Mapping[str, str]
    objects: Callable[[], Iterator[AnnotatedObject]]


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A label from all answers; `index` is its number as built-in consolidation counts classes.

    `figures` are those that stand beside a label (votes, confidence, tie, …), without problem and comments.
    """

    name: str
    index: int
    figures: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Decisions:
    """What all answers say of one field of the job's page.

    `label` returns the label of an object by its id, None where it was not decided; `undecided` says why where that is
    so for the whole job. `remarks` say what else is to know of how they were decided.
    """

    field: str
    label: Callable[[str], NewLabel | None]
    undecided: str = ""
    remarks: Sequence[str] = ()


class Decide(Protocol):
    """A rule that decides all objects of a job at once."""

    def __call__(self, question: Question) -> Decisions:
        """Decide all objects.

        Raises:
            TracemarkError: the answers or the rule's settings cannot be used.
        """
