"""Simulated look-alikes of public sets: as many objects, workers, answers and classes, and as good a majority.

The figures are what is known of the sets from the literature, rounded; of large ones a part. Workers differ in skill,
in each class and in what they confuse; loads follow a power law; some guess or always say one class; of hard objects
workers see little, and what they see misleads them together. How easy the rest is, is set so that a majority is as
often right as on the set. A look-alike is no copy: it tells how a rule fares with crowds of that shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from answer_sets import DataSet
from numpy.typing import NDArray

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

_EASIEST, _HARDEST, _STEPS = 8.0, -3.0, 12
_SEEN_HARD = 0.6
"""How often a worker does not see a hard object, and how often the class that misleads is then said."""


@dataclass(frozen=True)
class Alike:
    """What shapes a look-alike.

    `shares`: how often each class is true; `ease`: how much easier than others it is, in logits; `majority`: how often
    a majority is right; `spread`: how workers differ, in logits; `spam`: the share of those who guess or say one class;
    `hard`: the share of hard objects; `load`: the exponent of the power law of workers' loads; `graded`: how far, in
    logits per step, classes are from each other where they are degrees, 0 where they are kinds.
    """

    objects: int
    workers: int
    answers: float
    shares: Sequence[float]
    ease: Sequence[float]
    majority: float
    spread: float
    spam: float
    hard: float
    load: float
    graded: float = 0.0


_EIGHT = (0.6, -0.3, 0.2, -0.5, 0.3, 0.0, 0.4, -0.4)
ALIKES: Mapping[str, Alike] = {
    "textual entailment": Alike(800, 164, 10, (1, 1), (0.3, -0.3), 0.90, 0.8, 0.12, 0.12, 1.0),
    "temporal order": Alike(462, 76, 10, (0.56, 0.44), (0, 0), 0.94, 1.0, 0.2, 0.05, 1.1),
    "bluebirds": Alike(108, 39, 39, (0.45, 0.55), (0.9, -0.5), 0.76, 0.7, 0.1, 0.15, 0.0),
    "dogs": Alike(807, 109, 10, (1, 1, 1, 1), (0, 0, 0.2, -0.2), 0.82, 0.5, 0.05, 0.35, 0.9),
    "web pages": Alike(
        2665, 177, 6, (0.3, 0.2, 0.2, 0.2, 0.1), (0.6, -0.2, -0.4, -0.2, 0.3), 0.75, 0.9, 0.2, 0.15, 1.0, 1.2
    ),
    "relevance, two": Alike(1600, 500, 5, (0.55, 0.45), (0.3, -0.3), 0.66, 1.1, 0.35, 0.2, 1.1),
    "entity links, few workers": Alike(1500, 25, 5.6, (0.8, 0.2), (-0.1, 0.3), 0.74, 0.9, 0.15, 0.25, 0.8),
    "entity links": Alike(1500, 74, 6, (0.8, 0.2), (0.2, -0.1), 0.86, 0.8, 0.1, 0.2, 1.1),
    "weather": Alike(300, 110, 20, (1, 1, 1, 1), (0.3, -0.3, 0.1, -0.1), 0.89, 0.6, 0.1, 0.15, 0.8),
    "faces": Alike(584, 27, 9, (1, 1, 1, 1), (0.5, 0.3, -0.4, -0.3), 0.64, 0.4, 0.0, 0.45, 0.3),
    "products": Alike(3000, 176, 3, (0.88, 0.12), (0.3, -0.5), 0.90, 0.9, 0.05, 0.08, 1.2),
    "tweets": Alike(1000, 85, 20, (0.53, 0.47), (0.4, -0.4), 0.93, 0.8, 0.15, 0.1, 1.0),
    "reviews": Alike(2000, 203, 5.5, (1, 1), (0.2, -0.2), 0.887, 0.8, 0.1, 0.12, 1.1),
    "valence": Alike(100, 38, 10, (3, 5, 4, 5, 3), (0, 0.3, 0.2, 0.2, 0), 0.40, 0.5, 0.05, 0.4, 0.9, 1.0),
    "emotion": Alike(100, 38, 10, (0.7, 0.3), (0.6, -0.5), 0.82, 0.7, 0.05, 0.2, 0.9),
    "adult pages": Alike(333, 269, 10, (0.55, 0.2, 0.15, 0.1), (0.9, -0.4, -0.4, 0.2), 0.76, 0.9, 0.15, 0.2, 1.0, 1.0),
    "ducks": Alike(240, 53, 40, (0.67, 0.33), (0.3, -0.5), 0.75, 1.0, 0.1, 0.25, 0.0),
    "small pictures": Alike(1000, 200, 20, (1,) * 8, (0,) * 8, 0.985, 0.5, 0.02, 0.05, 0.2),
    "music": Alike(700, 44, 4.2, (1,) * 8, _EIGHT, 0.70, 0.9, 0.1, 0.2, 1.0),
    "scenes": Alike(1000, 59, 2.5, (1,) * 8, _EIGHT, 0.77, 0.7, 0.05, 0.2, 1.0),
    "relevance, four": Alike(
        1600, 300, 5, (0.3, 0.3, 0.3, 0.1), (0.3, -0.2, -0.1, -0.4), 0.54, 1.0, 0.25, 0.3, 1.1, 0.8
    ),
    "facts": Alike(576, 48, 6, (0.8, 0.1, 0.1), (0.5, -0.3, -0.5), 0.88, 0.9, 0.1, 0.1, 1.0),
    "two classes, four answers": Alike(600, 40, 4, (1, 1), (0.2, -0.2), 0.80, 0.8, 0.2, 0.1, 0.9),
    "tiny": Alike(80, 20, 5, (1, 1, 1), (0.4, 0, -0.3), 0.78, 0.8, 0.15, 0.15, 0.5),
}


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What chance has decided but the answers: for each answer object, worker and lot, for each object what is true."""

    alike: Alike
    truth: Whole
    object: Whole
    worker: Whole
    unseen: Real
    unlucky: Real
    rates: Real
    skill: Real
    spam: Real

    def labels(self, ease: float) -> Whole:
        """Return the answers where everything is as easy as that, in logits."""
        size = len(self.alike.shares)
        logits = self.rates.copy()
        diagonal = np.arange(size)
        logits[:, diagonal, diagonal] += ease + np.asarray(self.alike.ease) + self.skill
        powers = np.exp(logits - logits.max(axis=2, keepdims=True))
        rates = powers / powers.sum(axis=2, keepdims=True)
        rates = np.where(self.spam[:, :1, None] >= 0, self.spam[:, None, :], rates)
        rows = rates[self.worker, self.truth[self.object]]
        rows = np.where(self.unseen[:, :1] >= 0, self.unseen, rows)
        found: Whole = (rows.cumsum(axis=1) < self.unlucky[:, None]).sum(axis=1).clip(0, size - 1)
        return found

    def majority(self, ease: float) -> float:
        """Return how often a majority is right, a tie counting as the mean over its classes."""
        counts = np.zeros((len(self.truth), len(self.alike.shares)))
        np.add.at(counts, (self.object, self.labels(ease)), 1)
        best = counts == counts.max(axis=1, keepdims=True)
        return float((best[np.arange(len(self.truth)), self.truth] / best.sum(axis=1)).mean())


