"""Objects as files of a folder: which file an object is, and which files are objects."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from tracemark.errors import StorageUnavailable, quoted
from tracemark.storage.s3uri import S3Uri

MAX_SEGMENT_BYTES = 255

# A file where a folder is needed, or a path that is too long as a whole.
_NO_SUCH_PATH = (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG)


def unwritable(path: Path, place: str, error: OSError) -> StorageUnavailable:
    """Return the error for a file of the object or thing `place` that cannot be written."""
    return StorageUnavailable(
        f"{quoted(str(path))} cannot be written ({error})",
        place=place,
        remedy="make room on the disk, check the folder's permissions",
    )


def local_path(folder: Path, uri: S3Uri) -> Path | None:
    """Return the file for an object, its folder made; None when the key is no safe path below `folder`.

    Raises:
        StorageUnavailable: the folder cannot be made, for instance because the disk is full.
    """
    segments = [uri.bucket, *uri.key.split("/")]
    # Hidden folders beside the buckets are the service's own.
    if uri.bucket.startswith(".") or not all(_is_safe(segment) for segment in segments):
        return None
    path = folder.joinpath(*segments)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        inside = path.parent.resolve().is_relative_to(folder.resolve())
    except OSError as error:
        if error.errno in _NO_SUCH_PATH:
            return None
        raise unwritable(path, str(uri), error) from error
    return path if inside and not path.is_dir() else None


def _is_safe(segment: str) -> bool:
    try:
        size = len(os.fsencode(segment))
    except UnicodeEncodeError:
        return False
    # On Windows a backslash, or a drive, would make several parts of it, or another place.
    whole = Path(segment).name == segment
    return whole and segment not in ("", ".", "..") and "\0" not in segment and size <= MAX_SEGMENT_BYTES


def files_below(place: Path) -> Iterator[Path]:
    """Yield the files below a folder; hidden ones are skipped, and so are symbolic links to folders."""
    for path in place.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from files_below(path)
        elif path.is_file():
            yield path
