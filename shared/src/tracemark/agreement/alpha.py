"""Krippendorff's alpha, with the distance that fits: of classes, of numbers, and of spans on a continuum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import TypeVar

from tracemark.marks.mark import Span

H = TypeVar("H", bound=Hashable)

Unit = tuple[tuple[str, int], ...]
"""The labels of one object as sorted counts: objects that differ in nothing else count together."""

GAP = ""
"""The value of a stretch that a worker left unmarked."""


def unit_of(labels: Iterable[str]) -> Unit:
    """Return the labels of one object as sorted counts."""
    return tuple(sorted(Counter(labels).items()))


def nominal_alpha(units: Mapping[Unit, int]) -> float | None:
    """Return alpha for classes without an order: 1 - observed / expected disagreement.

    `units` holds how often each unit occurs; units of fewer than two labels say nothing. (Krippendorff, Content
    Analysis, 2004, chapter 11.) None where nothing can be compared: no such unit, or labels of one class only.
    """
    totals: dict[str, float] = {}
    disagreeing = 0.0
    for unit, times in units.items():
        size = sum(count for _, count in unit)
        if size < 2:
            continue
        disagreeing += times * (size**2 - sum(count**2 for _, count in unit)) / (size - 1)
        for label, count in unit:
            totals[label] = totals.get(label, 0.0) + times * count
    whole = sum(totals.values())
    apart = whole**2 - sum(count**2 for count in totals.values())
    if len(totals) < 2 or apart <= 0:
        return None
    return 1 - disagreeing * (whole - 1) / apart


def alpha_by_class(units: Mapping[Unit, int]) -> Mapping[str, float | None]:
    """Return, for each class, the nominal alpha of that class against all others; `GAP` is no class."""
    classes = sorted({label for unit in units for label, _ in unit if label != GAP})
    return {name: nominal_alpha(_against(name, units)) for name in classes}


def interval_alpha(objects: Iterable[Sequence[float]]) -> float | None:
    """Return alpha for numbers, with the squared difference as distance (Krippendorff 2004).

    `objects` holds, for each object, the numbers that workers gave. None where nothing can be compared: no object with
    two numbers, or one number everywhere.
    """
    used = [values for values in objects if len(values) > 1]
    count = sum(map(len, used))
    if not count:
        return None
    middle = sum(map(sum, used)) / count
    moved = [[value - middle for value in values] for values in used]
    observed = sum(_squares(values) / (len(values) - 1) for values in moved)
    expected = _squares([value for values in moved for value in values])
    return 1 - (count - 1) * observed / expected if expected > 0 else None


def distance_alpha(objects: Iterable[Sequence[H]], distance: Callable[[H, H], float]) -> float | None:
    """Return alpha for values with any distance from 0 to 1, 0 between equal ones (Krippendorff 2004).

    `objects` holds, for each object, the values that workers gave. Takes the square of the number of distinct values.
    None where nothing can be compared: no object with two values, or one value everywhere.
    """
    used = [Counter(values) for values in objects if len(values) > 1]
    totals = Counter[H]()
    observed = 0.0
    for counts in used:
        totals.update(counts)
        observed += _apart(counts, distance) / (counts.total() - 1)
    expected = _apart(totals, distance)
    return 1 - (totals.total() - 1) * observed / expected if expected > 0 else None


def unitized_alpha(objects: Iterable[Sequence[Sequence[Span]]]) -> float | None:
    """Return alpha for spans: nominal alpha of each moment of each channel, unmarked being a value of its own.

    `objects` holds, for each object, one list of spans for each worker who answered, an empty one for who marked
    nothing; the continuum reaches from the first start to the last end. Agreement is measured on lengths, so points in
    time say nothing; overlapping spans of one worker are one value, their labels together. (Krippendorff, Mathet,
    Bouvry and Widlöcher, Quality & Quantity 50, 2016: unitizing with coincidences by length of intersections. As
    lengths are no counts, expected disagreement is that of draws with replacement.) None where nothing can be compared.
    """
    observed, weight = 0.0, 0.0
    totals: dict[str, float] = {}
    for workers in objects:
        for channel in sorted({span.channel for spans in workers for span in spans}):
            for values, length in _stretches([[s for s in spans if s.channel == channel] for spans in workers]):
                pairs = list(combinations(values, 2))
                if not pairs:
                    continue
                observed += length * sum(one != other for one, other in pairs) / len(pairs)
                weight += length
                for value in values:
                    totals[value] = totals.get(value, 0.0) + length / len(values)
    expected = 1 - sum((total / weight) ** 2 for total in totals.values()) if weight else 0.0
    return 1 - observed / weight / expected if len(totals) > 1 and expected > 0 else None


def _stretches(workers: Sequence[Sequence[Span]]) -> Iterable[tuple[list[str], float]]:
    """Yield each stretch between neighboring ends with what each worker said of it, and its length."""
    bounds = sorted({end for spans in workers for span in spans for end in (span.start, span.end)})
    opened = [[set[str]() for _ in bounds] for _ in workers]
    places = {bound: place for place, bound in enumerate(bounds)}
    for worker, spans in zip(opened, workers, strict=True):
        for span in spans:
            for place in range(places[span.start], places[span.end]):
                worker[place].add(span.label)
    for place, (start, end) in enumerate(pairwise(bounds)):
        yield ["\n".join(sorted(worker[place])) or GAP for worker in opened], end - start


def _against(name: str, units: Mapping[Unit, int]) -> Counter[Unit]:
    found = Counter[Unit]()
    for unit, times in units.items():
        own = sum(count for label, count in unit if label == name)
        others = sum(count for _, count in unit) - own
        found[tuple((label, count) for label, count in (("no", others), ("yes", own)) if count)] += times
    return found


def _apart(counts: Mapping[H, int], distance: Callable[[H, H], float]) -> float:
    """Return the sum of distances over all ordered pairs of values."""
    return 2 * sum(counts[one] * counts[other] * distance(one, other) for one, other in combinations(counts, 2))


def _squares(values: Sequence[float]) -> float:
    """Return the sum of squared differences over all ordered pairs: 2 (n Σx² - (Σx)²)."""
    return 2 * (len(values) * sum(value**2 for value in values) - sum(values) ** 2)
