"""Files that the user names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def open_file(file: Path) -> Iterator[BinaryIO]:
    """Yield a file to be read.

    Raises:
        ObjectMissing: it is not there, or cannot be read.
    """
    try:
        stream = file.open("rb")
    except OSError as error:
        raise _unreadable(file, error) from error
    with stream:
        yield stream


def _unreadable(file: Path, error: OSError) -> ObjectMissing:
    return ObjectMissing(
        f"the file cannot be read ({error.strerror})", place=str(file), remedy="check path and permissions"
    )
