"""What holds for every log: what is written is read back, and what cannot be read is refused with our own errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.log_reading import PLACE
from support.random_logs import WrittenLog, any_logs, documents, written_logs

from tracemark.errors import TracemarkError
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs import chunks
from tracemark_plotting.trace import Trace, read_trace


def _read(data: bytes, profile: bytes) -> Trace:
    return read_trace(data, SensorProfile.parse(profile, "profile"), max_rows=10_000, place=PLACE)


@given(written_logs())
def test_what_is_written_in_any_layout_is_read_back(log: WrittenLog) -> None:
    trace = _read(log.data, log.profile)

    scale = {"Time (ms)": 1e3, "Time (µs)": 1e6, "Time (min)": 1 / 60}.get(trace.time_title, 1.0)
    (channel,) = trace.channels
    assert (trace.time - trace.time[0]).tolist() == pytest.approx([second * scale for second in log.seconds])
    assert [None if np.isnan(value) else round(value, 6) for value in channel.values] == log.values


@given(any_logs() | st.binary(max_size=200), documents())
def test_whatever_comes_is_read_or_refused_with_an_error_of_ours(data: bytes, profile: bytes) -> None:
    try:
        trace = _read(data, profile)
    except TracemarkError:
        return

    for channel in trace.channels:
        axis = trace.axis(channel)
        assert len(axis) == len(channel.values)
        assert np.all(np.isfinite(axis))
        assert np.all(np.diff(axis) >= 0)


@given(written_logs(), st.integers(600, 1_200))
def test_the_size_of_the_chunks_does_not_matter(log: WrittenLog, size: int) -> None:
    whole = _read(log.data, log.profile)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "WHOLE_BYTES", 1)
        patch.setattr(chunks, "CHUNK_BYTES", size)
        patch.setattr(chunks, "HELD_BYTES", 80)

        parts = _read(log.data, log.profile)

    assert (parts.time.tolist(), parts.notes) == (whole.time.tolist(), whole.notes)
    np.testing.assert_array_equal(parts.channels[0].values, whole.channels[0].values)
