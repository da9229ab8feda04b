"""Votes of a job that is larger than memory: in files, of which one part at a time is in memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tracemark_postlabel.consolidation.arrays import Groups, Real, Whole
from tracemark_postlabel.consolidation.ballot import Ballot, WorkerId
from tracemark_postlabel.consolidation.count import Count
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.votes import NO_GOLD, OTHER_GOLD, Extent, Part, Roll, Votes

PART_VOTES = 1_000_000
"""Votes in memory at a time; a part takes some hundred bytes for each of its votes while it is worked on."""

_NOTHING = np.empty(0, dtype=np.int64)


class Head(NamedTuple):
    """What is known of a ballot beside its votes; `choices` counts them and the abstentions, `votes` them alone."""

    object_id: str
    gold: str | None
    choices: int
    votes: int


class BallotFiles:
    """Ballots written into files of `folder` one after the other; their heads alone stay in memory."""

    def __init__(self, folder: Path, part_votes: int = PART_VOTES) -> None:
        self.heads: list[Head] = []
        self._folder = folder
        self._part_votes = part_votes
        self._workers: dict[WorkerId, int] = {}
        self._labels: dict[str, int] = {}
        self._written: list[Path] = []
        self._cells = array("i")  # object, worker, class; object, worker, class; …

    def add(self, ballot: Ballot) -> None:
        """Write a ballot."""
        votes = ballot.votes
        for vote in votes:
            worker = self._workers.setdefault(vote.worker, len(self._workers))
            label = self._labels.setdefault(vote.label, len(self._labels))
            self._cells.extend((len(self.heads), worker, label))
        self.heads.append(Head(ballot.object_id, ballot.gold, len(ballot.choices), len(votes)))
        if len(self._cells) >= 3 * self._part_votes:
            self._flush()

    def extent(self, slate: Slate) -> Extent:
        """Return how much there is to decide."""
        votes = sum(head.votes for head in self.heads)
        return Extent(len(self.heads), votes, len(self._workers), len(self._classes(slate)))

    def counts(self, slate: Slate) -> Iterator[Count]:
        """Yield the votes of each ballot, in their order; call it before `roll`, which numbers the files anew."""
        self._flush()
        names = list(self._labels)
        found: dict[int, dict[str, int]] = {}
        for file in self._written:
            cells = np.load(file)
            pairs, times = np.unique(cells[:, [0, 2]], axis=0, return_counts=True)
            for (place, label), count in zip(pairs.tolist(), times.tolist(), strict=True):
                found.setdefault(place, {})[names[label]] = count
        for place in range(len(self.heads)):
            votes = found.pop(place, {})
            yield Count({label: votes[label] for label in sorted(votes, key=slate.place)})

    def roll(self, slate: Slate, hidden: Collection[int] = ()) -> Roll:
        """Number the votes as `enroll` does; gold of the ballots at the places `hidden` is not told.

        There is a vote. `rows` holds the object of each ballot, -1 of one without a vote.
        """
        stored, classes = self._stored(slate)
        label_of = {name: number for number, name in enumerate(classes)}
        gold = np.full(stored.objects, NO_GOLD, dtype=np.int64)
        for place, row in enumerate(self._rows):
            known = self.heads[place].gold
            if row >= 0 and known is not None and place not in hidden:
                gold[row] = label_of.get(known, OTHER_GOLD)
        return Roll(stored.knowing(gold), classes, self._sorted_workers, self._rows)

    def _flush(self) -> None:
        file = self._folder / f"ballots-{len(self._written)}.npy"
        np.save(file, np.frombuffer(self._cells, dtype=np.int32).reshape(-1, 3))
        self._written.append(file)
        self._cells = array("i")

    def _stored(self, slate: Slate) -> tuple[StoredVotes, tuple[str, ...]]:
        """Write the votes once more, by their final numbers; only the first time."""
        classes = self._classes(slate)
        if self._numbered is None:
            self._flush()
            self._numbered = _stored(
                self._folder,
                list(map(self._part_of(classes), self._written)),
                np.full(int(self._rows.max()) + 1, NO_GOLD),
                (len(self._workers), len(classes)),
            )
        return self._numbered, classes

    _numbered: StoredVotes | None = None

    def _classes(self, slate: Slate) -> tuple[str, ...]:
        names = set(self._labels) if slate.is_open else set(self._labels) | set(slate.classes)
        return tuple(sorted(names, key=slate.place))

    def _part_of(self, classes: Sequence[str]) -> Callable[[Path], Path]:
        worker_of = np.empty(len(self._workers), dtype=np.int64)
        worker_of[[self._workers[worker] for worker in self._sorted_workers]] = np.arange(len(self._workers))
        number_of = {label: number for number, label in enumerate(classes)}
        label_of = np.array([number_of[label] for label in self._labels], dtype=np.int64)

        def number(file: Path) -> Path:
            cells = np.load(file)
            part = np.stack([self._rows[cells[:, 0]], worker_of[cells[:, 1]], label_of[cells[:, 2]]], axis=1)
            np.save(file, part[np.lexsort((part[:, 2], part[:, 1], part[:, 0]))].astype(np.int32))
            return file

        return number

    @cached_property
    def _sorted_workers(self) -> tuple[WorkerId, ...]:
        return tuple(sorted(self._workers, key=lambda worker: (worker.name, worker.place)))

    @cached_property
    def _rows(self) -> Whole:
        voted = [place for place, head in enumerate(self.heads) if head.votes]
        voted.sort(key=lambda place: self.heads[place].object_id)
        rows = np.full(len(self.heads), -1, dtype=np.int64)
        rows[voted] = np.arange(len(voted))
        return rows


@dataclass(frozen=True, eq=False)
class StoredGroups(Groups):
    """Groups whose rows lie in files; a group may have rows in several. The arrays of `Groups` itself are empty."""

    files: Sequence[Path] = ()
    size: int = 0

    def sums(self, table: Real) -> Real:
        """See `Groups.sums`."""
        found = np.zeros((self.size, table.shape[1]))
        for file in self.files:
            with np.load(file) as part:
                rows = part["rows"]
                groups = Groups(part["index"].astype(np.int64), part["starts"], part["sizes"])
            found[rows] += groups.sums(table)
        return found


@dataclass(frozen=True, eq=False)
class StoredVotes(Votes):
    """`Votes` that lie in files; `object`, `worker` and `label` are empty.

    `label_of` is the number of a class by that in the files, `numbers` holds worker · `classes` + class of each pair
    that occurs, ascending.
    """

    files: Sequence[Path] = ()
    label_of: Whole = field(default_factory=lambda: _NOTHING)
    numbers: Whole = field(default_factory=lambda: _NOTHING)
    grouped_by_object: StoredGroups = field(default_factory=lambda: StoredGroups(_NOTHING, _NOTHING, _NOTHING))
    grouped_by_pair: StoredGroups = field(default_factory=lambda: StoredGroups(_NOTHING, _NOTHING, _NOTHING))

    def parts(self) -> Iterator[Part]:
        """Yield a file at a time."""
        for file in self.files:
            cells = np.load(file).astype(np.int64)
            yield Part(cells[:, 0].copy(), cells[:, 1].copy(), self.label_of[cells[:, 2]])

    def used(self) -> tuple[Votes, Whole]:
        """See `Votes.used`; the files stay as they are."""
        kept = np.flatnonzero(self.counts.sum(axis=0))
        places = np.full(self.classes, OTHER_GOLD)
        places[kept] = np.arange(len(kept))
        gold = np.where(self.gold >= 0, places[self.gold], self.gold)
        worker, label = self.pairs
        return self._changed(gold, places[self.label_of], worker * len(kept) + places[label], len(kept)), kept

    def knowing(self, gold: Whole) -> StoredVotes:
        """Return the same votes with other gold."""
        return self._changed(gold, self.label_of, self.numbers, self.classes)

    def _changed(self, gold: Whole, label_of: Whole, numbers: Whole, classes: int) -> StoredVotes:
        groups = self.grouped_by_object, self.grouped_by_pair
        nothing = _NOTHING, _NOTHING, _NOTHING
        return StoredVotes(*nothing, gold, self.workers, classes, self.files, label_of, numbers, *groups)

    @cached_property
    def by_object(self) -> Groups:
        """See `Votes.by_object`."""
        return self.grouped_by_object

    @cached_property
    def by_pair(self) -> Groups:
        """See `Votes.by_pair`."""
        return self.grouped_by_pair

    @cached_property
    def pairs(self) -> tuple[Whole, Whole]:
        """See `Votes.pairs`."""
        return self.numbers // self.classes, self.numbers % self.classes


def _stored(folder: Path, files: Sequence[Path], gold: Whole, sizes: tuple[int, int]) -> StoredVotes:
    """Group the votes of each file once: every round of a model sums by these groups."""
    workers, classes = sizes
    bare = StoredVotes(_NOTHING, _NOTHING, _NOTHING, gold, workers, classes, files, np.arange(classes), _NOTHING)
    numbers = _NOTHING
    for part in bare.parts():
        numbers = np.union1d(numbers, part.worker * classes + part.label)
    by_object, by_pair = [], []
    for number, part in enumerate(bare.parts()):
        pair = np.searchsorted(numbers, part.worker * classes + part.label)
        by_object.append(_grouped(folder / f"by-object-{number}.npz", part.object, pair))
        by_pair.append(_grouped(folder / f"by-pair-{number}.npz", pair, part.object))
    nothing = _NOTHING, _NOTHING, _NOTHING
    return StoredVotes(
        *(*nothing, gold, workers, classes, files, np.arange(classes), numbers),
        grouped_by_object=StoredGroups(*nothing, by_object, len(gold)),
        grouped_by_pair=StoredGroups(*nothing, by_pair, len(numbers)),
    )


def _grouped(file: Path, group: Whole, index: Whole) -> Path:
    rows, place = np.unique(group, return_inverse=True)
    groups = Groups.of(place, index)
    np.savez(file, rows=rows, index=groups.index.astype(np.int32), starts=groups.starts, sizes=groups.sizes)
    return file
