"""Documents written to a job folder: what the user edited since is kept, manifests only grow."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracemark.document import read_json
from tracemark.errors import DataError, InvalidConfiguration, one_line, quoted

RECORD = ".written.json"
"""Digests of what was written, beside the documents: a file of another digest was edited."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run would write.

    files: by path relative to `home`. kept: paths of documents that the user edited. lines: to append to the manifest.
    """

    files: Mapping[str, bytes]
    kept: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class DocumentStore:
    """The documents below `home`."""

    home: Path
    _digests: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path) -> DocumentStore:
        """Read what was written before; a record that cannot be read means that everything was edited."""
        try:
            node = read_json((home / RECORD).read_bytes(), str(home / RECORD))
            return cls(home, {path: list(node[path].texts()) for path in node.mapping()})
        except (OSError, DataError):
            return cls(home, {})

    def changes(self, files: Mapping[str, bytes], manifest: str, lines: Sequence[str]) -> Changes:
        """Return what there is to do so that `files` and the `lines` of `manifest` are there."""
        new = {path: data for path, data in files.items() if self._read(path) != data}
        kept = tuple(path for path in new if self._edited(path))
        known = set((self._read(manifest) or b"").decode("utf-8-sig", "replace").splitlines())
        return Changes(
            {path: data for path, data in new.items() if path not in kept},
            kept,
            tuple(line for line in lines if line not in known),
        )

    def has(self, path: str) -> bool:
        """Return whether there is such a document."""
        return (self.home / path).is_file()

    def manifest_lines(self, manifest: str) -> int:
        """Return how many lines a manifest has."""
        return len([line for line in (self._read(manifest) or b"").splitlines() if line.strip()])

    def write(self, changes: Changes, manifest: str) -> None:
        """Write documents first and the manifest last: no line ever points to a document that is not there.

        Raises:
            InvalidConfiguration: the folder cannot be written.
        """
        digests = dict(self._digests)
        for path, data in changes.files.items():
            # Both, until all is written: a run that is cut off leaves nothing that looks edited.
            digests[path] = [_digest(data), *self._digests.get(path, ())][:2]
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            _replace(self.home / RECORD, json.dumps(digests, indent=0).encode())
            for path, data in changes.files.items():
                _replace(self.home / path, data)
            if changes.lines:
                _append(self.home / manifest, changes.lines)
        except OSError as error:
            raise _unwritable(self.home, error) from error

    def _edited(self, path: str) -> bool:
        data = self._read(path)
        return data is not None and _digest(data) not in self._digests.get(path, ())

    def _read(self, path: str) -> bytes | None:
        try:
            return (self.home / path).read_bytes()
        except OSError:
            return None


def write_document(file: Path, data: bytes) -> None:
    """Write a file whole, in place of what is there; nobody ever sees half of it.

    Raises:
        InvalidConfiguration: it cannot be written.
    """
    try:
        _replace(file, data)
    except OSError as error:
        raise _unwritable(file, error) from error


def _unwritable(place: Path, error: OSError) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"{quoted(str(place))} cannot be written ({one_line(str(error), 200)})",
        expected="a folder that can be written, and no program that holds the file open",
        remedy="name another folder with -o, or close the program",
    )


def _append(manifest: Path, lines: Sequence[str]) -> None:
    """Append lines; the last line of what is there may lack its end."""
    manifest.parent.mkdir(parents=True, exist_ok=True)
    before = manifest.read_bytes() if manifest.exists() else b""
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    _replace(manifest, before + gap + "".join(f"{line}\n" for line in lines).encode())


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(data)
            file.close()
            written.chmod(0o644)
            written.replace(path)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
