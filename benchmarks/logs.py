"""Measures readers of logs beside their bare libraries, and 100 million samples; writes benchmarks/logs.json.

A format adds itself to `CONTESTS`. Arguments: the names of what to measure (`csv`, `csv_100m`); none: everything.
What is not measured keeps its figures.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import log_formats
import trace_files
from charts import log, read_bare

from tracemark.profile.sensor_profile import SensorProfile
from tracemark.profile.shipped import ShippedProfile
from tracemark_plotting.figures import figures
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.trace import read_log

RESULTS = Path(__file__).parent / "logs.json"
ROWS = 1_000_000
ROUNDS = 25
SAMPLES = 100_000_000
MEGABYTE = 1_000_000
MOST_ROWS = 10**9
LONG_PROFILE = b"name: long\ntime: {column: t, unit: us}\nchannels: [{key: a, column: A, title: A}]\n"

TARGETS = {"reading_over_library": 1.3, "csv_100m_mb": 1_000}


@dataclass(frozen=True)
class Contest:
    """One format: its file in memory, the profile of it, and how its library alone reads the same columns."""

    data: bytes
    profile: SensorProfile
    bare: Callable[[bytes], object]


def csv() -> Contest:
    """The tutorial's layout, a million rows, beside pandas."""
    return Contest(log(ROWS), ShippedProfile.parse("welding").load(), read_bare)


def _stored(make: Callable[[], log_formats.Made]) -> Callable[[], Contest]:
    return lambda: Contest(*make())


CONTESTS: dict[str, Callable[[], Contest]] = {
    "csv": csv,
    **{name: _stored(make) for name, make in log_formats.FORMATS.items()},
}


def ratio(contest: Contest) -> float:
    """Return how many times as long we take as the library.

    The two take turns; the least CPU time of each counts, all threads together, so that what else the machine does
    does not.
    """
    ours, bare = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        read_log(LogFile(io.BytesIO(contest.data), "benchmark"), contest.profile, max_rows=MOST_ROWS)
        between = time.process_time()
        contest.bare(contest.data)
        ours.append(between - began)
        bare.append(time.process_time() - between)
    return round(min(ours) / min(bare), 3)


def write_long_csv(file: Path) -> None:
    """Write 100 million rows of time in microseconds and a value, 1.5 GB, from one million that are repeated."""
    values = [f"{(row * 7_919 % 10_007) / 100:.2f}" for row in range(100_000)]
    with file.open("w", encoding="ascii") as out:
        out.write("t,A\n")
        for begin in range(0, SAMPLES, len(values)):
            out.write("".join(f"{begin + row},{value}\n" for row, value in enumerate(values)))


def draw_long(file: Path, profile: bytes) -> dict[str, float]:
    """Read a log and make its figures in a process of its own; return seconds, and the peak of its memory in MB."""
    script = [sys.executable, __file__, "--draw", str(file), profile.decode()]
    done = subprocess.run(script, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def draw_here(file: Path, profile: bytes) -> None:
    """Be the process of `draw_long`."""
    import resource

    began = time.perf_counter()
    with file.open("rb") as stream:
        trace = read_log(LogFile(stream, file.name), SensorProfile.parse(profile, "benchmark"), max_rows=MOST_ROWS)
    figures(trace)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / MEGABYTE
    print(json.dumps({"samples": trace.samples, "seconds": round(seconds, 1), "mb": round(peak)}))


def csv_100m() -> dict[str, float]:
    """Return the figures of 100 million samples of CSV."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.csv"
        write_long_csv(file)
        found = draw_long(file, LONG_PROFILE)
    return {"csv_100m_s": found["seconds"], "csv_100m_mb": found["mb"]}


def parquet_100m() -> dict[str, float]:
    """Return the figures of 100 million samples of Parquet."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.parquet"
        log_formats.write_long_parquet(file)
        found = draw_long(file, LONG_PROFILE)
    return {"parquet_100m_s": found["seconds"], "parquet_100m_mb": found["mb"]}


def trace_files_of(millions: int) -> dict[str, Any]:
    """Return the figures of the trace file of so many million samples of three channels each."""
    return {f"trace_file_{millions}m": trace_files.measured(millions * 1_000_000)}


LONG: dict[str, Callable[[], dict[str, Any]]] = {
    "csv_100m": csv_100m,
    "parquet_100m": parquet_100m,
    "trace_file_10m": lambda: trace_files_of(10),
    "trace_file_100m": lambda: trace_files_of(100),
    "guessed_right": log_formats.guessed_right,
}


def main() -> None:
    """Measure what the arguments name, or everything."""
    names = sys.argv[1:] or [*CONTESTS, *LONG]
    results: dict[str, Any] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    ratios = dict(results.get("reading_over_library", {}))
    for name in names:
        if name in CONTESTS:
            ratios[name] = ratio(CONTESTS[name]())
        else:
            results |= LONG[name]()
    results = {
        "reading_over_library": ratios,
        **{key: results[key] for key in results if key != "reading_over_library"},
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw_here(Path(sys.argv[2]), sys.argv[3].encode())
    else:
        main()
