"""Thinning: every spike, both ends and every gap survive, whatever the log looks like."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark_plotting.thinning import thin

Values = npt.NDArray[np.float64]

COLUMNS = 830


def _million(seed: int) -> tuple[Values, Values, npt.NDArray[np.intp]]:
    """Noise of a million samples, with one spike of one sample in each of 200 pixel columns, up or down."""
    random = np.random.default_rng(seed)
    time = np.arange(1_000_000, dtype=np.float64)
    values = random.normal(size=time.size)
    width = time.size / COLUMNS
    columns = random.choice(COLUMNS, size=200, replace=False)
    spikes = np.floor((columns + random.uniform(0.05, 0.95, size=columns.size)) * width).astype(np.intp)
    values[spikes] = random.choice([-100.0, 100.0], size=spikes.size)
    return time, values, spikes


@pytest.mark.parametrize("seed", range(8))
def test_every_spike_of_a_single_sample_among_a_million_is_drawn(seed: int) -> None:
    time, values, spikes = _million(seed)

    kept = thin(time, values, COLUMNS)

    assert set(spikes) <= set(kept)


@pytest.mark.parametrize("seed", range(3))
def test_every_spike_among_gaps_is_drawn(seed: int) -> None:
    time, values, spikes = _million(seed)
    ordinary = np.setdiff1d(np.arange(values.size), spikes)
    values[np.random.default_rng(seed).choice(ordinary, size=500_000, replace=False)] = np.nan

    kept = thin(time, values, COLUMNS)

    assert set(spikes) <= set(kept)


@pytest.mark.parametrize("seed", range(3))
def test_every_spike_of_an_unevenly_sampled_log_is_drawn(seed: int) -> None:
    _, values, spikes = _million(seed)
    time = np.cumsum(np.random.default_rng(seed).uniform(0.9, 1.1, size=values.size))
    column = np.floor((time - time[0]) / (time[-1] - time[0]) * COLUMNS)
    alone = [spike for spike in spikes if np.count_nonzero(column[spikes] == column[spike]) == 1]

    kept = thin(time, values, COLUMNS)

    assert set(alone) <= set(kept)


def test_a_burst_and_a_pause_keep_the_extremes_of_each_span_of_time() -> None:
    time = np.concatenate([np.linspace(0, 1, 10_000), np.linspace(99, 100, 10_000)])
    values = np.zeros(time.size)
    values[[5_000, 15_000]] = [7.0, -7.0]

    kept = thin(time, values, 100)

    assert {5_000, 15_000} <= set(kept)


def test_few_points_are_drawn_of_a_million() -> None:
    time, values, _ = _million(0)

    kept = thin(time, values, COLUMNS)

    assert len(kept) <= 2 * COLUMNS + 2


def test_gaps_at_most_double_the_points() -> None:
    time, values, _ = _million(0)
    values[1::2] = np.nan

    kept = thin(time, values, COLUMNS)

    assert len(kept) <= 4 * COLUMNS + 4


def test_a_short_log_is_drawn_whole() -> None:
    time = np.arange(2 * COLUMNS, dtype=np.float64)

    assert thin(time, np.sin(time), COLUMNS).tolist() == list(range(2 * COLUMNS))


def test_one_sample_more_is_thinned() -> None:
    time = np.arange(2_001, dtype=np.float64)

    assert len(thin(time, np.zeros(2_001), 10)) < 2_001


def test_the_first_and_the_last_finite_sample_are_drawn() -> None:
    time = np.arange(10_000, dtype=np.float64)
    values = np.cos(time / 1_000)
    values[:137] = values[-211:] = np.nan

    kept = thin(time, values, 50)

    assert (kept[0], kept[-1]) == (137, 10_000 - 212)


@pytest.mark.parametrize(
    "time",
    [
        np.zeros(5_000),
        np.full(5_000, 1.7e15),
        np.repeat([0.0, 1.0], 2_500),
        np.arange(5_000) * 1e-9 + 1.0,
        np.arange(5_000) * 0.125 + 1.7e15,
        np.arange(5_000) * 5e-324,
        np.linspace(-0.8e308, 0.8e308, 5_000),
        np.where(np.arange(5_000) < 2_500, -1.5e308, 1.5e308),
        np.concatenate([np.linspace(0, 1, 4_999), [1e12]]),
        np.concatenate([[-1e12], np.linspace(0, 1, 4_999)]),
    ],
    ids=[
        "one moment",
        "one late moment",
        "two moments",
        "short",
        "late",
        "denormal",
        "huge",
        "endless",
        "end",
        "start",
    ],
)
def test_a_strange_time_axis_loses_neither_extremes_nor_ends(time: Values) -> None:
    values = np.sin(np.arange(5_000) / 50.0)
    values[[1_234, 4_321]] = [9.0, -9.0]

    kept = thin(time, values, 100)

    assert {0, 1_234, 4_321, 4_999} <= set(kept)


@pytest.mark.parametrize("value", [0.0, -3.5, 1e300])
def test_a_constant_channel_is_drawn_from_end_to_end(value: float) -> None:
    time = np.arange(5_000, dtype=np.float64)

    kept = thin(time, np.full(5_000, value), 100)

    assert (kept[0], kept[-1]) == (0, 4_999)


def test_a_single_finite_sample_is_drawn() -> None:
    values = np.full(5_000, np.nan)
    values[2_222] = 1.0

    assert thin(np.arange(5_000, dtype=np.float64), values, 100).tolist() == [2_222]


cells = st.sampled_from([np.nan, np.nan, -1.0, 0.0, 1.0, 5.0])
steps = st.sampled_from([0.0, 0.0, 0.1, 1.0, 50.0])
logs = st.lists(st.tuples(steps, cells), min_size=2, max_size=200).filter(
    lambda rows: any(np.isfinite(value) for _, value in rows)
)


def _arrays(log: list[tuple[float, float]]) -> tuple[Values, Values]:
    rows = np.asarray(log)
    return np.cumsum(rows[:, 0]), rows[:, 1].copy()


@given(logs, st.integers(2, 12))
def test_between_two_neighbours_drawn_there_is_a_gap_exactly_where_the_log_has_one(
    log: list[tuple[float, float]], columns: int
) -> None:
    time, values = _arrays(log)
    kept = thin(time, values, columns)

    missing = np.isnan(values)
    drawn = [index for index in kept if not missing[index]]
    gaps_drawn = [bool(missing[[i for i in kept if a < i < b]].any()) for a, b in pairwise(drawn)]

    assert gaps_drawn == [bool(missing[a:b].any()) for a, b in pairwise(drawn)]


@given(logs, st.integers(2, 12))
def test_indices_ascend_within_the_log_and_are_bounded(log: list[tuple[float, float]], columns: int) -> None:
    time, values = _arrays(log)

    kept = thin(time, values, columns)

    assert np.all(np.diff(kept) > 0)
    assert 0 <= kept[0] <= kept[-1] < len(values)
    assert len(kept) <= max(2 * columns, 4 * columns + 3)


@given(logs, st.integers(2, 12))
def test_the_lowest_and_the_highest_value_are_drawn(log: list[tuple[float, float]], columns: int) -> None:
    time, values = _arrays(log)

    kept = values[thin(time, values, columns)]

    assert (np.nanmin(kept), np.nanmax(kept)) == (np.nanmin(values), np.nanmax(values))
