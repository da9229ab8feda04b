"""Objects as files of a folder: which file an object is, and which files are objects."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

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
        if not is_inside(folder / uri.bucket, path.parent):  # before anything is made there
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _NO_SUCH_PATH:
            return None
        raise unwritable(path, str(uri), error) from error
    return path if is_inside(folder / uri.bucket, path.parent) and not path.is_dir() else None


def is_inside(bucket: Path, path: Path) -> bool:
    """Return whether a path, links resolved, lies in the folder of its bucket, which is no link itself."""
    if bucket.is_symlink():
        return False
    try:
        below, named = path.resolve().relative_to(bucket.resolve()), path.relative_to(bucket)
    except (OSError, ValueError, RuntimeError):
        return False
    # What is hidden is no object, so a link does not make it one.
    return below == named or not any(part.startswith(".") for part in below.parts)


def open_inside(bucket: Path, file: Path) -> BinaryIO:
    """Open the file of an object for reading.

    Raises:
        OSError: it cannot be read, or leads out of the folder of its bucket.
    """
    opened = file.open("rb")
    # Looked at once it is open: a link that is put in its place meanwhile is not followed.
    if is_inside(bucket, file) and _is_same(file.resolve(), opened):
        return opened
    opened.close()
    raise PermissionError(errno.EACCES, "it is a link that leads out of its bucket", str(file))


def _is_same(path: Path, opened: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(opened.fileno()))
    except OSError:
        return False


def _is_safe(segment: str) -> bool:
    try:
        size = len(os.fsencode(segment))
    except UnicodeEncodeError:
        return False
    # On Windows a backslash, or a drive, would make several parts of it, or another place.
    whole = Path(segment).name == segment
    return whole and segment not in ("", ".", "..") and "\0" not in segment and size <= MAX_SEGMENT_BYTES


def files_below(bucket: Path, top: Path | None = None, on_link: Callable[[Path], None] | None = None) -> Iterator[Path]:
    """Yield the files of a bucket's folder, or of a folder `top` in it.

    Hidden ones are skipped, and so are links to folders and links that lead out of the bucket: `on_link` is told those.
    """
    if not is_inside(bucket, top or bucket):
        return
    for path in (top or bucket).iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink() and (path.is_dir() or not is_inside(bucket, path)):
            if on_link:
                on_link(path)
        elif path.is_dir():
            yield from files_below(bucket, path, on_link)
        elif path.is_file():
            yield path
