"""Named series of a stored log: what there is, and the columns of those that a profile needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tracemark.errors import InvalidLog, quoted
from tracemark.profile.sensor_profile import Column, SensorProfile
from tracemark_plotting.logs.columns import Rows, Ticks, Values

Array = npt.NDArray[Any]

_NAMED = 20


@dataclass(frozen=True, slots=True)
class Series:
    """One series: how a profile calls it, its unit, and how many samples it has.

    clock: the name of the series that is its time in seconds, where the format stores one; else empty.
    rate: samples a second, where the format stores nothing else of its time. group: what belongs together.
    """

    name: str
    samples: int
    unit: str = ""
    clock: str = ""
    rate: float = 0.0
    group: str = ""
    kind: str = "number"


@dataclass(frozen=True)
class Store:
    """An open log: its series in the order of the file, and `read`, which returns the samples of one by its name."""

    place: str
    series: Sequence[Series]
    read: Callable[[str], Array]

    def name(self, column: Column) -> str:
        """Return the name of a column; a position counts the series that are shown, from 0.

        Raises:
            InvalidLog: there is not exactly one such series.
        """
        names = [each.name for each in self.series]
        clocks = {each.clock for each in self.series if each.clock}
        if isinstance(column, int):
            if column < len(names):
                return names[column]
        elif names.count(column) == 1 or column in clocks:
            return column
        have = ", ".join([*names, *sorted(clocks)][:_NAMED])
        raise InvalidLog(
            f"there is not exactly one series {quoted(column)}: there are {quoted(have, 600)}",
            place=self.place,
            expected="every series that the sensor profile names",
            remedy="correct the profile; `tracemark profile guess` shows what the log holds",
        )

    def blocks(self, profile: SensorProfile) -> Iterator[StoredColumns]:
        """Yield the series that a profile needs, in one block."""
        names = dict.fromkeys(map(self.name, profile.columns))
        yield StoredColumns(self.place, self.name, _Arrays(tuple(names), self.read))


class _Arrays(Mapping[str, Array]):
    """Samples that are read when they are first asked for: whoever looks at them next finds them in the cache."""

    def __init__(self, names: Sequence[str], read: Callable[[str], Array]) -> None:
        self._names, self._read = names, read
        self._found: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._found:
            if name not in self._names:
                raise KeyError(name)
            self._found[name] = self._read(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, slots=True)
class StoredColumns:
    """Series in memory: a `Columns`. Those of different clocks may differ in length; `first` is the number of row 0."""

    place: str
    name: Callable[[Column], str]
    arrays: Mapping[str, Array]
    first: int = 0
    rows: Rows | None = None
    passed_over: Mapping[str, int] = field(default_factory=dict)

    def numbers(self, column: Column) -> Values:
        """See `Columns.numbers`."""
        found = self.arrays[self.name(column)]
        if found.dtype == np.float64:
            return found
        if found.dtype.kind in "fiub":
            return found.astype(np.float64)
        try:
            return np.asarray(pd.to_numeric(pd.Series(found)), dtype=np.float64)
        except (ValueError, TypeError) as error:
            raise InvalidLog(
                f"the series {quoted(column)} holds no numbers ({found.dtype})",
                place=self.place,
                expected="a series of numbers",
                remedy="correct the column in the sensor profile",
            ) from error

    def words(self, column: Column) -> pd.Series:
        """See `Columns.words`."""
        found = self.arrays[self.name(column)]
        if found.dtype.kind == "M":
            return pd.Series(found.astype("datetime64[ns]")).dt.tz_localize("UTC")
        if found.dtype.kind in "SO":
            texts = [cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell for cell in found]
            return pd.Series(texts, dtype="str")
        return pd.Series(found.astype(str), dtype="str")

    def ticks(self, column: Column) -> tuple[Ticks, int]:
        """See `Columns.ticks`."""
        found = self.arrays[self.name(column)]
        if found.dtype.kind in "iu" and (found.dtype != np.uint64 or not found.size or int(found.max()) < 2**62):
            return found.astype(np.int64), 1
        raise InvalidLog(
            f"the series {quoted(column)} holds no whole numbers",
            place=self.place,
            expected="whole numbers",
            remedy="correct `time` in the sensor profile",
        )

    def take(self, rows: Rows) -> StoredColumns:
        """See `Columns.take`."""
        beyond = int(rows.max(initial=-1))
        taken = {name: values[rows] for name, values in self.arrays.items() if beyond < len(values)}
        return replace(self, arrays=taken, rows=rows if self.rows is None else self.rows[rows])

    def row_name(self, row: int) -> str:
        """See `Columns.row_name`."""
        return f"sample {self.first + (int(self.rows[row]) if self.rows is not None else row) + 1}"

    def row_text(self, row: int) -> str:
        """See `Columns.row_text`."""
        return ", ".join(f"{name} {values[row]}" for name, values in self.arrays.items() if row < len(values))


def distinct(names: Sequence[str]) -> list[str]:
    """Return the names with a number behind each one that came before."""
    counts: dict[str, int] = {}
    found = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        found.append(name if counts[name] == 1 else f"{name} #{counts[name]}")
    return found
