"""Trace files of logs that are too long for memory: the same bytes as if there were enough of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fakes import ByteSink
from support.log_reading import PLACE, profile_of
from support.trace_file_reader import TraceFileReader

from tracemark.errors import DiskFull
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting import spill as spill_module
from tracemark_plotting import tracks
from tracemark_plotting.logs import chunks
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.signals.clock import clocks
from tracemark_plotting.signals.trace_file import About, write_trace_file
from tracemark_plotting.spill import Spill
from tracemark_plotting.trace import Trace, read_log

CELLS = 600
"""How many numbers memory holds in these tests; a chunk has some hundred rows."""
TWO = "[{key: a, column: A, title: A}, {key: b, column: B, title: B}]"
OWN_CLOCKS = (
    "[{key: a, column: A, title: A, time: {column: t, unit: ms}},"
    " {key: b, column: B, title: B, time: {column: u, unit: ms}}]"
)
PLENTY = 10**9


@contextmanager
def memory(cells: int) -> Iterator[None]:
    """Let memory hold so many numbers, and a chunk of text 4,000 bytes."""
    with (
        patch.object(tracks, "MOST_CELLS", cells),
        patch.object(chunks, "WHOLE_BYTES", 1),
        patch.object(chunks, "CHUNK_BYTES", 4_000),
        patch.object(chunks, "HELD_BYTES", 500),
    ):
        yield


def read(log: str, profile: str, spill: Spill | None, cells: int) -> Trace:
    with memory(cells):
        parsed = SensorProfile.parse(profile.encode(), "profile")
        return read_log(LogFile.of(log.encode(), PLACE), parsed, max_rows=PLENTY, offset=0.25, spill=spill)


def written(log: str, profile: str, cells: int = CELLS, most_bytes: int | None = None) -> bytes:
    sink = ByteSink()
    with Spill(most_bytes) as spill:
        trace = read(log, profile, spill, cells)
        write_trace_file(About.of(trace), clocks(trace), sink)
    return bytes(sink.data)


def log_of(rows: int, seed: int = 0, *, steady: bool = False) -> str:
    random = np.random.default_rng(seed)
    moments = 3 * np.arange(rows) + (0 if steady else random.integers(0, 3, rows))
    values = np.round(random.normal(100, 5, (rows, 2)), 3)
    cells = [["" if random.random() < 0.02 else f"{value}" for value in row] for row in values]
    return "t,A,B\n" + "".join(f"{at},{a},{b}\n" for at, (a, b) in zip(moments, cells, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 3_000), st.integers(0, 2**32 - 1), st.booleans())
def test_a_log_too_long_for_memory_gives_the_file_that_it_gives_otherwise(rows: int, seed: int, steady: bool) -> None:
    log, profile = log_of(rows, seed, steady=steady), profile_of(channels=TWO)

    assert written(log, profile) == written(log, profile, PLENTY)


@pytest.mark.parametrize("rows", [199, 200, 201, 399, 400, 401, 2_047, 2_048, 2_049, 20_001])
def test_every_sample_of_a_log_around_the_bound_is_that_of_the_log(rows: int) -> None:
    log = "t,A,B\n" + "".join(f"{2 * row + row % 2},{row / 8},{-row}\n" for row in range(rows))

    found = TraceFileReader(written(log, profile_of(channels=TWO))).samples()

    row = np.arange(rows)
    assert np.array_equal(found, np.column_stack([2 * row + row % 2 + 0.25, row / 8, -row]))


@pytest.mark.parametrize("rows", [5_000])
def test_channels_with_clocks_of_their_own_are_exact_too(rows: int) -> None:
    log = "t,A,u,B\n" + "".join(
        f"{row},{row % 7},{'' if row % 3 else 2 * row},{'' if row % 3 else row}\n" for row in range(rows)
    )
    profile = profile_of(channels=OWN_CLOCKS).replace("time: {column: t, unit: s}\n", "")

    reader = TraceFileReader(written(log, profile))

    assert [len(reader.samples(0)), len(reader.samples(1))] == [rows, -(-rows // 3)]
    assert written(log, profile) == written(log, profile, PLENTY)


def test_a_channel_of_which_nothing_comes_for_long_is_whole() -> None:
    channels = "[{key: a, column: A, title: A, where: {B: '0'}}, {key: b, column: A, title: B, where: {B: '1'}}]"
    log = "t,A,B\n" + "".join(f"{row},{row},{int(row > 2_500)}\n" for row in range(3_000))
    profile = profile_of(channels=channels)

    assert written(log, profile) == written(log, profile, PLENTY)


def test_a_long_log_is_told_by_its_samples_and_gaps_and_drawn_by_its_extremes() -> None:
    with Spill() as spill:
        first, _ = read(log_of(20_000), profile_of(channels=TWO), spill, CELLS).channels

    assert (first.samples, first.gaps > 0) == (20_000, True)
    assert len(first.values) < 1_000


def test_notes_of_an_exact_file_speak_of_no_extremes() -> None:
    directory = TraceFileReader(written(log_of(5_000), profile_of(channels=TWO))).directory

    assert not [note for note in directory["notes"] if "extremes" in note]


def test_beyond_the_bound_of_the_disk_the_file_has_extremes_and_says_so() -> None:
    reader = TraceFileReader(written(log_of(5_000), profile_of(channels=TWO), most_bytes=60_000))

    said = [note for note in reader.directory["notes"] if "extremes" in note]
    kept = len(reader.samples(0))
    assert said[0] == f"A: {kept:,} extremes of 5,000 samples; for all of them raise MAX_TRACE_DISK_BYTES."
    assert (len(said), kept < 1_000) == (2, True)


def test_without_a_place_for_them_extremes_are_all_there_is() -> None:
    trace = read(log_of(5_000), profile_of(channels=TWO), None, CELLS)

    assert [trace.exact(channel) for channel in trace.channels] == [None, None]


def test_a_log_that_fits_into_memory_needs_no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill_module, "TemporaryFile", lambda **_: pytest.fail("a temporary file was made"))

    with Spill() as spill:
        trace = read(log_of(100), profile_of(channels=TWO), spill, CELLS)

    assert [exact and len(exact.values) for exact in map(trace.exact, trace.channels)] == [100, 100]


def _full_disk(buffering: int) -> IO[bytes]:
    return Path("/dev/full").open("r+b", buffering)


def test_a_disk_that_is_full_is_told_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill_module, "TemporaryFile", _full_disk)

    with pytest.raises(DiskFull) as refused:
        written(log_of(5_000), profile_of(channels=TWO))

    assert str(refused.value).startswith(f"{PLACE}: the disk of temporary files, {tempfile.gettempdir()}, is full")
