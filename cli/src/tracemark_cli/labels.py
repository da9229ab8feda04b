"""The labels of an output manifest, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from tracemark.document import Node
from tracemark.manifest import manifest_text, read_manifest
from tracemark_cli.console import table
from tracemark_groundtruth.result import ObjectRow, Outcome

MAX_OUTPUT_BYTES = 512 * 1024 * 1024

_COLUMNS = ("object", "label", "confidence", "remark")


def labels_table(manifest: bytes, source: str, attribute: str) -> Table:
    """Return a row for each line of an output manifest, in its order.

    Raises:
        InvalidDocument: it is no manifest.
    """
    return table(_COLUMNS, list(_rows(manifest_text(manifest, source), source, attribute)))


def _rows(text: str, source: str, attribute: str) -> Iterator[tuple[str, ...]]:
    for line in read_manifest(text, source):
        if attribute in line.attributes:
            row = ObjectRow.labeled(line.id, attribute, line.attributes, "")
        else:
            row = ObjectRow(line.id, Outcome.FAILED, problem=_reason(Node(dict(line.attributes), source), attribute))
        confidence = "" if row.confidence is None else f"{row.confidence:.2f}"
        yield row.object_id, row.label, confidence, row.problem


def _reason(line: Node, attribute: str) -> str:
    metadata = line.get(f"{attribute}-metadata")
    reason = metadata.get("failure-reason") if metadata else None
    return str(reason.value) if reason else "not labeled"
