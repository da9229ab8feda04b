"""Files that the user names: their content, and true labels as JSON Lines."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from tracemark.document import read_json
from tracemark.errors import ObjectMissing

TRUE_LABELS = "true-labels.jsonl"


def read_file(file: Path) -> bytes:
    """Return the content of a file.

    Raises:
        ObjectMissing: it does not exist, or cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error


def open_file(file: Path) -> BinaryIO:
    """Open a file that may be larger than memory, for reading.

    Raises:
        ObjectMissing: it is not there, or cannot be read.
    """
    try:
        return file.open("rb")
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> ObjectMissing:
    return ObjectMissing(
        f"the file cannot be read ({error.strerror})", place=str(file), remedy="check path and permissions"
    )


def true_labels(file: Path) -> dict[str, str]:
    """Return the true label of each object by its id; empty lines are skipped.

    Raises:
        ObjectMissing: the file does not exist.
        InvalidDocument: a line is not of the form `{"datasetObjectId", "label"}`.
    """
    lines = read_file(file).decode("utf-8", "replace").splitlines()
    nodes = [read_json(line, f"{file} line {number}") for number, line in enumerate(lines, start=1) if line.strip()]
    return {node["datasetObjectId"].text(): node["label"].text() for node in nodes}
