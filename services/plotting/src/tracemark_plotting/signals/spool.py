"""The levels of a clock while its samples pass by: kept on disk as soon as they are large."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO

import numpy as np

from tracemark_plotting.signals.levels import FACTOR, Level, Values

_SPOOLED_LEVELS = 6
SLAB_SAMPLES = FACTOR**_SPOOLED_LEVELS
"""Samples that are reduced together: a whole number of runs of every spooled level."""

_MEMORY_BYTES = 4 * 1024 * 1024
_PIECE_RUNS = 1 << 14


class LevelSpool:
    """Takes slabs of `SLAB_SAMPLES` samples, the last maybe fewer, and gives back their levels."""

    def __init__(self, columns: int) -> None:
        self._stack = ExitStack()
        self._columns = columns
        self._spools = [_Spool.new(columns, self._stack) for _ in range(_SPOOLED_LEVELS)]
        self._first = np.empty((0, columns))
        self.samples = 0
        self.missing = np.zeros(columns, dtype=np.int64)
        self.lowest = np.full(columns, np.nan)
        self.highest = np.full(columns, np.nan)

    def __enter__(self) -> LevelSpool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    def add(self, slab: Values) -> None:
        """Take the next samples, shape (samples, columns)."""
        if not self.samples:
            self._first = slab
        self.samples += len(slab)
        self.missing += np.count_nonzero(np.isnan(slab), axis=0)
        level = Level.of(slab, FACTOR)
        for number, spool in enumerate(self._spools):
            level = level.coarser(FACTOR) if number else level
            spool.append(level)
        self.lowest = np.fmin(self.lowest, np.fmin.reduce(level.extremes[:, :, 0], axis=0))
        self.highest = np.fmax(self.highest, np.fmax.reduce(level.extremes[:, :, 1], axis=0))

    def level(self, power: int) -> Iterator[Level]:
        """Yield the level whose runs hold `FACTOR ** power` samples, in pieces; power: at least 1."""
        if power <= _SPOOLED_LEVELS:
            yield from self._spools[power - 1].pieces()
            return
        yield Level.joined(list(self._spools[-1].pieces())).coarser(FACTOR ** (power - _SPOOLED_LEVELS))

    def overview(self, most_runs: int) -> tuple[int, Level]:
        """Return the finest level of at most `most_runs` runs whose length is a power of two, and that length."""
        run = 1 << max(0, math.ceil(math.log2(self.samples / most_runs)))
        power = int(math.log2(run)) // int(math.log2(FACTOR))
        rest = run // FACTOR**power
        if power == 0:  # so few samples that the first slab holds them all
            return run, Level.of(self._first, rest)
        return run, Level.joined(list(self.level(power))).coarser(rest)


@dataclass(slots=True)
class _Spool:
    columns: int
    extremes: IO[bytes]
    gaps: IO[bytes]
    runs: int = field(default=0)

    @classmethod
    def new(cls, columns: int, stack: ExitStack) -> _Spool:
        def spooled() -> IO[bytes]:
            return stack.enter_context(SpooledTemporaryFile(_MEMORY_BYTES))

        return cls(columns, spooled(), spooled())

    def append(self, level: Level) -> None:
        self.extremes.write(level.extremes.tobytes())
        self.gaps.write(level.gaps.tobytes())
        self.runs += len(level)

    def pieces(self) -> Iterator[Level]:
        self.extremes.seek(0)
        self.gaps.seek(0)
        for first in range(0, self.runs, _PIECE_RUNS):
            runs = min(_PIECE_RUNS, self.runs - first)
            extremes = np.frombuffer(self.extremes.read(runs * self.columns * 16), dtype=np.float64)
            gaps = np.frombuffer(self.gaps.read(runs * self.columns), dtype=np.uint8)
            yield Level(extremes.reshape(runs, self.columns, 2), gaps.reshape(runs, self.columns))
