"""One-to-one matching: which mark of one worker is which mark of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Pair = tuple[int, int]

MAX_EXACT = 200
"""Marks that overlap in one clump: beyond so many, pairs are taken greedily, the nearest first."""


def matched(similarity: Matrix, least: float) -> list[Pair]:
    """Return the pairs (row, column) of the matching with the largest sum of similarities, each at least `least`.

    Rows and columns that no similarity joins are solved apart: marks overlap few others, so clumps are small.
    """
    allowed = np.where(similarity >= max(least, 1e-12), similarity, 0.0)
    pairs: list[Pair] = []
    for rows, columns in _clumps(allowed > 0):
        part = allowed[np.ix_(rows, columns)]
        solve = assigned if min(part.shape) <= MAX_EXACT else _greedy
        pairs += [(rows[row], columns[column]) for row, column in solve(part) if part[row, column] > 0]
    return sorted(pairs)


def assigned(worth: Matrix) -> list[Pair]:
    """Return the assignment of the most worth: each row, or each column where there are fewer, is in one pair.

    The Hungarian method by shortest augmenting paths (Kuhn, Naval Research Logistics Quarterly 2, 1955; Jonker and
    Volgenant, Computing 38, 1987), O(n² m) for n rows and m columns, one numpy row at a time.
    """
    if worth.shape[0] > worth.shape[1]:
        return [(row, column) for column, row in assigned(worth.T)]
    cost = worth.max(initial=0.0) - worth
    size = cost.shape[1]
    potential = np.zeros(size + 1)
    row_potential = np.zeros(cost.shape[0])
    row_of = np.full(size + 1, -1)  # the last column is the root of each search
    for row in range(cost.shape[0]):
        row_of[size] = row
        _augment(cost, potential, row_potential, row_of)
    return [(int(row_of[column]), column) for column in range(size) if row_of[column] >= 0]


def _augment(cost: Matrix, potential: Matrix, row_potential: Matrix, row_of: NDArray[np.int64]) -> None:
    """Give the row at the root a column, moving others along the shortest path; keeps reduced costs at least 0."""
    size = cost.shape[1]
    distance = np.full(size, np.inf)
    before = np.full(size, size)
    is_done = np.zeros(size + 1, dtype=bool)
    at = size
    while row_of[at] >= 0:
        is_done[at] = True
        row = row_of[at]
        reduced = cost[row] - row_potential[row] - potential[:size]
        nearer = ~is_done[:size] & (reduced < distance)
        distance[nearer], before[nearer] = reduced[nearer], at
        free = np.where(is_done[:size], np.inf, distance)
        following = int(free.argmin())
        step = free[following]
        done = np.flatnonzero(is_done)
        row_potential[row_of[done]] += step
        potential[done] -= step
        distance[~is_done[:size]] -= step
        at = following
    while at != size:
        row_of[at] = row_of[before[at]]
        at = int(before[at])


def _clumps(joined: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Return the connected parts of the graph between rows and columns that have an edge."""
    open_rows = set(np.flatnonzero(joined.any(axis=1)).tolist())
    clumps = []
    while open_rows:
        rows, columns = {min(open_rows)}, set[int]()
        fresh = list(rows)
        while fresh:
            reached = set(np.flatnonzero(joined[fresh].any(axis=0)).tolist()) - columns
            columns |= reached
            found = set(np.flatnonzero(joined[:, sorted(reached)].any(axis=1)).tolist()) - rows if reached else set()
            rows |= found
            fresh = sorted(found)
        open_rows -= rows
        clumps.append((sorted(rows), sorted(columns)))
    return clumps


def _greedy(worth: Matrix) -> Sequence[Pair]:
    taken_rows, taken_columns, pairs = set[int](), set[int](), []
    for place in np.argsort(-worth, axis=None, kind="stable"):
        row, column = divmod(int(place), worth.shape[1])
        if worth[row, column] <= 0:
            break
        if row not in taken_rows and column not in taken_columns:
            taken_rows.add(row)
            taken_columns.add(column)
            pairs.append((row, column))
    return pairs
