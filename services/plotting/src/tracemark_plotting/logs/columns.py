"""What every format gives: the columns of a log, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracemark.profile.sensor_profile import Column

Values = npt.NDArray[np.float64]
Ticks = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


class Columns(Protocol):
    """Consecutive rows of a log.

    Columns of a format that knows no rows may differ in length, as long as a channel and its time do not.
    """

    @property
    def place(self) -> str:
        """How errors call the log."""

    @property
    def passed_over(self) -> Mapping[str, int]:
        """How many rows were not taken, by what they are (`repeated headers`), without blank ones."""

    def numbers(self, column: Column) -> Values:
        """Return a numeric column; what is missing is NaN, what is infinite stays infinite.

        Raises:
            InvalidLog: there is not exactly one such column, or a cell is no number; the error names its place.
        """

    def words(self, column: Column) -> pd.Series:
        """Return a column as text, or as datetime64 where the format stores moments; what is missing is NaN or NaT.

        Raises:
            InvalidLog: there is not exactly one such column.
        """

    def ticks(self, column: Column) -> tuple[Ticks, int]:
        """Return a numeric column without loss, as whole ticks, and how many ticks make one.

        It is asked for where a float would round: epochs in nanoseconds, or in seconds with many digits.

        Raises:
            InvalidLog: a cell is missing or no such number; the error names its place.
        """

    def take(self, rows: Rows) -> Columns:
        """Return the rows at these 0-based positions, ascending."""

    def row_name(self, row: int) -> str:
        """Return how errors call the 0-based `row` of this block, such as `line 12`."""

    def row_text(self, row: int) -> str:
        """Return a 0-based row as it is written, for errors."""
