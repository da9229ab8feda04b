"""The walk through a folder: every file is found or named with the reason why it is not."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tracemark.errors import InvalidConfiguration, InvalidUri, one_line, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.setup.files import FoundFile, LeftFile, kind_of

LABELS = "labels.csv"
"""What `tracemark label` writes into the folder."""

MAX_NAMED = 1_000
"""How many left files are kept by name; the rest is counted."""

_VANISHED = "it vanished while the folder was read"
_LINK = "it is a link, and may lead out of the folder; put the file itself there"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a folder holds: `files` in order of their paths, `left` those that cannot be part of an item.

    `unnamed` counts files that are left beyond the first 1,000, `hidden` those that a file manager does not show.
    """

    files: tuple[FoundFile, ...]
    left: tuple[LeftFile, ...]
    unnamed: int = 0
    hidden: int = 0


def scan(folder: Path, on_file: Callable[[], None] = lambda: None) -> Scan:
    """Walk through `folder`; `on_file` is called for every entry.

    Memory grows by the path of each file that can be part of an item, and by nothing else.

    Raises:
        InvalidConfiguration: there is no such folder, or it cannot be read.
    """
    if not folder.is_dir():
        raise InvalidConfiguration(
            f"there is no folder {quoted(str(folder))}",
            expected="a folder with photographs or logs",
            remedy="correct the path",
        )
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise InvalidConfiguration(
            f"the folder {quoted(str(folder))} cannot be read ({error.strerror})", remedy="check its permissions"
        ) from error
    found: list[FoundFile] = []
    left: list[LeftFile] = []
    unnamed = hidden = 0
    for each in _walk(folder, PurePosixPath()):
        on_file()
        if each is None:
            hidden += 1
        elif isinstance(each, FoundFile):
            found.append(each)
        elif len(left) < MAX_NAMED:
            left.append(each)
        else:
            unnamed += 1
    left.sort(key=lambda file: file.path)
    return Scan(tuple(sorted(found)), tuple(left), unnamed, hidden)


def _walk(folder: Path, below: PurePosixPath) -> Iterator[FoundFile | LeftFile | None]:
    """Yield every file below a folder; None stands for a hidden one."""
    folders: list[str] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith((".", "~$")):  # Office keeps a file open by another that begins with ~$
                    yield None
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    yield _file(entry, below / entry.name)
    except OSError as error:
        yield LeftFile(_shown(below), f"the folder cannot be read ({error.strerror})")
    for name in folders:
        yield from _walk(folder / name, below / name)


def _file(entry: os.DirEntry[str], path: PurePosixPath) -> FoundFile | LeftFile:
    reason = _unusable(entry, path)
    if reason:
        return LeftFile(_shown(path), reason)
    kind = kind_of(path)
    return FoundFile(path, kind) if kind else LeftFile(_shown(path), "its name says neither photograph, log nor sound")


def _unusable(entry: os.DirEntry[str], path: PurePosixPath) -> str:
    try:
        if entry.is_symlink():
            return _LINK
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return _VANISHED
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if not stat.S_ISREG(status.st_mode):
        return "it is no regular file"
    if str(path) == LABELS:
        return "labels that tracemark wrote"
    if status.st_size == 0:
        return "it is empty"
    return _unreadable(entry) or _no_key(path)


def _unreadable(entry: os.DirEntry[str]) -> str:
    return "" if os.access(entry.path, os.R_OK) else "it cannot be read (permission denied)"


def _no_key(path: PurePosixPath) -> str:
    try:
        S3Uri.parse(f"s3://any/{path}")
    except InvalidUri as error:
        return f"{error.what.rpartition(': ')[2]}; rename it"
    return ""


def _shown(path: PurePosixPath) -> str:
    return one_line(str(path))
