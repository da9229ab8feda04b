"""A log that says all that is to be known is read as the samples that it was written from, whatever its layout."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from support.written_logs import Written, written_logs

from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Known
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.trace import read_log

MAY_BE_ASKED = ("or a gap", "thousands or a fraction")
"""A value may look like nobody's, and three digits behind a mark like thousands."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(written_logs())
def test_what_is_guessed_reads_the_samples_that_were_written(log: Written) -> None:
    found = guess_log(LogFile.of(log.data, "log"), Known(), "p")

    if not found.certain:
        assert all(any(each in question.what for each in MAY_BE_ASKED) for question in found.questions)
        return
    assert found.profile is not None
    trace = read_log(LogFile.of(log.data, "log"), found.profile, max_rows=100)
    assert len(trace.channels) == len(log.channels)
    seconds = 1e-3 if trace.time_title.endswith("(ms)") else 1.0
    for channel, values in zip(trace.channels, log.channels, strict=True):
        time = trace.axis(channel)
        np.testing.assert_allclose((time - time[0]) * seconds, log.seconds, atol=1e-6)
        np.testing.assert_array_equal(channel.values, values)
