"""The labels of an output manifest, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.table import Table

from tracemark.contract.manifest import manifest_text, read_manifest
from tracemark_cli.terminal.console import table
from tracemark_groundtruth.job.left_out import NO_REASON
from tracemark_groundtruth.job.result import ObjectRow, Outcome

_COLUMNS = ("object", "label", "confidence", "remark")


def labels_table(manifest: bytes, source: str, attribute: str, reasons: Mapping[str, str]) -> Table:
    """Return a row for each line of an output manifest, in its order; `reasons` are why objects were left out.

    Raises:
        InvalidDocument: it is not a valid manifest.
    """
    return table(_COLUMNS, list(_rows(manifest_text(manifest, source), source, attribute, reasons)))


def _rows(text: str, source: str, attribute: str, reasons: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    for line in read_manifest(text, source):
        row = ObjectRow.of_line(line, attribute)
        confidence = "" if row.confidence is None else f"{row.confidence:.2f}"
        told = reasons.get(row.object_id) if row.outcome is Outcome.LEFT_OUT else None
        remark = row.problem if told is None else f"left out: {told or NO_REASON}"
        yield row.object_id, row.label, confidence, remark
