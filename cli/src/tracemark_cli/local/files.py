"""Files that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from tracemark.errors import ObjectMissing


def read_file(file: Path) -> bytes:
    """Return the content of a file.

    Raises:
        ObjectMissing: it is not there, or cannot be read.
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
