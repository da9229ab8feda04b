"""Simulated crowds of many shapes, with their true labels: what real ones do to a rule, one thing at a time."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer_sets import DataSet


@dataclass(frozen=True)
class Shape:
    """How a crowd answers.

    `shares`: how often each class is true. `accuracy`: how often it is answered rightly, by class. `spread`: the
    standard deviation of workers around that. `bias`: which share of the errors all workers make alike, towards the
    class's own wrong one. `spammers`, `constant`: shares of workers who guess and who say one class whatever they see.
    `hard`: the share of objects of which workers see little, `misleading` ones all alike. `copying`: the share of
    workers in each of two cliques who copy the first of theirs. `busy`: the exponent by which some workers do most.
    """

    objects: int
    workers: int
    answers: int
    shares: Sequence[float]
    accuracy: Sequence[float]
    spread: float = 0.12
    bias: float = 0.0
    spammers: float = 0.0
    constant: float = 0.0
    hard: float = 0.0
    misleading: bool = False
    copying: float = 0.0
    busy: float = 0.7


SHAPES: Mapping[str, Shape] = {
    "spammers": Shape(600, 80, 7, (1, 1, 1), (0.8,) * 3, spammers=0.3),
    "one class always": Shape(600, 80, 6, (3, 1), (0.8, 0.75), constant=0.25),
    "shared bias": Shape(600, 50, 5, (2, 1, 1), (0.85, 0.55, 0.6), bias=0.8),
    "right on one class": Shape(400, 39, 20, (1, 1), (0.78, 0.52), spread=0.15, busy=0.0),
    "unequal classes": Shape(1_200, 100, 3, (7, 1), (0.93, 0.62)),
    "cliques": Shape(500, 40, 7, (1, 1, 1), (0.65,) * 3, copying=0.2),
    "hard objects": Shape(500, 60, 10, (1, 1, 1, 1), (0.72,) * 4, hard=0.3),
    "misleading objects": Shape(500, 60, 10, (1, 1, 1, 1), (0.75,) * 4, hard=0.3, misleading=True),
    "eight classes": Shape(700, 44, 4, (1,) * 8, (0.65,) * 8, spread=0.2, bias=0.3),
    "two answers": Shape(800, 100, 2, (1, 1, 1), (0.75,) * 3, spread=0.18),
    "few answers per worker": Shape(200, 200, 3, (1, 1), (0.75, 0.7), busy=0.0),
    "everyone answers": Shape(108, 39, 39, (1, 1), (0.75, 0.6), busy=0.0),
    "easy": Shape(600, 100, 3, (1, 1, 1, 1), (0.92,) * 4),
}


def crowd(name: str, seed: int) -> DataSet:
    """Return the answers of a crowd of a shape, its objects and answers in random order."""
    shape, dice = SHAPES[name], random.Random(f"{name} {seed}")
    classes = [f"class {number}" for number in range(len(shape.shares))]
    matrices = [_matrix(shape, dice) for _ in range(shape.workers)]
    leaders = _leaders(shape, dice)
    misled = [dice.randrange(len(classes)) for _ in classes]
    answers, truth = {}, {}
    for number in range(shape.objects):
        true = dice.choices(range(len(classes)), shape.shares)[0]
        rates = _rates_of_object(shape, misled[true], dice)
        truth[str(number)] = classes[true]
        answers[str(number)] = [
            (f"w{worker}", classes[label]) for worker, label in _answers(shape, true, rates, matrices, leaders, dice)
        ]
    return DataSet(name, answers, truth)


def _matrix(shape: Shape, dice: random.Random) -> list[list[float]]:
    """Return how often a worker says each class, by true class."""
    size, kind = len(shape.shares), dice.random()
    if kind < shape.spammers:
        return [[1 / size] * size for _ in range(size)]
    if kind < shape.spammers + shape.constant:
        always = dice.randrange(size)
        return [[0.96 * (said == always) + 0.04 / size for said in range(size)] for _ in range(size)]
    skill = dice.gauss(0, shape.spread)
    return [_row(shape, true, skill) for true in range(size)]


def _row(shape: Shape, true: int, skill: float) -> list[float]:
    size = len(shape.shares)
    accuracy = min(0.98, max(0.05, shape.accuracy[true] + skill))
    wrong = 1 - accuracy
    row = [wrong * (1 - shape.bias) / (size - 1)] * size
    row[(true + 1) % size] += wrong * shape.bias
    row[true] = accuracy
    return row


def _leaders(shape: Shape, dice: random.Random) -> list[int]:
    """Return the clique of each worker, 0 for none."""
    return dice.choices((0, 1, 2), (max(0.0, 1 - 2 * shape.copying), shape.copying, shape.copying), k=shape.workers)


def _rates_of_object(shape: Shape, misled: int, dice: random.Random) -> Sequence[float] | None:
    """Return what workers say of a hard object where they do not see it; None for an easy one."""
    if dice.random() >= shape.hard:
        return None
    size = len(shape.shares)
    return [0.7 * (said == misled) + 0.3 / size for said in range(size)] if shape.misleading else [1 / size] * size


def _answers(
    shape: Shape,
    true: int,
    unseen: Sequence[float] | None,
    matrices: Sequence[Sequence[Sequence[float]]],
    cliques: Sequence[int],
    dice: random.Random,
) -> list[tuple[int, int]]:
    weights = [(worker + 1) ** -shape.busy for worker in range(shape.workers)]
    order = sorted(range(shape.workers), key=lambda worker: dice.random() ** (1 / weights[worker]), reverse=True)
    said: dict[int, int] = {}
    found = []
    for worker in order[: shape.answers]:
        rates = unseen if unseen is not None and dice.random() < 0.65 else matrices[worker][true]
        label = dice.choices(range(len(rates)), rates)[0]
        if cliques[worker] and dice.random() < 0.8:
            label = said.setdefault(cliques[worker], label)
        found.append((worker, label))
    return found
