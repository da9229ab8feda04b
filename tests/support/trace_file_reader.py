"""A trace file as a browser reads it: by its directory and ranges of bytes, never as a whole."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

import numpy as np
import numpy.typing as npt

from tracemark.profile.sensor_profile import Channel
from tracemark_plotting.signals.clock import Clock, Steady
from tracemark_plotting.signals.trace_file import About, write_trace_file

Values = npt.NDArray[np.float64]

TAIL_BYTES = 192 * 1024
ABOUT = About("Time since arc start", "ms")
TENTHS = Steady(0.0, 0.1)


@dataclass(frozen=True)
class TraceFileReader:
    """Reads `data` and keeps to what the directory says."""

    data: bytes

    @property
    def directory(self) -> Any:
        """What the root's attributes say."""
        with ZipFile(io.BytesIO(self.data)) as found:
            return json.loads(found.read("zarr.json"))["attributes"]["tracemark_trace"]

    def samples(self, clock: int = 0) -> Values:
        """Return every sample of a clock, the time column first when there is one."""
        found = self.directory["clocks"][clock]
        columns = len(found["channels"]) + int(found["steady"] is None)
        return self._numbers(found["samples"]["offset"], found["samples"]["count"] * columns).reshape(-1, columns)

    def levels(self, clock: int = 0) -> list[tuple[int, Values, npt.NDArray[np.uint8]]]:
        """Return run length, extremes and gaps of each level, in the order of the directory."""
        found = self.directory["clocks"][clock]
        columns = len(found["channels"]) + int(found["steady"] is None)
        return [self._level(level, columns) for level in found["levels"]]

    def _level(self, level: Any, columns: int) -> tuple[int, Values, npt.NDArray[np.uint8]]:
        count = level["count"]
        extremes = self._numbers(level["extremes"], count * columns * 2).reshape(count, columns, 2)
        if level["gaps"] is None:
            return level["run"], extremes, np.zeros((count, columns), dtype=np.uint8)
        gaps = np.frombuffer(self.data, np.uint8, count * columns, level["gaps"])
        return level["run"], extremes, gaps.reshape(count, columns)

    def _numbers(self, offset: int, count: int) -> Values:
        return np.frombuffer(self.data, "<f8", count, offset)


def trace_file(*blocks: Any, time: Steady | None = TENTHS, keys: str = "") -> bytes:
    """Return the trace file of one clock, its blocks of shape (samples, columns); a channel for each letter."""
    sink = io.BytesIO()
    arrays = [np.asarray(block, dtype=np.float64) for block in blocks]
    channels = arrays[0].shape[1] - int(time is None)
    named = [Channel(key, n, f"Channel {key}", "A", key) for n, key in enumerate(keys or "abcdefghijklm"[:channels])]
    write_trace_file(ABOUT, [Clock(tuple(named), time, arrays)], sink)
    return sink.getvalue()


def clocks_file(*clocks: tuple[Steady, Any]) -> bytes:
    """Return the trace file of steady clocks, each with one channel, `c0`, `c1` and so on."""
    sink = io.BytesIO()
    made = [
        Clock((Channel(f"c{n}", n, f"Channel {n}", "A", f"c{n}"),), time, [np.asarray(values, dtype=np.float64)])
        for n, (time, values) in enumerate(clocks)
    ]
    write_trace_file(ABOUT, made, sink)
    return sink.getvalue()
