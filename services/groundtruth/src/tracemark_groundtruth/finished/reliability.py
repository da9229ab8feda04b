"""Whether confidence means what it says: against labels that are known to be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from tracemark.document import Json

BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """A label whose truth is known."""

    confidence: float | None
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Labels of about the same confidence: how many, their mean confidence, the share that is right."""

    labels: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """What known labels say of the others; `brier` and `calibration_error` are None where no label has a confidence.

    `accuracy`: the share of right labels. `brier`: mean of (confidence - right)² (Brier, Monthly Weather Review 78,
    1950). `calibration_error`: the mean distance of a bin's confidence from its share of right ones, weighted by its
    labels (Naeini et al., AAAI 2015, ten bins of equal width). `bins` are in rising order, none is empty.
    """

    known: int
    accuracy: float
    brier: float | None
    calibration_error: float | None
    bins: tuple[Bin, ...]

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> Reliability | None:
        """Sum up; None where the truth of no label is known."""
        if not judged:
            return None
        told = [(each.confidence, each.is_right) for each in judged if each.confidence is not None]
        bins = _bins(told)
        return cls(
            known=len(judged),
            accuracy=sum(each.is_right for each in judged) / len(judged),
            brier=sum((confidence - right) ** 2 for confidence, right in told) / len(told) if told else None,
            calibration_error=sum(each.labels * abs(each.confidence - each.right) for each in bins) / len(told)
            if told
            else None,
            bins=bins,
        )

    def to_json(self) -> Json:
        """Return the figures as an object."""
        return asdict(self)


def _bins(told: Iterable[tuple[float, bool]]) -> tuple[Bin, ...]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in told:
        bins.setdefault(max(0, min(int(confidence * BINS), BINS - 1)), []).append((confidence, right))
    return tuple(
        Bin(len(each), sum(sure for sure, _ in each) / len(each), sum(right for _, right in each) / len(each))
        for _, each in sorted(bins.items())
    )
