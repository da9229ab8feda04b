"""True labels as JSON Lines: what simulated workers know, and what a report measures labels by."""

from __future__ import annotations

from pathlib import Path

from tracemark.document import read_json
from tracemark_cli.local.files import read_file

TRUE_LABELS = "true-labels.jsonl"


def true_labels(file: Path) -> dict[str, str]:
    """Return the true label of each object by its id; empty lines are skipped.

    Raises:
        ObjectMissing: the file is not there.
        InvalidDocument: a line is not `{"datasetObjectId", "label"}`.
    """
    lines = read_file(file).decode("utf-8", "replace").splitlines()
    nodes = [read_json(line, f"{file} line {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    return {node["datasetObjectId"].text(): node["label"].text() for node in nodes}
