"""The true labels of a synthetic data set, which simulated workers know."""

from __future__ import annotations

from pathlib import Path

from tracemark.document import read_json

TRUE_LABELS = "true-labels.jsonl"


def true_labels(file: Path) -> dict[str, str]:
    """Return the true label of each object by its id.

    Raises:
        InvalidDocument: a line is not `{"datasetObjectId", "label"}`.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    nodes = [read_json(line, f"{file} line {number}") for number, line in enumerate(lines, start=1)]
    return {node["datasetObjectId"].text(): node["label"].text() for node in nodes}
