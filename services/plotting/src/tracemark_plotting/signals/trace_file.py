"""Writing a trace file: in one pass over the samples, in memory that does not grow with their number.

docs/reference/trace-file.md describes what is written.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from tracemark.document import Json
from tracemark.profile.time import TimeUnit
from tracemark.storage.objects import Sink
from tracemark_plotting.signals.clock import Clock, Values
from tracemark_plotting.signals.levels import FACTOR
from tracemark_plotting.signals.spool import SLAB_SAMPLES, LevelSpool
from tracemark_plotting.signals.zarr_zip import ArraySpec, Placed, ZarrZip
from tracemark_plotting.trace import Trace

VERSION = 1
MEDIA_TYPE = "application/zip"

_SYMBOLS = {unit.symbol for unit in TimeUnit if unit is not TimeUnit.UNKNOWN}
_CHUNK = 4096
# A reader asks for the last 192 KiB first; the overviews of all clocks, with the directory behind them, fit in.
_OVERVIEW_BYTES = 144 * 1024
_MOST_RUNS = 2048
_LEAST_RUNS = 16
_RUN_BYTES = 2 * 8 + 1


@dataclass(frozen=True, slots=True)
class About:
    """What holds for the whole log.

    time: what the axis of time says, such as `Time since arc start`. unit: its unit, as it is shown; empty where nobody
    knows it. notes: what was
    done to the log, in plain words. start: the moment at which time is 0, where the log tells.
    """

    time: str
    unit: str
    notes: tuple[str, ...] = ()
    start: datetime | None = None

    @classmethod
    def of(cls, trace: Trace) -> About:
        """Return what holds for a trace, whose title of time ends in the unit in brackets unless that is unknown."""
        title, _, unit = trace.time_title.removesuffix(")").rpartition(" (")
        if unit not in _SYMBOLS:
            title, unit = trace.time_title, ""
        return cls(title, unit, (*trace.notes, *_thinned(trace)), trace.start)

    def to_json(self) -> dict[str, Json]:
        """Return `{"version", "time": {"title", "unit"}, "notes", "start"}`."""
        start = self.start.isoformat() if self.start else None
        time = {"title": self.time, "unit": self.unit}
        return {"version": VERSION, "time": time, "notes": list(self.notes), "start": start}


def _thinned(trace: Trace) -> Iterator[str]:
    """Yield what is to be said of channels of which only the extremes were kept while the log was read."""
    for each in trace.channels:
        if trace.exact(each) is None:
            title, count, kept = each.channel.title, each.samples, len(each.values)
            yield f"{title}: {kept:,} extremes of {count:,} samples; for all of them raise MAX_TRACE_DISK_BYTES."


def write_trace_file(about: About, clocks: Sequence[Clock], sink: Sink) -> None:
    """Write the samples of `clocks`, their levels and their overview into `sink`, which is empty."""
    most_runs = _most_runs(sum(clock.columns for clock in clocks))
    with ExitStack() as stack:
        file = ZarrZip(sink)
        written = [_Written(file, f"clock{n}", clock, most_runs) for n, clock in enumerate(clocks)]
        for each in written:
            each.write_samples(stack.enter_context(LevelSpool(each.clock.columns)))
        file.finish_arrays()
        for each in written:
            each.write_overview()
        file.finish([each.path for each in written], {"tracemark_trace": _directory(about, written)})


def _most_runs(columns: int) -> int:
    fitting = _OVERVIEW_BYTES // (_RUN_BYTES * columns)
    return min(_MOST_RUNS, max(_LEAST_RUNS, 1 << int(math.log2(max(1, fitting)))))


def _directory(about: About, written: Sequence[_Written]) -> Json:
    """Return where everything lies in the file, so that a reader needs no other document."""
    return {**about.to_json(), "clocks": [each.directory for each in written]}


class _Written:
    """One clock on its way into the file."""

    def __init__(self, file: ZarrZip, path: str, clock: Clock, most_runs: int) -> None:
        self._file = file
        self._most_runs = most_runs
        self._levels: list[dict[str, Any]] = []
        self.path = path
        self.clock = clock

    def write_samples(self, spool: LevelSpool) -> None:
        """Write every sample, then the levels that are finer than the overview."""
        self._spool = spool
        spec = ArraySpec(f"{self.path}/samples", (self.clock.columns,), ("sample", "column"), "float64", _CHUNK)
        self._samples = self._file.write(spec, self._passing(spool))
        power = 1
        while -(-spool.samples // FACTOR**power) > self._most_runs:
            self._write_level(FACTOR**power, power)
            power += 1

    def write_overview(self) -> None:
        """Write the level that is seen first, unless the samples are as few."""
        if self._spool.samples <= self._most_runs:
            return
        run, level = self._spool.overview(self._most_runs)
        self._place(run, f"{self.path}/overview", [level.extremes], [level.gaps])

    @property
    def directory(self) -> Json:
        """What a reader needs of this clock."""
        clock, spool = self.clock, self._spool
        first = clock.columns - len(clock.channels)
        axis = {"start": clock.time.start, "step": clock.time.step} if clock.time else None
        return {
            "path": self.path,
            "steady": axis,
            "samples": {"count": self._samples.entries, "offset": self._samples.offset},
            "channels": [
                {
                    "key": channel.key,
                    "title": channel.title,
                    "unit": channel.unit,
                    "lowest": _finite(spool.lowest[first + n]),
                    "highest": _finite(spool.highest[first + n]),
                    "missing": int(spool.missing[first + n]),
                }
                for n, channel in enumerate(clock.channels)
            ],
            "levels": self._levels,
        }

    def _passing(self, spool: LevelSpool) -> Iterator[Values]:
        for slab in _slabs(self.clock.blocks):
            spool.add(slab)
            yield slab

    def _write_level(self, run: int, power: int) -> None:
        path = f"{self.path}/runs-of-{run}"
        extremes = (piece.extremes for piece in self._spool.level(power))
        self._place(run, path, extremes, (piece.gaps for piece in self._spool.level(power)))

    def _place(self, run: int, path: str, extremes: Iterable[Values], gaps: Iterable[Any]) -> None:
        tail, names = (self.clock.columns, 2), ("run", "column", "lowest_highest")
        placed = self._file.write(ArraySpec(path, tail, names, "float64", _CHUNK), extremes)
        missing: Placed | None = None
        if self._spool.missing.any():
            spec = ArraySpec(f"{path}-gaps", tail[:1], names[:2], "uint8", _CHUNK)
            missing = self._file.write(spec, gaps)
        offsets = {"extremes": placed.offset, "gaps": missing.offset if missing else None}
        self._levels.append({"run": run, "count": placed.entries, **offsets})


def _slabs(blocks: Iterable[Values]) -> Iterator[Values]:
    """Yield the same samples in slabs of `SLAB_SAMPLES`, the last one maybe shorter."""
    waiting: list[Values] = []
    count = 0
    for block in blocks:
        rest = block
        while count + len(rest) >= SLAB_SAMPLES:
            needed = SLAB_SAMPLES - count
            yield np.concatenate([*waiting, rest[:needed]])
            waiting, count, rest = [], 0, rest[needed:]
        if len(rest):
            waiting.append(rest)
            count += len(rest)
    if waiting:
        yield np.concatenate(waiting)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
