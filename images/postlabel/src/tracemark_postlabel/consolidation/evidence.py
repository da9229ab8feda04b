"""What is known of workers and classes from other objects: sums that can be added and taken away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tracemark_postlabel.consolidation.ballot import Ballot, WorkerId

ClassName = str
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Record:
    """Counts of one worker or class.

    `asked`: votes to objects where others voted as well. `agreed`: the sum, over these votes, of the share of the other
    votes for the same class. `tested`, `right`: votes to gold items, and those of them for the gold label.
    """

    asked: int = 0
    agreed: float = 0.0
    tested: int = 0
    right: int = 0

    @property
    def answers(self) -> int:
        """The number of observations."""
        return self.asked + self.tested

    def __add__(self, other: Record) -> Record:
        return Record(
            self.asked + other.asked,
            self.agreed + other.agreed,
            self.tested + other.tested,
            self.right + other.right,
        )

    def __sub__(self, other: Record) -> Record:
        return Record(
            self.asked - other.asked,
            self.agreed - other.agreed,
            self.tested - other.tested,
            self.right - other.right,
        )


NO_RECORD = Record()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Records by worker and by class; both lack who has none."""

    workers: Mapping[WorkerId, Record] = field(default_factory=dict)
    classes: Mapping[ClassName, Record] = field(default_factory=dict)

    @classmethod
    def of(cls, ballots: Iterable[Ballot]) -> Evidence:
        """Sum up what the ballots say of their workers and classes; each worker is compared with the others only."""
        workers: dict[WorkerId, Record] = {}
        classes: dict[ClassName, Record] = {}
        for ballot in ballots:
            for (worker, label), record in vote_records(ballot):
                workers[worker] = workers.get(worker, NO_RECORD) + record
                classes[label] = classes.get(label, NO_RECORD) + record
        return cls(workers, classes)

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(_sum(self.workers, other.workers), _sum(self.classes, other.classes))

    @property
    def total(self) -> Record:
        """All workers' records together."""
        return _total(self.workers.values())


NO_EVIDENCE = Evidence()


def vote_records(ballot: Ballot) -> list[tuple[tuple[WorkerId, ClassName], Record]]:
    """Return what each vote of a ballot says of its worker and its class."""
    votes = ballot.votes
    counts, others = Counter(vote.label for vote in votes), len(votes) - 1
    return [
        (
            (vote.worker, vote.label),
            Record(
                asked=int(others > 0),
                agreed=(counts[vote.label] - 1) / others if others else 0.0,
                tested=int(ballot.gold is not None),
                right=int(vote.label == ballot.gold),
            ),
        )
        for vote in votes
    ]


def _sum(one: Mapping[_Key, Record], other: Mapping[_Key, Record]) -> Mapping[_Key, Record]:
    found = dict(one)
    for key, record in other.items():
        found[key] = found.get(key, NO_RECORD) + record
    return found


def _total(records: Iterable[Record]) -> Record:
    total = NO_RECORD
    for record in records:
        total += record
    return total
