"""What is added to the data folder, changed in it or deleted from it while the service runs is so in S3 at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracemark.errors import InvalidUri, one_line
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.s3.local_files import files_below, is_inside
from tracemark_groundtruth.s3.mirror import Mirror

_log = logging.getLogger(__name__)

State = tuple[int, int]
"""The moment of the last change in nanoseconds, and the size: another content has another of the two."""


@dataclass
class LiveFolder:
    """Compares the files that a request is about with what they were, and has `mirror` take in what is new.

    Threads may share it. Hidden files and folders are no objects, as for `Mirror.seed`.
    """

    mirror: Mirror
    _seen: dict[S3Uri, State] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def note_all(self) -> None:
        """Take every file to be in S3 as it is now."""
        for place in self.mirror.folder.iterdir():
            if place.is_dir() and not place.is_symlink() and not place.name.startswith("."):
                self._seen.update(self._found(place.name, ""))

    def note(self, uri: S3Uri) -> None:
        """Take the file of an object that was written by S3 to be as it is now."""
        state = self._state(uri)
        with self._lock:
            if state:
                self._seen[uri] = state
            else:
                self._seen.pop(uri, None)

    def refresh(self, bucket: str, key: str, prefix: str) -> None:
        """Bring S3 up to date for a request: about an object, about those of a prefix, or about the list of buckets.

        Raises:
            StorageUnavailable: a file cannot be read.
        """
        with self._lock:
            for name in [bucket] if bucket else self._buckets():
                self._make_bucket(name)
            if bucket not in self.mirror.buckets:
                return
            if key and _is_shown(bucket, key):
                uri = S3Uri(bucket, key)
                self._update(uri, self._state(uri))
            elif not key:
                self._refresh_prefix(bucket, prefix)

    def _refresh_prefix(self, bucket: str, prefix: str) -> None:
        found = dict(self._found(bucket, prefix))
        known = {uri for uri in self._seen if uri.bucket == bucket and uri.key.startswith(prefix)}
        for uri in {*found, *known}:
            self._update(uri, found.get(uri))

    def _update(self, uri: S3Uri, state: State | None) -> None:
        if self._seen.get(uri) == state:
            return
        if state is None:
            self.mirror.take_out(uri)
            del self._seen[uri]
        else:
            self.mirror.take_in(uri, self._file(uri))
            self._seen[uri] = state

    def _make_bucket(self, name: str) -> None:
        place = self.mirror.folder / name
        if name in self.mirror.buckets or name.startswith(".") or not place.is_dir() or place.is_symlink():
            return
        try:
            self.mirror.make_bucket(S3Prefix.parse(f"s3://{name}").bucket)
        except InvalidUri as error:
            _log.warning("a folder is no bucket", extra={"folder": one_line(name), "cause": str(error)})

    def _buckets(self) -> list[str]:
        return [place.name for place in self.mirror.folder.iterdir() if place.is_dir()]

    def _found(self, bucket: str, prefix: str) -> Iterator[tuple[S3Uri, State]]:
        place = self.mirror.folder / bucket
        for file in self._below(place, prefix):
            uri = S3Uri(bucket, file.relative_to(place).as_posix())
            state = _state(file)
            if state and uri.key.startswith(prefix):
                yield uri, state

    def _below(self, place: Path, prefix: str) -> Iterator[Path]:
        """Yield the files below the deepest folder that a prefix names; a prefix that is no path names none."""
        folder = prefix.rpartition("/")[0]
        if folder and not _is_shown(place.name, folder):
            return
        top = place / folder if folder else place
        if top.is_dir():
            yield from files_below(place, top)

    def _state(self, uri: S3Uri) -> State | None:
        """Return the state of an object's file; None when there is none, or when it leads out of its bucket."""
        file = self._file(uri)
        return _state(file) if is_inside(self.mirror.folder / uri.bucket, file) else None

    def _file(self, uri: S3Uri) -> Path:
        return self.mirror.folder / uri.bucket / uri.key


def _is_shown(bucket: str, key: str) -> bool:
    """Return whether a key is that of a file below the folder of its bucket, and of no hidden one."""
    return not any(part == "" or part.startswith(".") or "\0" in part for part in (bucket, *key.split("/")))


def _state(file: Path) -> State | None:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return (found.st_mtime_ns, found.st_size) if file.is_file() else None
