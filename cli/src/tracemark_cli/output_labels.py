"""The labels of an output manifest, in short."""

from __future__ import annotations

from collections.abc import Iterator

from tracemark.document import Node
from tracemark.manifest import read_manifest
from tracemark_groundtruth.result import ObjectRow, Outcome

MAX_OUTPUT_BYTES = 512 * 1024 * 1024

Row = tuple[str, str, str, str]
"""Object, label, confidence, remark."""


def labels(data: bytes, source: str, attribute: str) -> list[Row]:
    """Return a row for each line of an output manifest, in its order.

    Raises:
        InvalidDocument: it is no manifest.
    """
    return list(_rows(data.decode("utf-8"), source, attribute))


def _rows(text: str, source: str, attribute: str) -> Iterator[Row]:
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