def alike(name: str, seed: int) -> DataSet:
    """Return the answers of a look-alike; objects and their answers are in random order."""
    dice = np.random.default_rng([seed, list(ALIKES).index(name)])
    drawn = _drawn(ALIKES[name], dice)
    low, high = _HARDEST, _EASIEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if drawn.majority(middle) < drawn.alike.majority else (low, middle)
    answers: dict[str, list[tuple[str, str]]] = {}
    for task, who, label in zip(drawn.object, drawn.worker, drawn.labels(high), strict=True):
        answers.setdefault(str(task), []).append((f"w{who}", f"class {label}"))
    return DataSet(name, answers, {str(task): f"class {label}" for task, label in enumerate(drawn.truth)})


def _drawn(shape: Alike, dice: np.random.Generator) -> _Drawn:
    size = len(shape.shares)
    shares = np.asarray(shape.shares) / np.sum(shape.shares)
    truth = dice.choice(size, shape.objects, p=shares)
    crews = _crews(shape, dice)
    task = np.repeat(np.arange(shape.objects), [len(crew) for crew in crews])
    return _Drawn(
        shape,
        truth,
        task,
        np.concatenate(crews),
        _unseen(shape, task, dice),
        dice.random(len(task)),
        _confusions(shape, dice),
        (
            dice.normal(0, shape.spread, shape.workers)[:, None]
            + dice.normal(0, shape.spread / 2, (shape.workers, size))
        ),
        _spam(shape, shares, dice),
    )


def _crews(shape: Alike, dice: np.random.Generator) -> list[Whole]:
    loads = dice.permutation((1.0 + np.arange(shape.workers)) ** -shape.load)
    counts = np.clip(np.floor(shape.answers + dice.random(shape.objects)), 1, shape.workers).astype(int)
    return [dice.permutation(np.argsort(-(dice.random(shape.workers) ** (1 / loads)))[:count]) for count in counts]


def _unseen(shape: Alike, task: Whole, dice: np.random.Generator) -> Real:
    """Return what is said of hard objects by who does not see them, answers x classes; -1 for all others."""
    size = len(shape.shares)
    misled = np.eye(size)[dice.integers(0, size, shape.objects)] * _SEEN_HARD + (1 - _SEEN_HARD) / size
    hard = (dice.random(shape.objects) < shape.hard)[task] & (dice.random(len(task)) < _SEEN_HARD)
    return np.where(hard[:, None], misled[task], -1.0)


def _confusions(shape: Alike, dice: np.random.Generator) -> Real:
    """Return what workers confuse, in logits: workers x true classes x classes said."""
    size, workers = len(shape.shares), shape.workers
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    kinds = dice.normal(0, 0.6, (size, size)) * (1 - np.eye(size)) if size > 2 else np.zeros((size, size))
    common = -shape.graded * steps if shape.graded else kinds
    own = dice.normal(0, 0.4 * shape.spread, (workers, size, size))
    return np.asarray(common + own + dice.normal(0, shape.spread / 2, (workers, 1, size)))


def _spam(shape: Alike, shares: Real, dice: np.random.Generator) -> Real:
    """Return what is said by who does not look, workers x classes; -1 for all others."""
    size, kind = len(shares), dice.random(shape.workers)
    always = 0.96 * np.eye(size)[dice.choice(size, shape.workers, p=shares)] + 0.04 / size
    found = np.where((kind < shape.spam)[:, None], 1 / size, -1.0)
    return np.where((kind < shape.spam / 2)[:, None], always, found)
