"""Logs larger than memory: thinned while they are read, without a word less about them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.log_reading import PLACE, profile_of, read, refusal, samples

from tracemark.errors import InvalidLog, ObjectTooLarge
from tracemark_plotting import tracks
from tracemark_plotting.extremes import Extremes
from tracemark_plotting.figures import figures
from tracemark_plotting.logs import chunks
from tracemark_plotting.thinning import thin_evenly

ROWS = 40_000
TWO = "[{key: a, column: A, title: A}, {key: b, column: B, title: B}]"


@pytest.fixture
def small_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of some thousand rows, and room for twice as many numbers."""
    monkeypatch.setattr(chunks, "WHOLE_BYTES", 1)
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 40_000)
    monkeypatch.setattr(chunks, "HELD_BYTES", 500)
    monkeypatch.setattr(tracks, "MOST_CELLS", 20_000)


def _log(rows: int = ROWS, gap_at: int | None = None, spike_at: int = 12_345) -> str:
    values = [f"{row % 100}" for row in range(rows)]
    values[spike_at % rows] = "9999"
    if gap_at is not None:
        values[gap_at] = ""
    return "t,A,B\n" + "".join(f"{row},{value},{row}\n" for row, value in enumerate(values))


@pytest.mark.usefixtures("small_memory")
def test_a_long_log_keeps_its_extremes_its_ends_and_its_counts() -> None:
    trace = read(_log(gap_at=20_000), profile_of(channels=TWO))

    first, second = trace.channels
    assert (first.samples, first.gaps, second.samples, second.gaps) == (ROWS, 1, ROWS, 0)
    assert (float(np.nanmax(first.values)), float(np.nanmin(first.values))) == (9_999.0, 0.0)
    assert trace.axis(first)[np.nanargmax(first.values)] == 12_345
    assert trace.span == (0.0, ROWS - 1.0)
    assert len(first.values) < ROWS / 4


@pytest.mark.usefixtures("small_memory")
def test_a_gap_in_a_long_log_is_still_a_gap() -> None:
    (channel, _) = read(_log(gap_at=20_000), profile_of(channels=TWO)).channels

    assert np.isnan(channel.values).sum() == 1


@pytest.mark.usefixtures("small_memory")
def test_every_channel_of_a_long_log_has_its_own_ascending_time() -> None:
    trace = read(_log(), profile_of(channels=TWO))

    for channel in trace.channels:
        assert len(trace.axis(channel)) == len(channel.values)
        assert np.all(np.diff(trace.axis(channel)) > 0)
    assert trace.axis(trace.channels[0]) is trace.time


@pytest.mark.usefixtures("small_memory")
def test_charts_of_a_long_log_say_how_many_samples_there_were() -> None:
    charts = figures(read(_log(), profile_of(channels=TWO)))

    notes = [chart["layout"]["annotations"][0]["text"] for chart in charts]
    assert notes == [f"{ROWS:,} samples; the extremes of each pixel column are drawn"] * 2
    assert {tuple(chart["layout"]["xaxis"]["range"]) for chart in charts} == {(0.0, ROWS - 1.0)}


@pytest.mark.usefixtures("small_memory")
def test_time_is_watched_from_chunk_to_chunk() -> None:
    rows = [row % 65_536 for row in range(60_000, 60_000 + ROWS)]
    log = "t,A\n" + "".join(f"{row},1\n" for row in rows)

    trace = read(log, profile_of(time="{column: t, unit: ms}"))

    assert trace.span == (60_000.0, 60_000.0 + ROWS - 1)
    assert trace.notes == ("Time began again in line 5538 at the counter of 65,536: it is shown going on.",)


@pytest.mark.usefixtures("small_memory")
def test_a_fault_far_down_is_named_with_its_line() -> None:
    assert f"{PLACE} line {ROWS + 2}: column 2 holds 'x'" in refusal(_log() + f"{ROWS},x,1\n", profile_of(channels=TWO))


