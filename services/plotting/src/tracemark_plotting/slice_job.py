"""Draw a slice of a manifest and end: the plotting image as a pod of a Kubernetes Indexed Job.

`python -m tracemark_plotting.slice_job s3://bucket/manifest.jsonl --slice /8`
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from tracemark.contract.manifest import MAX_MANIFEST_BYTES, DataObject, manifest_text, read_manifest
from tracemark.contract.manifest_slice import ManifestSlice
from tracemark.contract.plot_batch import BatchPlotter, PlotBatch, PlotFailure, order_of_line
from tracemark.contract.plots import PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import TracemarkError, data_error, one_line
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting import wiring

_LOG_SECONDS = 300.0
_MAX_FAULTS_IN_A_ROW = 10


class ExitCode(IntEnum):
    """How the process ends; the Job tries a pod again after `FAULT`, and not after the two last."""

    DRAWN = 0
    FAULT = 1
    WRONG_CALL = 2
    BAD_LINES = 3


class Drawn(NamedTuple):
    """What became of line `number`, counted from 1 in the whole manifest."""

    number: int
    result: PlotResult | PlotFailure

    @property
    def is_fault(self) -> bool:
        """Whether it failed for a reason outside its data, so that another attempt may succeed."""
        result = self.result
        return isinstance(result, PlotFailure) and data_error(result.error, result.message) is None

    @property
    def outcome(self) -> str:
        """One word for the summary."""
        if isinstance(self.result, PlotFailure):
            return "faults" if self.is_fault else "bad"
        return "drawn" if self.result.rendered else "unchanged"


def draw_slice(manifest: S3Uri, part: ManifestSlice, store: ObjectStore, plotter: BatchPlotter) -> ExitCode:
    """Draw the lines of a slice one after the other; what is drawn and unchanged is not drawn again.

    Raises:
        InvalidDocument, ObjectMissing, ObjectTooLarge: the manifest cannot be read.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    data = store.read(manifest, limit=MAX_MANIFEST_BYTES).data
    lines = part.lines(list(read_manifest(manifest_text(data, str(manifest)), str(manifest))))
    counts: Counter[str] = Counter()
    for drawn in _until_it_is_hopeless(_drawn(lines, plotter)):
        counts[drawn.outcome] += 1
        if isinstance(drawn.result, PlotFailure):
            print(f"line {drawn.number:,} not drawn: {one_line(drawn.result.message)}", file=sys.stderr)
    told = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in ("drawn", "unchanged", "bad", "faults"))
    print(f"slice {part.index}/{part.count}: {told} of {len(lines):,}")
    if counts["faults"]:
        return ExitCode.FAULT
    return ExitCode.BAD_LINES if counts["bad"] else ExitCode.DRAWN


def _until_it_is_hopeless(drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """Yield what was drawn, and end after ten faults in a row: a fresh pod may do better."""
    in_a_row = 0
    for each in drawn:
        yield each
        in_a_row = in_a_row + 1 if each.is_fault else 0
        if in_a_row == _MAX_FAULTS_IN_A_ROW:
            return


def main(arguments: Sequence[str] | None = None) -> ExitCode:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="tracemark_plotting.slice_job", description=__doc__)
    parser.add_argument("manifest", help="the s3:// URI of the manifest")
    parser.add_argument("--slice", default="0/1", help="I/N, or /N with I in JOB_COMPLETION_INDEX")
    options = parser.parse_args(arguments)
    try:
        manifest = S3Uri.parse(options.manifest)
        part = ManifestSlice.parse(options.slice, wiring.completion_index())
    except TracemarkError as error:
        return _ended(error, ExitCode.WRONG_CALL)
    try:
        return draw_slice(manifest, part, wiring.store(), wiring.orders())
    except TracemarkError as error:
        is_of_data = data_error(type(error).__name__, str(error)) is not None
        return _ended(error, ExitCode.BAD_LINES if is_of_data else ExitCode.FAULT)
    finally:
        wiring.reset()


def _drawn(lines: Sequence[DataObject], plotter: BatchPlotter) -> Iterator[Drawn]:
    for line in lines:
        batch = PlotBatch((order_of_line(line),))
        yield Drawn(line.index + 1, plotter.plot_all(batch, Deadline.after(_LOG_SECONDS)).results[0])


def _ended(error: TracemarkError, code: ExitCode) -> ExitCode:
    print(f"Error: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
