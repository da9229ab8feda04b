"""Rules to compare with: majorities without weights, weighted box fusion, and STAPLE."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from mark_experts import CLASSES, Indices
from numpy.typing import NDArray

from tracemark.marks.mark import Box, Mark, Span
from tracemark.marks.overlap import similarities

FUSED_FROM = 0.55
"""The overlap from which weighted box fusion takes two boxes for one: its authors' default."""

STAPLE_ROUNDS = 100


def majority(answers: Sequence[Sequence[Sequence[Mark]]]) -> list[list[Mark]]:
    """Group marks of one class by overlap of half, one after the other; more than half of the experts: their mean."""
    return [_fused(given, 0.5) for given in answers]


def fused(answers: Sequence[Sequence[Sequence[Mark]]]) -> list[list[Mark]]:
    """Weighted box fusion with equal scores; a fused box counts from a score of more than half of the experts."""
    return [_fused(given, FUSED_FROM, one_each=False) for given in answers]


def _fused(given: Sequence[Sequence[Mark]], least: float, one_each: bool = True) -> list[Mark]:
    clusters: list[list[tuple[int, Mark]]] = []
    for who, marks in enumerate(given):
        for mark in marks:
            best, found = least, None
            for cluster in clusters:
                center = _mean([each for _, each in cluster])
                taken = one_each and any(each == who for each, _ in cluster)
                if center.label != mark.label or taken:
                    continue
                near = float(similarities([center], [mark])[0, 0])
                if near > best:
                    best, found = near, cluster
            if found is None:
                clusters.append([(who, mark)])
            else:
                found.append((who, mark))
    # Fusion's score is min(boxes, models) / models; with equal scores, boxes above a half.
    return [_mean([mark for _, mark in cluster]) for cluster in clusters if 2 * len(cluster) > len(given)]


def _mean(marks: Sequence[Mark]) -> Mark:
    first = marks[0]
    if isinstance(first, Span):
        start, end = np.mean([(mark.start, mark.end) for mark in marks if isinstance(mark, Span)], axis=0)
        return Span(first.label, float(start), float(end), first.channel)
    assert isinstance(first, Box)
    sides = np.mean([(b.left, b.top, b.width, b.height) for b in marks if isinstance(b, Box)], axis=0)
    return Box(first.label, *map(float, sides))


def majority_mask(answers: Sequence[Sequence[Indices]]) -> list[Indices]:
    """The class that most experts painted at each pixel, of several the first."""
    return [_votes(np.array(given)).argmax(axis=0).astype(np.uint8) for given in answers]


def staple(answers: Sequence[Sequence[Indices]]) -> list[Indices]:
    """Simultaneous truth and performance level estimation, for several classes, picture by picture.

    The prior is the share of each class in all experts' pixels; a confusion matrix for each expert, from 0.99 right on.
    """
    return [_staple(np.array(given)) for given in answers]


def _staple(given: NDArray[Any]) -> Indices:
    votes = given.reshape(len(given), -1)
    size = len(CLASSES) + 1
    prior = np.bincount(votes.ravel(), minlength=size) / votes.size
    rates = np.full((len(votes), size, size), 0.01 / (size - 1)) + np.eye(size) * (0.99 - 0.01 / (size - 1))
    belief = np.zeros((size, votes.shape[1]))
    for _ in range(STAPLE_ROUNDS):
        before = belief
        logs = np.log(prior + 1e-300)[:, None] + sum(
            np.log(rates[who][:, votes[who]] + 1e-12) for who in range(len(votes))
        )
        odds = np.exp(logs - logs.max(axis=0))
        belief = odds / odds.sum(axis=0)
        if np.abs(belief - before).max() < 1e-6:
            break
        for who in range(len(votes)):
            for label in range(size):
                rates[who][:, label] = belief[:, votes[who] == label].sum(axis=1)
            rates[who] /= np.maximum(rates[who].sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(belief.argmax(axis=0).reshape(given.shape[1:]).astype(np.uint8))


def _votes(given: NDArray[Any]) -> NDArray[np.int64]:
    return np.array([(given == label).sum(axis=0) for label in range(len(CLASSES) + 1)])
