"""How far workers agree: measures for labels without an order, from the labels that each object got."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

BOOTSTRAP_ROUNDS = 1_000
_SEED = 20

Labels = Sequence[str]
"""The labels of one object, one for each worker who gave one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A value and the bounds that hold it with a confidence of 95 %."""

    value: float
    low: float
    high: float


def percent_agreement(objects: Sequence[Labels]) -> float | None:
    """Return the mean, over objects with two labels or more, of the share of pairs that agree; None without any."""
    shares = [_agreeing(labels) for labels in objects if len(labels) > 1]
    return sum(shares) / len(shares) if shares else None


def fleiss_kappa(objects: Sequence[Labels]) -> float | None:
    """Return kappa (Fleiss, Psychological Bulletin 76, 1971), with the labels of all objects for what chance gives.

    Objects may have different numbers of labels, two or more; it is None without any, or when all labels are one.
    """
    used = [labels for labels in objects if len(labels) > 1]
    observed, counts = percent_agreement(used), Counter(label for labels in used for label in labels)
    whole = sum(counts.values())
    chance = sum((count / whole) ** 2 for count in counts.values()) if whole else 1.0
    return None if observed is None or chance == 1 else (observed - chance) / (1 - chance)


def krippendorff_alpha(objects: Sequence[Labels]) -> float | None:
    """Return alpha for nominal data: 1 - observed / expected disagreement (Krippendorff, Content Analysis, 2004).

    None where there is nothing to compare: no object with two labels, or one label everywhere.
    """
    return _alpha([_unit(labels) for labels in objects if len(labels) > 1])


def bootstrapped_alpha(objects: Sequence[Labels], rounds: int = BOOTSTRAP_ROUNDS) -> Interval | None:
    """Return alpha and the 2.5 and 97.5 percentiles of alpha over objects drawn anew with replacement.

    The same objects give the same interval.
    """
    units = [_unit(labels) for labels in objects if len(labels) > 1]
    value = _alpha(units)
    if value is None:
        return None
    dice = random.Random(_SEED)  # noqa: S311
    drawn = sorted(
        found for _ in range(rounds) if (found := _alpha(dice.choices(units, k=len(units)))) is not None
    ) or [value]
    return Interval(value, drawn[int(0.025 * len(drawn))], drawn[min(int(0.975 * len(drawn)), len(drawn) - 1)])


def confused_pairs(objects: Sequence[Labels]) -> list[tuple[str, str, int]]:
    """Return pairs of different labels and how many objects got both, the most frequent first."""
    pairs: Counter[tuple[str, str]] = Counter()
    for labels in objects:
        distinct = sorted(set(labels))
        pairs.update((one, other) for index, one in enumerate(distinct) for other in distinct[index + 1 :])
    return [(one, other, count) for (one, other), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))]


@dataclass(frozen=True, slots=True)
class _Unit:
    """The labels of one object as counts, and how much their pairs disagree: sum of pairs / (labels - 1)."""

    counts: Counter[str]
    disagreeing: float


def _unit(labels: Labels) -> _Unit:
    return _Unit(Counter(labels), (1 - _agreeing(labels)) * len(labels))


def _alpha(units: Sequence[_Unit]) -> float | None:
    totals: Counter[str] = Counter()
    for unit in units:
        totals.update(unit.counts)
    whole = sum(totals.values())
    if whole < 2:
        return None
    expected = (whole**2 - sum(count**2 for count in totals.values())) / (whole - 1)
    return 1 - sum(unit.disagreeing for unit in units) / expected if expected else None


def _agreeing(labels: Labels) -> float:
    count = len(labels)
    return sum(n * (n - 1) for n in Counter(labels).values()) / (count * (count - 1))
