"""The logs that the benchmark of the view looks into: three channels with 20 spikes of a single sample in the first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.signals.clock import Clock, Steady
from tracemark_plotting.signals.trace_file import About, write_trace_file

Values = npt.NDArray[np.float64]

CHANNELS = ("current", "voltage", "flow")
STEP = Steady(0.0, 0.1)
SPIKES = 20
SPIKE = 400.0
_BLOCK = 1 << 17


def spike_at(samples: int) -> list[int]:
    """Return which samples stick out, never one at a round place."""
    return [7 + n * (samples // SPIKES) for n in range(SPIKES)]


def spike_value(number: int) -> float:
    """Return the value of a spike: each has its own."""
    return SPIKE + number


def blocks(samples: int) -> Iterator[Values]:
    """Yield a weld's signals as a steady process with noise, of three digits as recorders write them."""
    random = np.random.default_rng(11)
    spikes = {at: spike_value(number) for number, at in enumerate(spike_at(samples))}
    for first in range(0, samples, _BLOCK):
        count = min(_BLOCK, samples - first)
        time = (first + np.arange(count)) / samples
        current = 180 + 20 * np.sin(40 * time) + random.normal(0, 4, count)
        voltage = 24 + np.cos(25 * time) + random.normal(0, 0.5, count)
        flow = 9 + 30 * np.exp(-((time - 0.2) ** 2) / 0.005) + random.normal(0, 0.1, count)
        found: Values = np.round(np.column_stack([current, voltage, flow]), 3).astype(np.float64)
        for at, value in spikes.items():
            if first <= at < first + count:
                found[at - first, 0] = value
        yield found


def trace_file(folder: Path, samples: int) -> Path:
    """Return the trace file of so many samples a channel, written unless it is there."""
    path = folder / f"{samples}.zarr.zip"
    if not path.exists():
        channels = tuple(Channel(name, n, name.title(), "A", name) for n, name in enumerate(CHANNELS))
        with path.with_suffix(".part").open("wb+") as sink:
            write_trace_file(About("Time since arc start", "ms"), [Clock(channels, STEP, blocks(samples))], sink)
        path.with_suffix(".part").rename(path)
    return path


def text_file(folder: Path, samples: int) -> Path:
    """Return the same log as CSV, as tools read it that know no trace files."""
    path = folder / f"{samples}.csv"
    if not path.exists():
        with path.with_suffix(".part").open("w", encoding="ascii") as sink:
            sink.write(f"time,{','.join(CHANNELS)}\n")
            first = 0
            for block in blocks(samples):
                moments = STEP.start + (first + np.arange(len(block))) * STEP.step
                np.savetxt(sink, np.column_stack([moments, block]), fmt=["%.1f", "%.3f", "%.3f", "%.3f"], delimiter=",")
                first += len(block)
        path.with_suffix(".part").rename(path)
    return path
