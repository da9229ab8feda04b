"""Reading small logs in tests: what they become, and with which words they are refused."""

from __future__ import annotations

import numpy as np
import pytest

from tracemark.errors import InvalidLog
from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.trace import Trace, read_trace

PLACE = "s3://bucket/sensor_data/log.csv"
Row = tuple[float | None, ...]


def profile_of(lines: str = "", time: str = "{column: t, unit: s}", channels: str = "") -> str:
    """Return a profile with one channel, column A, unless `channels` says otherwise."""
    listed = channels or "[{key: a, column: A, title: A}]"
    return f"name: p\n{lines}\ntime: {time}\nchannels: {listed}\n"


def read(log: str | bytes, profile: str, *, offset: float = 0.0, max_rows: int = 100_000) -> Trace:
    """Return the trace of a log in UTF-8."""
    data = log.encode() if isinstance(log, str) else log
    parsed = SensorProfile.parse(profile.encode(), "profile")
    return read_trace(data, parsed, max_rows=max_rows, place=PLACE, offset=offset)


def samples(trace: Trace, channel: int = 0) -> list[Row]:
    """Return time and value of each sample of a channel, rounded to 9 digits; a gap as None."""
    found = trace.channels[channel]
    pairs = zip(trace.axis(found).tolist(), found.values.tolist(), strict=True)
    return [(round(time, 9), None if np.isnan(value) else value) for time, value in pairs]


def refusal(log: str | bytes, profile: str) -> str:
    """Return with which words a log is refused."""
    with pytest.raises(InvalidLog) as error:
        read(log, profile)
    return str(error.value)