@pytest.mark.usefixtures("small_memory")
def test_a_row_that_never_ends_is_refused() -> None:
    with pytest.raises(InvalidLog, match="line 1: a row is longer than 40,000 bytes"):
        read("t,A," + "x" * 200_000, profile_of())


@pytest.mark.usefixtures("small_memory")
def test_a_long_log_cannot_be_sorted_in_bounded_memory() -> None:
    with pytest.raises(ObjectTooLarge, match="the log is too long to be sorted"):
        read(_log(), profile_of("order: sort", channels=TWO))


@pytest.mark.usefixtures("small_memory")
def test_more_rows_than_allowed_end_the_reading_early() -> None:
    with pytest.raises(ObjectTooLarge, match="expected at most 10,000"):
        read(_log(), profile_of(channels=TWO), max_rows=10_000)


@pytest.mark.usefixtures("small_memory")
@pytest.mark.parametrize("lines", ["footer: 2", "footer: End"])
def test_the_footer_of_a_long_log_is_passed_over(lines: str) -> None:
    trace = read(_log() + "End,of\nrecording,0\n", profile_of(lines, channels=TWO))

    assert trace.channels[0].samples == ROWS


@pytest.mark.usefixtures("small_memory")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1252"])
def test_a_long_log_in_any_encoding_is_read(encoding: str) -> None:
    trace = read(_log().encode(encoding), profile_of(f"encoding: {encoding}", channels=TWO))

    assert (trace.channels[1].samples, float(trace.channels[1].values[-1])) == (ROWS, ROWS - 1)


@pytest.mark.usefixtures("small_memory")
def test_line_breaks_in_cells_do_not_end_a_chunk() -> None:
    log = "t,A,B\n" + "".join(f'{row},{row % 7},"a\nb"\n' for row in range(ROWS))

    trace = read(log, profile_of())

    assert (trace.channels[0].samples, trace.span) == (ROWS, (0.0, ROWS - 1.0))


def test_a_log_that_fits_is_not_thinned() -> None:
    trace = read(_log(), profile_of(channels=TWO))

    assert [channel.recorded for channel in trace.channels] == [None, None]
    assert len(samples(trace)) == ROWS


@given(st.integers(1, 5_000), st.integers(100, 400), st.floats(0, 0.3), st.integers(0, 2**32 - 1))
def test_extremes_stay_below_their_bound_and_none_is_lost(count: int, room: int, missing: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(size=count)
    values[random.random(count) < missing] = np.nan
    extremes = Extremes(room)

    for part in np.split(np.arange(count), range(700, count, 700)):
        extremes.add(part.astype(np.float64), values[part])

    assert len(extremes.values) == len(extremes.time) <= room
    assert np.array_equal(values[extremes.time.astype(int)], extremes.values, equal_nan=True)
    assert np.all(np.diff(extremes.time) > 0)
    assert (extremes.time[0], extremes.time[-1]) == (0, count - 1)
    assert {np.fmin.reduce(values), np.fmax.reduce(values)} <= {*extremes.values.tolist()} or np.isnan(values).all()


def test_thinning_by_counts_keeps_ends_extremes_and_first_gaps() -> None:
    values = np.arange(1_000.0)
    values[[500, 501]] = np.nan
    values[123] = -5

    kept = thin_evenly(values, 10)

    assert {0, 999, 123, 500} <= set(kept.tolist())
    assert len(kept) < 40


def test_thinning_a_channel_without_numbers_keeps_its_ends() -> None:
    assert thin_evenly(np.full(100, np.nan), 5).tolist() == [0, 99]


def test_charts_of_channels_with_own_clocks_share_the_span_of_all() -> None:
    channels = (
        "[{key: a, column: A, title: A, time: {column: tA, unit: ms}},"
        " {key: b, column: B, title: B, time: {column: tB, unit: ms}}]"
    )

    profile = profile_of(channels=channels).replace("time: {column: t, unit: s}\n", "")

    charts = figures(read("tA,A,tB,B\n5,1,0,5\n6,2,50,6\n7,3,,\n", profile))

    assert [chart["layout"]["xaxis"]["range"] for chart in charts] == [[0.0, 50.0]] * 2
