"""Gamma: how far workers agree on spans, on where they lie and on their classes at once."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import fsum

import numpy as np

from tracemark.marks.mark import Span
from tracemark.marks.matching import Matrix, matched

DRAWS = 2_000
"""Pairs of shifted lists by which the expected disorder is estimated."""

MAX_PAIRS = 20_000
"""Pairs of workers by which the observed disorder is measured: of more, a random choice."""

MAX_CELLS = 20_000_000
"""Dissimilarities computed for either disorder; beyond, no further pair of lists is looked at."""

UNALIGNED = 1.0
"""The dissimilarity of a span and nothing (delta empty of the source): a class that differs costs as much."""

Pair = tuple[Matrix, Matrix, float]
"""The spans of two workers as rows (start, end, class, channel), and the weight of the pair."""


def gamma(objects: Iterable[Sequence[Sequence[Span]]], seed: int = 0) -> float | None:
    """Return gamma: 1 - observed / expected disorder; 1 for full agreement, about 0 for chance, below 0 for worse.

    `objects` holds, for each object, one list of spans for each worker who answered, an empty one for who marked
    nothing; no unit of time and no order of objects or workers changes the result. (Mathet, Widlöcher and Métivier,
    Computational Linguistics 41(3), 2015.) Two spans of a channel differ by the square of (distance of the starts +
    distance of the ends) / sum of the lengths, and by 1 if their classes differ (alpha = beta = delta empty = 1);
    points in time are aligned with equal ones only. Disorder is the least cost of an alignment, for each span.

    Two departures from the source, for bounded cost and for jobs of many short objects: workers are aligned two by
    two, which is exact for two and for more a lower bound of both disorders; and disorders are taken over all objects
    together, the expected one from lists drawn from any of them and moved around the range of all spans by a random
    shift, no span being cut. None where nothing can be compared: no object with two workers, no span, or no disorder
    to expect.
    """
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    compared = _ordered(workers for workers in objects if len(workers) > 1)
    observed = _disorder(_observed(compared, dice), MAX_PAIRS)
    lists = sorted((spans for workers in compared for spans in workers), key=lambda spans: spans.tolist())
    expected = _disorder(_expected(lists, dice), DRAWS) if lists else None
    return None if observed is None or not expected else 1 - observed / expected


def _ordered(objects: Iterable[Sequence[Sequence[Span]]]) -> list[list[Matrix]]:
    """Return the spans of each object's workers as rows, all in an order of their own."""
    kept = list(objects)
    every = [span for workers in kept for spans in workers for span in spans]
    classes = {name: code for code, name in enumerate(sorted({span.label for span in every}))}
    channels = {name: code for code, name in enumerate(sorted({span.channel for span in every}))}
    rows = sorted(
        sorted(sorted((s.start, s.end, classes[s.label], channels[s.channel]) for s in spans) for spans in workers)
        for workers in kept
    )
    return [[np.array(spans, dtype=np.float64).reshape(-1, 4) for spans in workers] for workers in rows]


def _observed(objects: Sequence[Sequence[Matrix]], dice: random.Random) -> Iterator[Pair]:
    """Yield each two workers of each object, objects by chance; the pairs of an object weigh 1 together."""
    for workers in dice.sample(objects, len(objects)):
        pairs = list(combinations(workers, 2))
        for one, other in pairs:
            yield one, other, 1 / len(pairs)


def _expected(lists: Sequence[Matrix], dice: random.Random) -> Iterator[Pair]:
    """Yield, without end, two lists drawn by chance, each moved around the range of all spans."""
    every = np.concatenate(lists)
    low, high = every[:, 0].min(initial=np.inf), every[:, 1].max(initial=-np.inf)
    while True:
        one, other = (_shifted(dice.choice(lists), low, high, dice.random()) for _ in range(2))
        yield one, other, 1.0


def _shifted(spans: Matrix, low: float, high: float, share: float) -> Matrix:
    """Return the spans moved by a share of the range; what starts beyond its end comes in at its start."""
    if not len(spans) or high <= low:
        return spans
    moved = spans.copy()
    moved[:, 0] = low + ((spans[:, 0] - low) / (high - low) + share) % 1.0 * (high - low)
    moved[:, 1] = moved[:, 0] + (spans[:, 1] - spans[:, 0])
    return moved


def _disorder(pairs: Iterable[Pair], most: int) -> float | None:
    """Return the cost of the best alignments for each span that a worker marked; None where nobody marked any."""
    costs: list[float] = []
    marked: list[float] = []
    cells = 0
    for taken, (one, other, weight) in enumerate(pairs):
        if taken == most or cells > MAX_CELLS:
            break
        cells += len(one) * len(other)
        costs.append(weight * _cost(one, other))
        marked.append(weight * (len(one) + len(other)) / 2)
    whole = fsum(marked)
    return fsum(costs) / whole if whole else None


def _cost(one: Matrix, other: Matrix) -> float:
    """Return the cost of the best alignment: of its pairs, and of each span that is in none."""
    alone = UNALIGNED * (len(one) + len(other))
    if not len(one) or not len(other):
        return alone
    # Two spans are a pair only where that costs less than leaving both alone: what is saved is what is matched.
    saved = np.maximum(2 * UNALIGNED - _dissimilarity(one, other), 0.0)
    return alone - fsum(saved[pair] for pair in matched(saved, 0.0))


def _dissimilarity(one: Matrix, other: Matrix) -> Matrix:
    start, end, label, channel = (np.subtract.outer(one[:, place], other[:, place]) for place in range(4))
    apart = np.abs(start) + np.abs(end)
    lengths = np.add.outer(one[:, 1] - one[:, 0], other[:, 1] - other[:, 0])
    far = 2 * UNALIGNED  # no pair that costs so much is ever made, so no ratio beyond is needed
    near = np.divide(apart, lengths, out=np.full_like(apart, far), where=apart < far * lengths)
    position = np.where(apart == 0, 0.0, near) ** 2 * UNALIGNED
    found: Matrix = np.where(channel != 0, far, position + UNALIGNED * (label != 0))
    return found
