"""How far workers agree: measures for classes without an order, from the labels that each object got.

`objects` always holds, for each object, the labels of those workers who gave one; abstentions are left out before.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, combinations

from tracemark.agreement.alpha import Unit, nominal_alpha, unit_of
from tracemark.document import Json

Labels = Sequence[str]

_ROUNDS = (100, 1_000)
_DRAWS = 10_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A value, and the bounds that hold it with a confidence of 95 %."""

    value: float
    low: float
    high: float

    def to_json(self) -> Json:
        """Return `{"value", "low", "high"}`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """Two classes, and the number of objects that got both."""

    one: str
    other: str
    objects: int

    def to_json(self) -> Json:
        """Return `{"one", "other", "objects"}`."""
        return asdict(self)


def percent_agreement(objects: Sequence[Labels]) -> float | None:
    """Return the mean, over objects with two labels or more, of the share of pairs that agree; None without any."""
    shares = [_agreement(labels) for labels in objects if len(labels) > 1]
    return sum(shares) / len(shares) if shares else None


def fleiss_kappa(objects: Sequence[Labels]) -> float | None:
    """Return kappa: (observed - chance) / (1 - chance) agreement (Fleiss, Psychological Bulletin 76, 1971).

    Chance is what the shares of the classes in all labels give. Objects may have different numbers of labels, from
    two; None without any such object, or when all labels are of one class.
    """
    used = [labels for labels in objects if len(labels) > 1]
    counts = Counter(label for labels in used for label in labels)
    whole = sum(counts.values())
    chance = sum((count / whole) ** 2 for count in counts.values()) if whole else 1.0
    observed = percent_agreement(used)
    return None if observed is None or len(counts) == 1 else (observed - chance) / (1 - chance)


def krippendorff_alpha(objects: Sequence[Labels]) -> float | None:
    """Return alpha for nominal data: 1 - observed / expected disagreement (Krippendorff, Content Analysis, 2004).

    None where nothing can be compared: no object with two labels, or labels of one class only.
    """
    return nominal_alpha(Counter(unit_of(labels) for labels in objects if len(labels) > 1))


def alpha_interval(objects: Sequence[Labels], seed: int = 7) -> Interval | None:
    """Return alpha and the 2.5 and 97.5 percentiles of alpha over objects drawn anew with replacement.

    A thousand rounds, fewer where there are more than ten thousand objects; the same seed gives the same interval
    for the same objects in any order.
    """
    units = Counter(unit_of(labels) for labels in objects if len(labels) > 1)
    value = nominal_alpha(units)
    if value is None:
        return None
    rounds = max(_ROUNDS[0], min(_ROUNDS[1], _DRAWS // units.total()))
    drawn = sorted(
        alpha for alpha in (nominal_alpha(again) for again in _resample(units, rounds, seed)) if alpha is not None
    )
    return Interval(value, _percentile(drawn or [value], 0.025), _percentile(drawn or [value], 0.975))


def confused_pairs(objects: Sequence[Labels]) -> list[ConfusedPair]:
    """Return each two classes that an object got both of, the most frequent first."""
    pairs = Counter(pair for labels in objects for pair in combinations(sorted(set(labels)), 2))
    return [
        ConfusedPair(*pair, count) for pair, count in sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0]))
    ]


def _resample(units: Counter[Unit], rounds: int, seed: int) -> Iterator[Counter[Unit]]:
    dice = random.Random(seed)  # noqa: S311 - no secret hangs on it
    kinds = sorted(units)
    bounds = list(accumulate(units[kind] for kind in kinds))
    size = bounds[-1]
    for _ in range(rounds):
        yield Counter(kinds[bisect(bounds, int(dice.random() * size))] for _ in range(size))


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _agreement(labels: Labels) -> float:
    size = len(labels)
    return sum(count * (count - 1) for count in Counter(labels).values()) / (size * (size - 1))
