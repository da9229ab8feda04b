"""Trace files: every sample exact, extremes and gaps at every level, the first view in the last bytes of the file."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from support.fakes import ByteSink
from support.trace_file_reader import ABOUT, TAIL_BYTES, TraceFileReader, trace_file

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.signals.clock import Clock, Steady, clocks
from tracemark_plotting.signals.levels import FACTOR, Level
from tracemark_plotting.signals.trace_file import About, write_trace_file
from tracemark_plotting.trace import ChannelTrace, Recorded, Trace

START = datetime(2026, 11, 2, 8)

Values = npt.NDArray[np.float64]

_ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=False, width=64)
_SAMPLES = st.tuples(st.integers(1, 200), st.integers(1, 3)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=_ANY_NUMBER)
)


def _noise(samples: int, columns: int = 1, seed: int = 0) -> Values:
    return np.random.default_rng(seed).normal(size=(samples, columns))


def _brute_force(samples: Values, run: int) -> list[tuple[float, float, bool]]:
    runs = [samples[first : first + run] for first in range(0, len(samples), run)]
    return [
        (min(there), max(there), len(there) < len(each)) if len(there) else (np.nan, np.nan, True)
        for each in runs
        for there in [each[~np.isnan(each)]]
    ]


@given(_SAMPLES, st.sampled_from([1, 2, 4, 8]))
def test_a_level_holds_lowest_highest_and_gap_of_each_run(samples: Values, factor: int) -> None:
    level = Level.of(samples, factor)

    for column in range(samples.shape[1]):
        expected = _brute_force(samples[:, column], factor)
        np.testing.assert_array_equal(level.extremes[:, column], [(low, high) for low, high, _ in expected])
        assert level.gaps[:, column].tolist() == [gap for _, _, gap in expected]


@given(_SAMPLES, st.sampled_from([2, 8]), st.sampled_from([2, 4, 8]))
def test_a_coarser_level_is_that_of_the_samples(samples: Values, fine: int, factor: int) -> None:
    coarse = Level.of(samples, fine).coarser(factor)

    expected = Level.of(Level.of(samples, 1).extremes[:, :, 0], 1)
    assert len(expected) == len(samples)
    for column in range(samples.shape[1]):
        wanted = _brute_force(samples[:, column], fine * factor)
        np.testing.assert_array_equal(coarse.extremes[:, column], [(low, high) for low, high, _ in wanted])
        assert coarse.gaps[:, column].tolist() == [gap for _, _, gap in wanted]


@pytest.mark.parametrize("samples", [1, 2, 2_047, 2_048, 2_049, 16_385, 150_000, 600_001])
def test_every_sample_is_in_the_file_to_the_last_bit(samples: int) -> None:
    values = _noise(samples, 2)

    found = TraceFileReader(trace_file(values)).samples()

    assert found.tobytes() == values.tobytes()


@pytest.mark.parametrize("samples", [2_049, 16_385, 150_000, 600_001])
def test_every_level_of_a_file_holds_the_extremes_and_gaps_of_its_samples(samples: int) -> None:
    values = _noise(samples, 2)
    values[samples // 3 : samples // 3 + 70, 1] = np.nan
    values[-1, 0] = np.nan

    levels = TraceFileReader(trace_file(values)).levels()

    for run, extremes, gaps in levels:
        for column in range(2):
            expected = _brute_force(values[:, column], run)
            np.testing.assert_array_equal(extremes[:, column], [(low, high) for low, high, _ in expected])
            assert gaps[:, column].tolist() == [gap for _, _, gap in expected]


def test_levels_go_from_fine_to_the_overview() -> None:
    levels = TraceFileReader(trace_file(_noise(600_001))).levels()

    assert [(run, len(extremes)) for run, extremes, _ in levels] == [(8, 75_001), (64, 9_376), (512, 1_172)]


@pytest.mark.parametrize(("samples", "runs"), [(2_048, []), (2_049, [2]), (5_000, [4]), (16_384, [8])])
def test_few_samples_have_no_level_but_the_overview(samples: int, runs: list[int]) -> None:
    assert [run for run, _, _ in TraceFileReader(trace_file(_noise(samples))).levels()] == runs


def test_runs_of_more_than_a_slab_are_reduced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracemark_plotting.signals.trace_file._MOST_RUNS", 4)
    samples = 5 * FACTOR**7

    levels = TraceFileReader(trace_file(np.arange(samples, dtype=np.float64)[:, np.newaxis])).levels()

    assert [(run, len(extremes)) for run, extremes, _ in levels[-2:]] == [(FACTOR**7, 5), (2 * FACTOR**7, 3)]
    run, extremes, _ = levels[-1]
    assert extremes[:, 0].tolist() == [[at, min(at + run, samples) - 1] for at in range(0, samples, run)]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 299_999), max_size=6))
def test_blocks_of_any_length_give_the_same_file(cuts: list[int]) -> None:
    values = _noise(300_000)

    assert trace_file(*np.split(values, sorted(set(cuts)))) == trace_file(values)


def test_time_that_is_not_steady_is_the_first_column() -> None:
    time = np.cumsum(np.random.default_rng(1).uniform(0.1, 5, 5_000))

    reader = TraceFileReader(trace_file(np.column_stack([time, _noise(5_000)]), time=None))

    assert reader.samples()[:, 0].tobytes() == time.tobytes()
    run, extremes, _ = reader.levels()[-1]
    assert extremes[:, 0].tolist() == [[time[at], time[min(at + run, 5_000) - 1]] for at in range(0, 5_000, run)]


@pytest.mark.parametrize(
    ("time", "axis"),
    [
        (np.arange(1_000) * 0.1, Steady(0.0, 0.1)),
        (7.25 + np.arange(1_000) * 50.0, Steady(7.25, 50.0)),
        (np.array([0.0, 1.0, 2.0, 3.5]), None),
        (np.array([0.0, 0.0]), None),
        (np.array([4.0]), None),
        # What a log of three decimals holds is often no multiple of one double.
        (np.array([float(f"{n * 0.1:.1f}") for n in range(1_000)]), None),
    ],
)
def test_a_steady_time_gives_every_moment_to_the_last_digit(time: Values, axis: Steady | None) -> None:
    found = Steady.of(time)

    assert found == axis
    assert found is None or found.moments(len(time)).tobytes() == time.tobytes()


@pytest.mark.parametrize("columns", [1, 3, 12])
def test_overview_and_directory_are_in_the_last_bytes(columns: int) -> None:
    data = trace_file(_noise(400_000, columns))

    level = TraceFileReader(data).directory["clocks"][0]["levels"][-1]

    assert level["extremes"] >= len(data) - TAIL_BYTES
    assert data[-TAIL_BYTES:].count(b'"tracemark_trace"') == 1


def test_the_last_bytes_do_not_grow_with_the_log() -> None:
    short, long = trace_file(_noise(300_000)), trace_file(_noise(2_400_000))

    behind = [
        len(data) - TraceFileReader(data).directory["clocks"][0]["levels"][-1]["extremes"] for data in (short, long)
    ]

    assert behind[1] - behind[0] < 4_096


def test_clocks_of_their_own_lie_in_one_file_and_share_its_last_bytes() -> None:
    fast, slow = Channel("fast", 1, "Fast", "V", "fast"), Channel("slow", 2, "Slow", "°C", "slow")
    sink = io.BytesIO()

    write_trace_file(
        ABOUT,
        [Clock((fast,), Steady(0, 0.01), [_noise(500_000)]), Clock((slow,), Steady(0.5, 10), [_noise(50)])],
        sink,
    )

    reader = TraceFileReader(sink.getvalue())
    assert [len(reader.samples(clock)) for clock in (0, 1)] == [500_000, 50]
    assert [clock["channels"][0]["key"] for clock in reader.directory["clocks"]] == ["fast", "slow"]


def test_the_directory_says_what_a_channel_is() -> None:
    directory = TraceFileReader(trace_file([[1.5], [np.nan], [-2.0]])).directory

    channel = {"key": "a", "title": "Channel a", "unit": "A", "lowest": -2.0, "highest": 1.5, "missing": 1}
    assert (directory["version"], directory["notes"], directory["start"]) == (1, [], None)
    assert directory["time"] == {"title": "Time since arc start", "unit": "ms"}
    assert directory["clocks"][0]["channels"] == [channel]
    assert directory["clocks"][0]["steady"] == {"start": 0.0, "step": 0.1}


def test_zarr_opens_the_file(tmp_path: Path) -> None:
    values = _noise(20_000, 2)
    values[5:9, 0] = np.nan
    (tmp_path / "log.zarr.zip").write_bytes(trace_file(values))

    names = ("samples", "overview", "overview-gaps")
    with zarr.storage.ZipStore(tmp_path / "log.zarr.zip", mode="r") as store:
        found = [np.asarray(zarr.open_array(store, path=f"clock0/{name}", mode="r")[:]) for name in names]

    level = Level.of(values, 16)
    np.testing.assert_array_equal(found[0], values)
    np.testing.assert_array_equal(found[1], level.extremes)
    np.testing.assert_array_equal(found[2], level.gaps)


def test_a_file_that_goes_straight_to_s3_is_a_whole_zip(tmp_path: Path) -> None:
    values, sink = _noise(20_000), ByteSink()

    write_trace_file(ABOUT, [Clock((Channel("a", 0, "A", "", "a"),), Steady(0, 1), [values])], sink)

    (tmp_path / "log.zarr.zip").write_bytes(sink.data)
    assert TraceFileReader(bytes(sink.data)).samples().tobytes() == values.tobytes()
    with ZipFile(tmp_path / "log.zarr.zip") as found:
        assert found.testzip() is None
    with zarr.storage.ZipStore(tmp_path / "log.zarr.zip", mode="r") as store:
        np.testing.assert_array_equal(zarr.open_array(store, path="clock0/samples", mode="r")[:], values)


def test_the_same_log_gives_the_same_bytes() -> None:
    assert trace_file(_noise(3_000)) == trace_file(_noise(3_000))


def test_nothing_in_the_file_is_compressed_and_its_checksums_hold() -> None:
    with ZipFile(io.BytesIO(trace_file(_noise(3_000)))) as found:
        assert {entry.compress_type for entry in found.infolist()} == {0}
        assert found.testzip() is None


def test_documents_are_strict_json() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    with ZipFile(io.BytesIO(trace_file(_noise(3_000)))) as found:
        for name in found.namelist():
            if name.endswith("zarr.json"):
                json.loads(found.read(name), parse_constant=refuse)


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    def peak(slabs: int) -> int:
        def blocks() -> Iterator[Values]:
            for number in range(slabs):
                yield _noise(FACTOR**5, 1, number)

        channel = Channel("a", 1, "A", "", "a")
        with (tmp_path / f"{slabs}").open("wb+") as sink:
            tracemalloc.start()
            write_trace_file(ABOUT, [Clock((channel,), Steady(0, 1), blocks())], sink)
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return found

    # Twice the samples are 34 MB more.
    assert peak(256) < peak(128) + 4_000_000


def test_channels_of_one_axis_share_a_clock_and_others_have_their_own() -> None:
    shared, own = np.arange(5.0), np.array([0.5, 2.5])
    channels = [ChannelTrace(Channel(key, 0, key, "V", key), values, time) for key, values, time in (
        ("a", shared * 2, None), ("b", own * 3, own), ("c", shared * 4, None),
    )]  # fmt: skip
    trace = Trace(shared, "Time since first sample (s)", tuple(channels), False, 0, ("Rows sorted.",), START)
    sink = io.BytesIO()

    write_trace_file(About.of(trace), clocks(trace), sink)

    reader = TraceFileReader(sink.getvalue())
    keys = [[channel["key"] for channel in clock["channels"]] for clock in reader.directory["clocks"]]
    assert keys == [["a", "c"], ["b"]]
    assert reader.samples(1).tolist() == [[1.5], [7.5]]
    assert reader.directory["time"] == {"title": "Time since first sample", "unit": "s"}
    assert (reader.directory["notes"], reader.directory["start"]) == (["Rows sorted."], "2026-11-02T08:00:00")


def test_a_channel_of_which_only_extremes_were_kept_is_told() -> None:
    channel = ChannelTrace(Channel("a", 0, "Current"), np.array([1.0, 9.0]), None, Recorded(64, 0))
    trace = Trace(np.array([0.0, 1.0]), "Time (s)", (channel,), False, 0)

    said = "Current: 2 extremes of 64 samples; for all of them raise MAX_TRACE_DISK_BYTES."
    assert About.of(trace).notes == (said,)
