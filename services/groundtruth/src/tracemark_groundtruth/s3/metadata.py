"""Object metadata, which a file cannot hold, kept in a hidden file next to the folder's buckets."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tracemark.document import Node, read_json
from tracemark.errors import InvalidDocument, InvalidUri
from tracemark.storage.s3uri import S3Uri

FILE = ".tracemark-metadata.jsonl"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ObjectMetadata:
    """The metadata of an object, and the ETag of the content that they belong to."""

    etag: str
    metadata: Mapping[str, str]


def read_metadata(folder: Path) -> dict[S3Uri, ObjectMetadata]:
    """Return the saved metadata; unreadable lines and files are logged and skipped.

    Without its metadata an object is only made anew.
    """
    file = folder / FILE
    objects: dict[S3Uri, ObjectMetadata] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        _log.warning("object metadata not read", extra={"file": str(file), "cause": str(error)})
        return objects
    for number, line in enumerate(lines, start=1):
        try:
            node = read_json(line, f"{file} line {number}")
            objects[node["uri"].uri()] = ObjectMetadata(node["etag"].text(), _texts(node["metadata"]))
        except (InvalidDocument, InvalidUri) as error:
            _log.warning("object metadata not read", extra={"file": str(file), "cause": str(error)})
    return objects


def write_metadata(folder: Path, objects: Mapping[S3Uri, ObjectMetadata]) -> None:
    """Replace the saved metadata atomically.

    Raises:
        OSError: the file cannot be written.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=folder, prefix=".", delete=False) as file:
        written = Path(file.name)
        try:
            for uri, each in sorted(objects.items()):
                line = {"uri": str(uri), "etag": each.etag, "metadata": dict(each.metadata)}
                file.write(json.dumps(line) + "\n")
            file.close()
            written.replace(folder / FILE)
        except BaseException:
            written.unlink(missing_ok=True)
            raise


def _texts(node: Node) -> dict[str, str]:
    return {name: node[name].text() for name in node.mapping()}
