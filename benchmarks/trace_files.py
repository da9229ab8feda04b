"""What it takes to write the trace file of a long log of three channels: seconds, memory and temporary disk."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from tracemark.contract.plots import PlotRequest
from tracemark.deadline import Deadline
from tracemark.storage.objects import NewObject, Sink, StoredObject
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_plotting.limits import Limits
from tracemark_plotting.plotter import LogPlotter
from tracemark_plotting.signals.trace_files import TraceFiles

MEGABYTE = 1_000_000
PROFILE = b"""name: long
time: {column: t, unit: us}
channels: [{key: a, column: A, title: A}, {key: b, column: B, title: B}, {key: c, column: C, title: C}]
"""
_ROWS = 1_000_000
_NO_LIMIT = 10**14
_LOOK_SECONDS = 0.02
_OPEN = Path("/proc/self/fd")


@dataclass(frozen=True)
class FolderObjects:
    """A `LargeObjects` of the files of a folder: a benchmark that measures no S3."""

    folder: Path

    def read(self, uri: S3Uri, *, limit: int) -> StoredObject:
        return StoredObject((self.folder / uri.name).read_bytes(), "etag")

    def etag(self, uri: S3Uri) -> str:
        return "etag"

    def metadata(self, uri: S3Uri) -> Mapping[str, str] | None:
        return None

    def write(self, uri: S3Uri, new: NewObject) -> None:
        (self.folder / uri.name).write_bytes(new.data)

    def download(self, uri: S3Uri, into: IO[bytes], *, limit: int) -> None:
        with (self.folder / uri.name).open("rb") as file:
            shutil.copyfileobj(file, into, 1 << 20)

    @contextmanager
    def writing(self, uri: S3Uri, content_type: str, metadata: Mapping[str, str]) -> Iterator[Sink]:
        with (self.folder / uri.name).open("wb") as file:
            yield file


def write_log(file: Path, rows: int) -> None:
    """Write a Parquet log of three channels of noise, at 10 kHz, each moment some microseconds late."""
    random = np.random.default_rng(3)
    names = ("A", "B", "C")
    schema = pa.schema([("t", pa.int64()), *((name, pa.float64()) for name in names)])
    with pa.parquet.ParquetWriter(file, schema, use_dictionary=False) as writer:
        for begin in range(0, rows, _ROWS):
            count = min(_ROWS, rows - begin)
            values = [np.round(random.normal(100, 5, count), 3) for _ in names]
            writer.write_table(
                pa.table([100 * np.arange(begin, begin + count) + random.integers(0, 3, count), *values], schema=schema)
            )


def measured(rows: int) -> dict[str, float]:
    """Return the figures of a log of so many rows, whose trace file is written by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "long.yaml").write_bytes(PROFILE)
        write_log(Path(folder) / "long.parquet", rows)
        script = [sys.executable, __file__, folder]
        done = subprocess.run(script, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Be the process of `measured`: write the trace file of the log in a folder."""
    folder = Path(sys.argv[1])
    disk = _Disk()
    disk.start()
    bucket = S3Prefix.parse("s3://bucket/")
    store, limits = FolderObjects(folder), Limits(_NO_LIMIT, _NO_LIMIT, 64)
    plotter = LogPlotter(store, None, limits, bucket.object("long.yaml"), TraceFiles(store))
    began = time.perf_counter()
    result = plotter.plot(PlotRequest(bucket.object("long.parquet"), bucket), Deadline.after(36_000))
    seconds = time.perf_counter() - began
    assert result.trace is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024
    found = {
        "s": round(seconds, 1),
        "mb": round(peak / MEGABYTE),
        "log_mb": round((folder / "long.parquet").stat().st_size / MEGABYTE),
        "file_mb": round((folder / result.trace.name).stat().st_size / MEGABYTE),
        "disk_mb": round(disk.end() / MEGABYTE),
    }
    print(json.dumps(found))


class _Disk(threading.Thread):
    """Watches how much disk the temporary files of this process take: those that are open and have no name."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._most = 0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_LOOK_SECONDS):
            self._most = max(self._most, sum(_unnamed_bytes(int(each.name)) for each in _OPEN.iterdir()))

    def end(self) -> int:
        self._done.set()
        self.join()
        return self._most


def _unnamed_bytes(descriptor: int) -> int:
    with suppress(OSError):
        found = os.fstat(descriptor)
        return found.st_blocks * 512 if S_ISREG(found.st_mode) and found.st_nlink == 0 else 0
    return 0


if __name__ == "__main__":
    main()
