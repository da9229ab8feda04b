"""What is known of workers and classes from other objects: sums that can be added and taken away, and last ballots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tracemark_postlabel.consolidation.ballot import Ballot, WorkerId

RECENT_OBJECTS = 1_000
"""How many ballots before those to decide are decided with them once more."""

RECENT_VOTES = 50_000
"""How many votes these ballots hold at most: the oldest go first."""

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
    """Records by worker and by class, which both lack who has none, and the last of the ballots behind them.

    `recent` holds up to `RECENT_OBJECTS` ballots of the last payload and as many before them, the oldest first: a
    repeated call finds what the first one found.
    """

    workers: Mapping[WorkerId, Record] = field(default_factory=dict)
    classes: Mapping[ClassName, Record] = field(default_factory=dict)
    recent: tuple[Ballot, ...] = ()

    @classmethod
    def of(cls, ballots: Iterable[Ballot]) -> Evidence:
        """Sum up what the ballots say of their workers and classes; each worker is compared with the others only."""
        listed = list(ballots)
        workers: dict[WorkerId, Record] = {}
        classes: dict[ClassName, Record] = {}
        for ballot in listed:
            for (worker, label), record in vote_records(ballot):
                workers[worker] = workers.get(worker, NO_RECORD) + record
                classes[label] = classes.get(label, NO_RECORD) + record
        voted = sorted((ballot for ballot in listed if ballot.votes), key=lambda ballot: ballot.object_id)
        return cls(workers, classes, last(voted, RECENT_OBJECTS))

    def __add__(self, other: Evidence) -> Evidence:
        recent = (*self.recent, *other.recent)
        return Evidence(
            _sum(self.workers, other.workers), _sum(self.classes, other.classes), last(recent, 2 * RECENT_OBJECTS)
        )

    def less(self, ballots: Sequence[Ballot]) -> Evidence:
        """Return what is known without what `ballots` say, and without recent ballots of the same objects.

        Workers and classes of whom nothing is known stay unknown.
        """
        gone, objects = Evidence.of(ballots), {ballot.object_id for ballot in ballots}
        kept = tuple(ballot for ballot in self.recent if ballot.object_id not in objects)
        return Evidence(_difference(self.workers, gone.workers), _difference(self.classes, gone.classes), kept)

    def without(self, objects: Iterable[str]) -> Evidence:
        """Return what is known without the recent ballots of `objects`: what is asked again does not count twice."""
        again = set(objects)
        repeated = [ballot for ballot in self.recent if ballot.object_id in again]
        return self.less(repeated) if repeated else self

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


def last(ballots: Sequence[Ballot], objects: int) -> tuple[Ballot, ...]:
    """Return the last ballots: at most `objects`, with at most `RECENT_VOTES` votes for each `RECENT_OBJECTS`."""
    room = RECENT_VOTES * objects // RECENT_OBJECTS
    kept: list[Ballot] = []
    for ballot in reversed(ballots[-objects:]):
        room -= len(ballot.choices)
        if room < 0:
            break
        kept.append(ballot)
    return tuple(reversed(kept))


def _sum(one: Mapping[_Key, Record], other: Mapping[_Key, Record]) -> Mapping[_Key, Record]:
    found = dict(one)
    for key, record in other.items():
        found[key] = found.get(key, NO_RECORD) + record
    return found


def _difference(one: Mapping[_Key, Record], other: Mapping[_Key, Record]) -> Mapping[_Key, Record]:
    return {key: record - other[key] if key in other else record for key, record in one.items()}


def _total(records: Iterable[Record]) -> Record:
    total = NO_RECORD
    for record in records:
        total += record
    return total
