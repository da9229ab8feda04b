"""Files that the user names."""

from __future__ import annotations

from pathlib import Path

from tracemark.errors import ObjectMissing


def read_file(file: Path) -> bytes:
    """Return the content of a file.

    Raises:
        ObjectMissing: it does not exist, or cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise ObjectMissing(
            f"the file cannot be read ({error.strerror})", place=str(file), remedy="check path and permissions"
        ) from error
