"""True labels as JSON Lines: known to simulated workers, and what a report compares labels with."""

from __future__ import annotations

from pathlib import Path

from tracemark.document import read_json
from tracemark_cli.local.files import read_file

TRUE_LABELS = "true-labels.jsonl"


def true_labels(file: Path) -> dict[str, str]:
    """Return the true label of each object by its id; empty lines are skipped.

    Raises:
        ObjectMissing: the file does not exist.
        InvalidDocument: a line is not of the form `{"datasetObjectId", "label"}`.
    """
    lines = read_file(file).decode("utf-8", "replace").splitlines()
    nodes = [read_json(line, f"{file} line {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    return {node["datasetObjectId"].text(): node["label"].text() for node in nodes}
