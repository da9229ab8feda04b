"""gzip, and zip of one file: unpacked within bounds, then read as what is inside."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from tracemark.errors import InvalidLog, ObjectTooLarge, quoted
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import reading

PACKED = "archive"

MAX_BYTES = 2 * 1024**3
"""What may come out of an archive."""

MAX_GROWTH = 300
"""How many times larger than its archive a file of more than 64 megabytes may be: numbers pack ten times at best."""

_FREE_BYTES = 64 * 1024**2
_CHUNK_BYTES = 1024 * 1024
_IN_MEMORY_BYTES = 64 * 1024**2


def is_packed(file: LogFile) -> bool:
    """Whether a file begins as gzip or zip do."""
    return file.head.startswith((b"\x1f\x8b", b"PK\x03\x04"))


@contextmanager
def unpacked(file: LogFile) -> Iterator[LogFile]:
    """Yield the file inside an archive.

    Raises:
        InvalidLog: it is damaged, encrypted, or holds several files.
        ObjectTooLarge: more than 2 GB would come out, or suspiciously much more than went in.
    """
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as target:
        file.stream.seek(0)
        if file.head.startswith(b"\x1f\x8b"):
            name = PurePosixPath(file.place).name.removesuffix(".gz")
            with gzip.GzipFile(fileobj=file.stream, mode="rb") as source:
                _copy(source, target, file)
        else:
            archive = reading(file.place, PACKED, lambda: zipfile.ZipFile(file.stream))
            inside = _only(archive, file.place)
            name = inside.filename
            with reading(file.place, PACKED, lambda: archive.open(inside)) as source:
                _copy(source, target, file)
        yield LogFile(target, f"{file.place} ({name})")


def _only(archive: zipfile.ZipFile, place: str) -> zipfile.ZipInfo:
    files = [each for each in archive.infolist() if not each.is_dir() and not each.filename.startswith("__MACOSX/")]
    if len(files) != 1:
        names = ", ".join(each.filename for each in files[:5])
        raise InvalidLog(
            f"the archive holds {len(files):,} files: {quoted(names, 200)}",
            place=place,
            expected="one log in an archive",
            remedy="unpack it, and name the logs",
        )
    return files[0]


def _copy(source: IO[bytes] | gzip.GzipFile, target: IO[bytes], file: LogFile) -> None:
    packed = _size(file)
    most = min(MAX_BYTES, max(_FREE_BYTES, packed * MAX_GROWTH))
    written = 0
    while chunk := reading(file.place, PACKED, lambda: source.read(_CHUNK_BYTES)):
        written += len(chunk)
        if written > most:
            raise ObjectTooLarge(
                f"more than {most:,} bytes come out of an archive of {packed:,}",
                place=file.place,
                expected=f"at most {MAX_BYTES:,} bytes, and at most {MAX_GROWTH} times the archive",
                remedy="unpack it before, if it is what it should be",
            )
        target.write(chunk)


def _size(file: LogFile) -> int:
    position = file.stream.tell()
    size = file.stream.seek(0, 2)
    file.stream.seek(position)
    return size
