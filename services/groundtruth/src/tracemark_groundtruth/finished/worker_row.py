"""A row for each worker: how much, how fast, how often with the others, how often right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tracemark.document import Json
from tracemark_groundtruth.finished.item import Item

SPEEDER_ANSWERS = 5
SPEEDER_SHARE = 1 / 3
"""A speeder takes less than this share of the usual time, in the median of at least so many timed answers."""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """What one worker did; shares are None where nothing can be compared.

    `consensus` is the share of votes that are the label of their object, among objects with other workers' votes: a
    worker who answers alone agrees with nobody, and of a tie the order of the classes made the label. `known` counts
    votes to objects whose true or gold label is known, `right` is the share of right ones.
    """

    worker: str
    answers: int
    abstained: int
    median_seconds: float | None
    consensus: float | None
    known: int
    right: float | None
    is_speeder: bool

    def to_json(self) -> Json:
        """Return the row as an object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Vote:
    item: Item
    label: str | None
    seconds: float | None


def worker_rows(items: Sequence[Item], known: Mapping[str, str], abstain: str) -> list[WorkerRow]:
    """Return a row for each worker, most answers first; `known` has labels that are right, by object id."""
    votes: dict[str, list[_Vote]] = {}
    for item in items:
        chosen = {answer.worker: label for answer, label in item.choices}
        for answer in item.answers:
            votes.setdefault(answer.worker, []).append(_Vote(item, chosen.get(answer.worker), answer.seconds))
    usual = _median([vote.seconds for given in votes.values() for vote in given])
    rows = [_row(worker, given, known, abstain, usual) for worker, given in votes.items()]
    return sorted(rows, key=lambda row: (-row.answers, row.worker))


def _row(worker: str, given: Sequence[_Vote], known: Mapping[str, str], abstain: str, usual: float | None) -> WorkerRow:
    cast = [vote for vote in given if vote.label not in (None, abstain)]
    compared = [
        vote.label == vote.item.label.name
        for vote in cast
        if vote.item.label and _is_shared(vote.item, abstain) and not vote.item.is_tied
    ]
    tested = [vote.label == known[vote.item.id] for vote in cast if vote.item.id in known]
    typical = _median([vote.seconds for vote in given])
    timed = sum(vote.seconds is not None for vote in given)
    return WorkerRow(
        worker=worker,
        answers=len(given),
        abstained=sum(vote.label == abstain for vote in given),
        median_seconds=typical,
        consensus=_share(compared),
        known=len(tested),
        right=_share(tested),
        is_speeder=typical is not None
        and usual is not None
        and timed >= SPEEDER_ANSWERS
        and typical < usual * SPEEDER_SHARE,
    )


def _is_shared(item: Item, abstain: str) -> bool:
    return sum(label != abstain for _, label in item.choices) > 1


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _median(seconds: Sequence[float | None]) -> float | None:
    told = [each for each in seconds if each is not None]
    return median(told) if told else None
