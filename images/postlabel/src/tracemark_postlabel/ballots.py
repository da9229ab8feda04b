"""Ballots as JSON: names once, then numbers, for a memory holds thousands of votes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracemark.document import Json, Node
from tracemark_postlabel.consolidation.ballot import Ballot, Vote, WorkerId


def ballots_json(ballots: Sequence[Ballot]) -> Json:
    """Return `{"workers": [...], "labels": [...], "ballots": [[object, gold, worker, label, worker, label, ...]]}`.

    A worker is the place of its name among `workers`, or -1 without a name; `gold` is null where none is known.
    """
    workers = _places(vote.worker.name for ballot in ballots for vote in ballot.votes if vote.worker.name)
    labels = _places(vote.label for ballot in ballots for vote in ballot.votes)
    rows = [
        [ballot.object_id, ballot.gold, *(n for vote in ballot.votes for n in _numbers(vote, workers, labels))]
        for ballot in ballots
    ]
    return {"workers": list(workers), "labels": list(labels), "ballots": rows}


def parse_ballots(node: Node) -> tuple[Ballot, ...]:
    """Read what `ballots_json` writes.

    Raises:
        InvalidDocument: it is something else.
    """
    workers, labels = [WorkerId(name) for name in node["workers"].texts()], node["labels"].texts()
    return tuple(_ballot(row, workers, labels) for row in node["ballots"].items())


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(sorted(set(names)))}


def _numbers(vote: Vote, workers: dict[str, int], labels: dict[str, int]) -> tuple[int, int]:
    return workers.get(vote.worker.name, -1), labels[vote.label]


def _ballot(row: Node, workers: Sequence[WorkerId], labels: Sequence[str]) -> Ballot:
    value = row.value
    if not _is_row(value, len(workers), len(labels)):
        row.refuse("[object, gold or null, worker, label, worker, label, ...]")
    object_id, gold, *numbers = value
    votes = (
        Vote(workers[worker] if worker >= 0 else WorkerId("", f"{object_id}[{place}]"), labels[label])
        for place, (worker, label) in enumerate(zip(numbers[::2], numbers[1::2], strict=True))
    )
    return Ballot(object_id, tuple(votes), gold)


def _is_row(value: Json, workers: int, labels: int) -> bool:
    if not isinstance(value, list) or len(value) < 2 or len(value) % 2:
        return False
    object_id, gold, *numbers = value
    if not isinstance(object_id, str) or not isinstance(gold, str | None):
        return False
    return all(_is_place(n, -1, workers) for n in numbers[::2]) and all(_is_place(n, 0, labels) for n in numbers[1::2])


def _is_place(value: Json, least: int, size: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value < size
