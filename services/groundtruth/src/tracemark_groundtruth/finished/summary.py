"""A finished job in figures: what the report shows and its JSON twin says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from tracemark.document import Json
from tracemark_groundtruth.finished.agreement import (
    Interval,
    Labels,
    bootstrapped_alpha,
    confused_pairs,
    fleiss_kappa,
    percent_agreement,
)
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import FinishedItem

BINS = 10
SPEEDER_SHARE = 1 / 3
SPEEDER_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """One worker; shares are None where there is nothing to share, seconds where the tree does not tell.

    `agreement`: with the label, on objects with another vote as well. `gold`: right answers to gold items. `speeder`:
    half of the answers took less than a third of what half of all workers' answers take.
    """

    worker: str
    answers: int
    median_seconds: float | None
    agreement: float | None
    gold_answers: int
    gold: float | None
    speeder: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Labels of about the same confidence: how many, their mean confidence, and the share that is right."""

    labels: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of a job; `accuracy` and `reliability` are None and empty where no label is known to be true."""

    job: str
    objects: int
    labeled: int
    answers: int
    ties: int
    problems: int
    mean_confidence: float | None
    labels: Mapping[str, int]
    percent_agreement: float | None
    fleiss_kappa: float | None
    krippendorff_alpha: Interval | None
    confused: Sequence[tuple[str, str, int]]
    workers: Sequence[WorkerRow]
    known: int
    accuracy: float | None
    reliability: Sequence[Bin]

    @classmethod
    def of(cls, job: FinishedJob, truth: Mapping[str, str], abstain: str) -> Summary:
        """Sum up a job; `truth` has true labels by object id, gold labels are added to it."""
        items = job.items
        known = {item.line.id: item.gold for item in items if item.gold} | dict(truth)
        voted = [_labels(item, abstain) for item in items]
        scored = [(item, item.label == known[item.line.id]) for item in items if item.label and item.line.id in known]
        sure = [item.confidence for item in items if item.confidence is not None]
        return cls(
            job=job.name,
            objects=len(items),
            labeled=sum(item.label is not None for item in items),
            answers=sum(len(item.answers) for item in items),
            ties=sum(item.is_tied for item in items),
            problems=sum(bool(item.problem) for item in items),
            mean_confidence=sum(sure) / len(sure) if sure else None,
            labels=dict(Counter(item.label for item in items if item.label).most_common()),
            percent_agreement=percent_agreement(voted),
            fleiss_kappa=fleiss_kappa(voted),
            krippendorff_alpha=bootstrapped_alpha(voted),
            confused=confused_pairs(voted),
            workers=_workers(items, abstain),
            known=len(scored),
            accuracy=sum(right for _, right in scored) / len(scored) if scored else None,
            reliability=_bins(scored),
        )

    def to_json(self) -> Json:
        """Return the figures as a JSON object."""
        return asdict(self)


def _labels(item: FinishedItem, abstain: str) -> Labels:
    return [answer.label for answer in item.answers if answer.label is not None and answer.label != abstain]


def _workers(items: Sequence[FinishedItem], abstain: str) -> list[WorkerRow]:
    given: dict[str, list[tuple[FinishedItem, str | None, float | None]]] = {}
    for item in items:
        for answer in item.answers:
            given.setdefault(answer.worker_id, []).append((item, answer.label, answer.seconds))
    spent = [seconds for answers in given.values() for _, _, seconds in answers if seconds is not None]
    usual = median(spent) if spent else 0.0
    rows = [_worker(worker, answers, usual, abstain) for worker, answers in given.items()]
    return sorted(rows, key=lambda row: (-row.answers, row.worker))


def _worker(
    worker: str, answers: Sequence[tuple[FinishedItem, str | None, float | None]], usual: float, abstain: str
) -> WorkerRow:
    spent = [seconds for _, _, seconds in answers if seconds is not None]
    typical = median(spent) if spent else None
    compared = [
        label == item.label
        for item, label, _ in answers
        if label not in (None, abstain) and len(_labels(item, abstain)) > 1
    ]
    tested = [label == item.gold for item, label, _ in answers if item.gold and label is not None]
    is_fast = typical is not None and len(spent) >= SPEEDER_ANSWERS and typical < usual * SPEEDER_SHARE
    return WorkerRow(worker, len(answers), typical, _share(compared), len(tested), _share(tested), is_fast)


def _share(hits: Sequence[bool]) -> float | None:
    return sum(hits) / len(hits) if hits else None


def _bins(scored: Sequence[tuple[FinishedItem, bool]]) -> list[Bin]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for item, right in scored:
        if item.confidence is not None:
            bins.setdefault(min(int(item.confidence * BINS), BINS - 1), []).append((item.confidence, right))
    return [
        Bin(len(found), sum(sure for sure, _ in found) / len(found), sum(right for _, right in found) / len(found))
        for _, found in sorted(bins.items())
    ]
