"""Votes as whole numbers: what all models of workers compute with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from tracemark_postlabel.consolidation.arrays import Groups, Real, Whole
from tracemark_postlabel.consolidation.ballot import Ballot, WorkerId
from tracemark_postlabel.consolidation.slate import Slate

NO_GOLD = -1
OTHER_GOLD = -2
"""Gold that is none of the classes: every vote is wrong, and no belief can follow it."""

MOST_CELLS = 10_000_000
"""Of one table of a model; all of them together take some 280 bytes for each cell."""


class Extent(NamedTuple):
    """How much there is to decide together."""

    objects: int
    votes: int
    workers: int
    classes: int

    @property
    def is_too_large(self) -> bool:
        """Whether no model can be made of it: its tables have a column for each class, of which a text may be one.

        Their rows are objects, or the pairs of a worker and a class that the worker voted for.
        """
        return self.classes * max(self.objects, min(self.votes, self.workers * self.classes)) > MOST_CELLS


class Part(NamedTuple):
    """Some of the votes: object, worker and class of each."""

    object: Whole
    worker: Whole
    label: Whole


@dataclass(frozen=True, eq=False)
class Votes:
    """Vote v gives `label[v]` to object `object[v]` and comes from `worker[v]`; ascending by object, then by worker.

    Every object has a vote. `gold` holds the known class of each object, `NO_GOLD` or `OTHER_GOLD`.
    """

    object: Whole
    worker: Whole
    label: Whole
    gold: Whole
    workers: int
    classes: int

    @property
    def objects(self) -> int:
        """The number of objects."""
        return len(self.gold)

    def parts(self) -> Iterator[Part]:
        """Yield the votes in parts that fit into memory."""
        yield Part(self.object, self.worker, self.label)

    @cached_property
    def counts(self) -> Real:
        """Votes: objects x classes."""
        cells = np.zeros(self.objects * self.classes)
        for part in self.parts():
            cells += np.bincount(part.object * self.classes + part.label, minlength=len(cells))
        return cells.reshape(self.objects, self.classes)

    @cached_property
    def cast(self) -> Real:
        """Votes by object, at least 1."""
        found: Real = self.counts.sum(axis=1)
        return found

    @cached_property
    def shares(self) -> Real:
        """The share of an object's votes that each class has: objects x classes."""
        return self.counts / self.cast[:, None]

    @property
    def votes_per_object(self) -> float:
        """The mean number of votes of objects that have at least two; 1 without one."""
        several = self.cast[self.cast > 1]
        return float(several.mean()) if len(several) else 1.0

    @property
    def typical_answers(self) -> float:
        """The mean, over all votes, of the number of votes that their workers cast."""
        cast = np.zeros(self.workers)
        for part in self.parts():
            cast += np.bincount(part.worker, minlength=self.workers)
        return float((cast**2).sum() / cast.sum())

    def used(self) -> tuple[Votes, Whole]:
        """Return the votes with the classes that have a vote alone, and which of the classes these are."""
        kept = np.flatnonzero(self.counts.sum(axis=0))
        places = np.full(self.classes, OTHER_GOLD)
        places[kept] = np.arange(len(kept))
        gold = np.where(self.gold >= 0, places[self.gold], self.gold)
        return Votes(self.object, self.worker, places[self.label], gold, self.workers, len(kept)), kept

    @cached_property
    def by_object(self) -> Groups:
        """The pairs of worker and class, see `pairs`, behind the votes of each object."""
        return Groups.of(self.object, self._pair)

    @cached_property
    def by_pair(self) -> Groups:
        """The objects for which each pair of worker and class stands."""
        return Groups.of(self._pair, self.object)

    @cached_property
    def pairs(self) -> tuple[Whole, Whole]:
        """Worker and class of each pair that occurs, ascending: models hold a row for each, however many workers."""
        found = np.unique(self._numbers)
        return found // self.classes, found % self.classes

    @cached_property
    def pairs_of_worker(self) -> Groups:
        """The pairs of each worker; every worker has a vote."""
        worker, _ = self.pairs
        return Groups.of(worker, np.arange(len(worker)))

    def summed_by_class(self, table: Real) -> Real:
        """Sum the rows of a table of pairs by the class voted for: classes x columns."""
        _, label = self.pairs
        found = np.zeros((self.classes, table.shape[1]))
        np.add.at(found, label, table)
        return found

    @cached_property
    def _numbers(self) -> Whole:
        return self.worker * self.classes + self.label

    @cached_property
    def _pair(self) -> Whole:
        return np.unique(self._numbers, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Roll:
    """Votes with the names behind their numbers; `rows` holds each ballot's object, in the order of the ballots."""

    votes: Votes
    classes: tuple[str, ...]
    workers: tuple[WorkerId, ...]
    rows: Whole


def enroll(ballots: Sequence[Ballot], classes: Sequence[str]) -> Roll:
    """Number the votes of ballots that have at least one each; `classes` holds every class voted for.

    Objects are numbered by id and workers by name, so that the order of ballots and of choices leaves no trace in sums.
    """
    label_of = {name: number for number, name in enumerate(classes)}
    order = sorted(range(len(ballots)), key=lambda place: ballots[place].object_id)
    found = [
        (number, vote.worker, label_of[vote.label])
        for number, place in enumerate(order)
        for vote in ballots[place].votes
    ]
    workers = sorted({worker for _, worker, _ in found}, key=lambda worker: (worker.name, worker.place))
    number_of = {worker: number for number, worker in enumerate(workers)}
    cells = np.array([(number, number_of[worker], label) for number, worker, label in found], dtype=np.int64)
    cells = cells[np.lexsort((cells[:, 2], cells[:, 1], cells[:, 0]))]
    gold = np.array([_gold(ballots[place], label_of) for place in order], dtype=np.int64)
    rows = np.empty(len(ballots), dtype=np.int64)
    rows[order] = np.arange(len(ballots))
    votes = Votes(cells[:, 0].copy(), cells[:, 1].copy(), cells[:, 2].copy(), gold, len(workers), len(classes))
    return Roll(votes, tuple(classes), tuple(workers), rows)


def extent_of(ballots: Iterable[Ballot], classes: Sequence[str]) -> Extent:
    """Return the extent of ballots and of the classes to tell apart."""
    voted = [ballot.votes for ballot in ballots]
    workers = {vote.worker for votes in voted for vote in votes}
    return Extent(len(voted), sum(map(len, voted)), len(workers), len(classes))


def classes_of(ballots: Iterable[Ballot], slate: Slate, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the classes to tell apart, in the order of the slate: those listed, or, on an open slate, those used."""
    voted = {vote.label for ballot in ballots for vote in ballot.votes}
    names = voted | set(known) if slate.is_open else voted | set(slate.classes)
    return tuple(sorted(names, key=slate.place))


def _gold(ballot: Ballot, label_of: dict[str, int]) -> int:
    return NO_GOLD if ballot.gold is None else label_of.get(ballot.gold, OTHER_GOLD)
