"""Sums over groups of rows, and distributions, as arrays of numpy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Truth = NDArray[np.bool_]

# Groups summed at once: their sums stay in the processor's cache, and memory stays bounded whatever the job.
_AT_ONCE = 1_024
# Groups of up to so many rows are summed row by row for many groups at once, larger ones each for itself.
_SHORT = 64

# Sums in another order differ in their last bits; values as close as this are as good as each other.
_DIGITS = 9


@dataclass(frozen=True, eq=False)
class Groups:
    """Rows that belong together: group g is `index[starts[g] : starts[g] + sizes[g]]`; no group is empty."""

    index: Whole
    starts: Whole
    sizes: Whole

    @classmethod
    def of(cls, group: Whole, index: Whole) -> Groups:
        """Group the rows `index` by the numbers `group`, which are 0, 1, … without a gap."""
        order = np.argsort(group, kind="stable")
        sizes = np.bincount(group)
        return cls(index[order], np.cumsum(sizes) - sizes, sizes)

    def sums(self, table: Real) -> Real:
        """Return the sum of each group's rows of `table`, in their order: groups x columns."""
        found = np.empty((len(self.starts), table.shape[1]))
        long = self._by_size[self.sizes[self._by_size] > _SHORT]
        for group in long:
            start = self.starts[group]
            found[group] = table[self.index[start : start + self.sizes[group]]].sum(axis=0)
        for first in range(len(long), len(self.starts), _AT_ONCE):
            groups = self._by_size[first : first + _AT_ONCE]
            found[groups] = self._short_sums(table, groups)
        return found

    def _short_sums(self, table: Real, groups: Whole) -> Real:
        starts, sizes = self.starts[groups], self.sizes[groups]
        found = table.take(self.index[starts], axis=0)
        for row in range(1, sizes[0]):
            count = np.count_nonzero(sizes > row)
            found[:count] += table.take(self.index[starts[:count] + row], axis=0)
        return found

    @cached_property
    def _by_size(self) -> Whole:
        return np.argsort(-self.sizes, kind="stable")


def totals(number: Whole, weights: Real, size: int) -> Real:
    """Return the sum of `weights` for each of the numbers 0 to `size` - 1."""
    return np.bincount(number, weights, size).astype(float)


def normalised(logs: Real) -> Real:
    """Turn rows of logarithms into distributions; the array is used up."""
    logs -= logs.max(axis=1, keepdims=True)
    np.exp(logs, out=logs)
    logs /= logs.sum(axis=1, keepdims=True)
    return logs


def rounded(values: Real) -> Real:
    """Return the values so that those are equal which differ by no more than the order of a sum."""
    found: Real = np.round(values, _DIGITS)
    return found


def leads(weights: Real, label: Whole) -> Real:
    """Return by how much of the whole weight each row's label is before the next class: from -1 to 1."""
    rows = np.arange(len(label))
    others = weights.copy()
    others[rows, label] = 0.0
    found: Real = (weights[rows, label] - others.max(axis=1)) / weights.sum(axis=1)
    return found
