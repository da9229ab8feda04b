"""Buckets that are folders of the user: read where they lie, never copied, never written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import yaml

from tracemark.document import Node
from tracemark.errors import InvalidConfiguration, InvalidUri, quoted
from tracemark.storage.s3uri import S3Prefix

FILE = "buckets.yaml"
"""In a data folder: which folders elsewhere are buckets too, as `name: path`, relative to the file."""

MAX_FILE_BYTES = 64 * 1024

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(frozen=True, slots=True)
class FoundObject:
    """An open file of a folder; whoever gets it closes it."""

    file: BinaryIO
    size: int
    modified: float
    etag: str


@dataclass(frozen=True, slots=True)
class Folders:
    """Folders by bucket name. What resolves outside its folder, and what is hidden, is not there.

    An object of such a bucket that no file of the folder is lies in the data folder, as those of other buckets do.
    """

    places: Mapping[str, Path] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Path) -> Folders:
        """Read `buckets.yaml` of a data folder; without one there are none.

        Raises:
            InvalidConfiguration: it is not `name: path`, or a folder is not there.
        """
        file = home / FILE
        if not file.is_file():
            return cls()
        try:
            node = Node(yaml.safe_load(file.read_bytes()[:MAX_FILE_BYTES]), str(file))
        except (OSError, yaml.YAMLError, ValueError) as error:
            raise InvalidConfiguration(
                f"it cannot be read ({error})", place=str(file), expected="lines `bucket: folder`", remedy="correct it"
            ) from error
        return cls({name: _place(home, node, name) for name in node.mapping()})

    def open(self, bucket: str, key: str) -> FoundObject | None:
        """Return the file behind an object, opened; None when there is none that may be read."""
        path = self._inside(bucket, key)
        if path is None:
            return None
        try:
            file = path.open("rb")
        except OSError:
            return None
        status = os.fstat(file.fileno())
        if not _same(path, status) or not path.is_file():
            file.close()
            return None
        return FoundObject(file, status.st_size, status.st_mtime, f'"{status.st_mtime_ns:x}-{status.st_size:x}"')

    def holds(self, bucket: str, key: str) -> bool:
        """Whether there is a file behind an object that may be read."""
        return self._inside(bucket, key) is not None

    def _inside(self, bucket: str, key: str) -> Path | None:
        """Return the resolved path of a regular file in the folder of a bucket."""
        segments = key.split("/")
        if any(segment in ("", "..") or segment.startswith(".") or "\0" in segment for segment in segments):
            return None
        root = self.places[bucket].resolve()
        try:
            found = root.joinpath(*segments).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            return None
        return found if found.is_relative_to(root) and found.is_file() else None


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte that a Range header asks for; None when there are no such bytes."""
    found = _RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return 0, size - 1
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return (first, last) if first <= last and first < size else None


def chunks(file: BinaryIO, first: int, count: int, size: int = 1024 * 1024) -> Iterator[bytes]:
    """Yield `count` bytes from `first` on, and close the file."""
    with file:
        file.seek(first)
        while count > 0 and (data := file.read(min(size, count))):
            count -= len(data)
            yield data


def _place(home: Path, node: Node, name: str) -> Path:
    folder = home / node[name].text()
    try:
        S3Prefix.parse(f"s3://{name}")
    except InvalidUri as error:
        raise InvalidConfiguration(
            error.what, place=node.source, expected=error.expected, remedy="rename the bucket"
        ) from error
    if not folder.is_dir():
        raise InvalidConfiguration(
            f"the folder {quoted(str(folder))} of bucket {quoted(name)} is not there",
            place=node.source,
            expected="a folder, relative to this file",
            remedy="put it back, or correct the path",
        )
    return folder


def _same(path: Path, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), status)
    except OSError:
        return False
