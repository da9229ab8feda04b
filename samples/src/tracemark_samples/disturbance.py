"""Short events that break a steady arc, and the mark each leaves on the sensors."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = NDArray[np.float64]


class Disturbance(Protocol):
    """A kind of short event with a relative effect on each sensor.

    `current` and `voltage` are fractions of the sensor's level, `position` is in counts.
    """

    @property
    def current(self) -> float:
        """Effect on the current, as a fraction of its level."""

    @property
    def voltage(self) -> float:
        """Effect on the voltage, as a fraction of its level."""

    @property
    def position(self) -> float:
        """Effect on the electrode position, in counts."""

    def strength(self, rows: int, rng: np.random.Generator) -> Counts:
        """Strength of the event in each of `rows` rows of the steady phase; 0 where nothing happens."""


@dataclass(frozen=True)
class Surge:
    """An event that pushes one way and then dies down, as when the pool falls through the plate."""

    per_thousand_rows: float
    rows: int
    current: float
    voltage: float
    position: float

    def strength(self, rows: int, rng: np.random.Generator) -> Counts:
        """Strength per row, 0 or more, about 1 at each onset; shape (rows,)."""
        decay = np.linspace(1.0, 0.0, self.rows, endpoint=False) ** 1.4
        return _echo(_onsets(rows, self.per_thousand_rows, rng), decay)


@dataclass(frozen=True)
class Burst:
    """An event that shakes both ways, as when an impurity pops in the arc."""

    per_thousand_rows: float
    rows: int
    current: float
    voltage: float
    position: float

    def strength(self, rows: int, rng: np.random.Generator) -> Counts:
        """Strength per row, of either sign, spread about 1 within a burst; shape (rows,)."""
        envelope = _echo(_onsets(rows, self.per_thousand_rows, rng), np.ones(self.rows))
        return envelope * rng.standard_normal(rows)


def _onsets(rows: int, per_thousand_rows: float, rng: np.random.Generator) -> Counts:
    impulses = np.zeros(rows)
    expected = max(min(rows, 2), round(per_thousand_rows * rows / 1000))
    impulses[rng.integers(0, rows, expected)] = rng.uniform(0.7, 1.2, expected)
    return impulses


def _echo(impulses: Counts, kernel: Counts) -> Counts:
    if impulses.size == 0:
        return impulses
    return np.convolve(impulses, kernel)[: impulses.size]
