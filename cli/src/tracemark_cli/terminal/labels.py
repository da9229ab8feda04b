"""The labels of an output manifest, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from tracemark.contract.manifest import manifest_text, read_manifest
from tracemark_cli.terminal.console import table
from tracemark_groundtruth.job.result import ObjectRow

_COLUMNS = ("object", "label", "confidence", "remark")


def labels_table(manifest: bytes, source: str, attribute: str) -> Table:
    """Return a row for each line of an output manifest, in its order.

    Raises:
        InvalidDocument: it is not a valid manifest.
    """
    return table(_COLUMNS, list(_rows(manifest_text(manifest, source), source, attribute)))


def _rows(text: str, source: str, attribute: str) -> Iterator[tuple[str, ...]]:
    for line in read_manifest(text, source):
        row = ObjectRow.of_line(line, attribute)
        confidence = "" if row.confidence is None else f"{row.confidence:.2f}"
        yield row.object_id, row.label, confidence, row.problem
