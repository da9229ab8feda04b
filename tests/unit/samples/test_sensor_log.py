"""Sensor logs: their layout, and the signature of each kind of weld."""

import io
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from tracemark_samples.classes import WeldClass
from tracemark_samples.errors import CountError, SamplesError
from tracemark_samples.sensor_log import STEP_MS, sensor_log

EVERY_KIND = pytest.mark.parametrize("kind", WeldClass, ids=lambda kind: kind.name.lower())
SEEDS = pytest.mark.parametrize("seed", range(5))


@dataclass(frozen=True)
class Steady:
    """The sensors between a quarter and four fifths of the log, far from strike and ramp-down."""

    position: NDArray[np.float64]
    current: NDArray[np.float64]
    voltage: NDArray[np.float64]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def read(log: bytes) -> NDArray[np.float64]:
    return np.loadtxt(io.BytesIO(log), delimiter=",", ndmin=2)


def steady(kind: WeldClass, seed: int) -> Steady:
    table = read(sensor_log(kind, rng(seed)))
    middle = table[len(table) // 4 : len(table) * 4 // 5]
    return Steady(position=middle[:, 1], current=middle[:, 2], voltage=middle[:, 3])


def roughness(values: NDArray[np.float64]) -> float:
    return float(np.median(np.abs(np.diff(values))))


def outliers(values: NDArray[np.float64], beyond: float) -> int:
    return int(np.count_nonzero(np.abs(values - np.median(values)) > beyond))


@EVERY_KIND
def test_the_same_seed_gives_the_same_bytes(kind: WeldClass) -> None:
    first = sensor_log(kind, rng(3))

    second = sensor_log(kind, rng(3))

    assert first == second


def test_another_seed_gives_other_bytes() -> None:
    first = sensor_log(WeldClass.GOOD_WELD, rng(3))

    second = sensor_log(WeldClass.GOOD_WELD, rng(4))

    assert first != second


@EVERY_KIND
def test_every_row_has_six_numbers(kind: WeldClass) -> None:
    log = sensor_log(kind, rng())

    widths = {len(line.split(",")) for line in log.decode().splitlines()}

    assert widths == {6}


@EVERY_KIND
def test_a_log_has_a_few_hundred_to_two_thousand_rows(kind: WeldClass) -> None:
    log = sensor_log(kind, rng())

    rows = log.count(b"\n")

    assert 200 <= rows <= 2000


@EVERY_KIND
def test_time_rises_in_equal_steps(kind: WeldClass) -> None:
    table = read(sensor_log(kind, rng()))

    steps = set(np.diff(table[:, 0]))

    assert steps == {STEP_MS}


@EVERY_KIND
def test_current_is_zero_before_the_arc(kind: WeldClass) -> None:
    table = read(sensor_log(kind, rng()))

    before = table[table[:, 0] < 0, 2]

    assert before.size > 0
    assert not before.any()


@EVERY_KIND
def test_current_flows_from_time_zero(kind: WeldClass) -> None:
    table = read(sensor_log(kind, rng()))

    at_start = table[table[:, 0] == 0, 2]

    assert at_start > 1000


@EVERY_KIND
def test_current_ramps_down_before_the_arc_breaks(kind: WeldClass) -> None:
    table = read(sensor_log(kind, rng()))
    current = table[table[:, 2] > 0, 2]

    last = float(current[-5:].mean())

    assert 0.2 < last / np.median(current) < 0.5


def test_a_good_weld_is_near_the_levels_of_the_published_example() -> None:
    signals = steady(WeldClass.GOOD_WELD, seed=1)

    levels = (np.median(signals.position), np.median(signals.current), np.median(signals.voltage))

    assert levels == pytest.approx((94.79, 1464, 428), rel=0.01)


@SEEDS
def test_lost_gas_makes_the_voltage_ten_times_rougher_than_a_good_weld(seed: int) -> None:
    good = steady(WeldClass.GOOD_WELD, seed)

    lost = steady(WeldClass.LACK_OF_SHIELDING_GAS, seed)

    assert roughness(lost.voltage) > 10 * roughness(good.voltage)


@SEEDS
def test_lack_of_fusion_has_a_tenth_less_current_than_a_good_weld(seed: int) -> None:
    good = steady(WeldClass.GOOD_WELD, seed)

    unfused = steady(WeldClass.LACK_OF_FUSION, seed)

    assert np.median(unfused.current) < 0.9 * np.median(good.current)


@SEEDS
def test_lack_of_fusion_has_a_tenth_more_voltage_than_a_good_weld(seed: int) -> None:
    good = steady(WeldClass.GOOD_WELD, seed)

    unfused = steady(WeldClass.LACK_OF_FUSION, seed)

    assert np.median(unfused.voltage) > 1.1 * np.median(good.voltage)


@SEEDS
def test_lack_of_fusion_keeps_the_electrode_further_away(seed: int) -> None:
    good = steady(WeldClass.GOOD_WELD, seed)

    unfused = steady(WeldClass.LACK_OF_FUSION, seed)

    assert unfused.position.min() > good.position.max()


@SEEDS
def test_burn_through_shows_as_a_few_collapses_of_the_voltage(seed: int) -> None:
    table = read(sensor_log(WeldClass.BURN_THROUGH, rng(seed)))
    arc = table[(table[:, 0] > 1500) & (table[:, 2] > 1400), 3]

    collapsed = np.count_nonzero(arc < 0.8 * np.median(arc))

    assert 1 <= collapsed <= 30


@SEEDS
def test_burn_through_surges_in_current_where_the_voltage_collapses(seed: int) -> None:
    table = read(sensor_log(WeldClass.BURN_THROUGH, rng(seed)))
    arc = table[(table[:, 0] > 1500) & (table[:, 2] > 1400)]

    worst = arc[np.argmin(arc[:, 3])]

    assert worst[2] > 1.1 * np.median(arc[:, 2])


@SEEDS
def test_contamination_shows_as_bursts_of_the_voltage_both_ways(seed: int) -> None:
    signals = steady(WeldClass.CONTAMINATION, seed)
    swing = signals.voltage - np.median(signals.voltage)

    ups, downs = np.count_nonzero(swing > 30), np.count_nonzero(swing < -30)

    assert min(ups, downs) >= 2


@SEEDS
def test_contamination_is_calm_between_its_bursts(seed: int) -> None:
    signals = steady(WeldClass.CONTAMINATION, seed)

    disturbed = outliers(signals.voltage, beyond=30) / signals.voltage.size

    assert disturbed < 0.2


@SEEDS
def test_a_good_weld_has_no_outliers(seed: int) -> None:
    signals = steady(WeldClass.GOOD_WELD, seed)

    disturbed = outliers(signals.voltage, beyond=30)

    assert disturbed == 0


@SEEDS
def test_high_travel_speed_is_over_in_under_two_thirds_of_the_time(seed: int) -> None:
    good = sensor_log(WeldClass.GOOD_WELD, rng(seed))

    fast = sensor_log(WeldClass.HIGH_TRAVEL_SPEED, rng(seed))

    assert fast.count(b"\n") < good.count(b"\n") * 2 / 3


@SEEDS
def test_high_travel_speed_moves_the_electrode_faster(seed: int) -> None:
    good = steady(WeldClass.GOOD_WELD, seed).position

    fast = steady(WeldClass.HIGH_TRAVEL_SPEED, seed).position

    assert (fast[0] - fast[-1]) / fast.size > 2 * (good[0] - good[-1]) / good.size


@EVERY_KIND
@pytest.mark.parametrize("rows", [1, 2, 7, 30, 31, 60, 5000])
def test_a_log_has_as_many_rows_as_asked_for(kind: WeldClass, rows: int) -> None:
    log = sensor_log(kind, rng(), rows=rows)

    lines = log.count(b"\n")

    assert lines == rows


@pytest.mark.parametrize("rows", [0, -1])
def test_a_log_without_rows_is_refused(rows: int) -> None:
    refusal = pytest.raises(CountError, match=rf"rows is {rows}; expected 1 or more")

    with refusal:
        sensor_log(WeldClass.GOOD_WELD, rng(), rows=rows)


def test_a_refused_number_of_rows_is_an_error_of_this_package() -> None:
    refusal = pytest.raises(SamplesError)

    with refusal:
        sensor_log(WeldClass.GOOD_WELD, rng(), rows=0)


def test_a_log_can_have_a_hundred_thousand_rows() -> None:
    log = sensor_log(WeldClass.CONTAMINATION, rng(), rows=100_000)

    assert log.count(b"\n") == 100_000
