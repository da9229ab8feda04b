"""The sample data in the image, adapted to the bucket of a stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Prefix

PACKED_BUCKET = S3Prefix("tracemark-samples", "")
"""The bucket that the packed documents and manifest refer to."""

_MANIFEST = "manifest.jsonl"
_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}
_REFERS_TO_BUCKET = (".json", ".jsonl")
# Where the labeling service has the scripts that templates load; in a bucket they are next to the template.
_OF_THE_SERVICE = re.compile(rb"""src=["']/assets/scripts/([a-z-]+\.js)["']""")


@dataclass(frozen=True, slots=True)
class Sample:
    """One object of the sample data."""

    key: str
    data: bytes
    media_type: str


class Shelf(Protocol):
    """A destination for sample data."""

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        """Write an object unless there is one; return whether it was written."""


def put_samples(folder: Path, bucket: S3Prefix, shelf: Shelf) -> int:
    """Write the objects that do not exist yet, the manifest last; return how many were written.

    Raises:
        InvalidConfiguration: `folder` contains no sample data.
        AccessDenied, ObjectMissing, StorageUnavailable: see `S3Bucket.put_new`.
    """
    written = [shelf.put_new(sample.key, sample.data, sample.media_type) for sample in _samples(folder, bucket)]
    return sum(written)


def _samples(folder: Path, bucket: S3Prefix) -> Iterator[Sample]:
    if not (folder / _MANIFEST).is_file():
        raise InvalidConfiguration(
            "the image contains no sample data", place=str(folder), remedy="rebuild it, or set SampleData to false"
        )
    files = [file for file in folder.rglob("*") if file.is_file()]
    # The manifest comes last: once it exists, so does everything it refers to.
    for file in sorted(files, key=lambda file: (file.name == _MANIFEST, file)):
        yield Sample(file.relative_to(folder).as_posix(), _with_bucket(file, bucket), _MEDIA_TYPES[file.suffix])


def _with_bucket(file: Path, bucket: S3Prefix) -> bytes:
    data = file.read_bytes()
    if file.suffix == ".html":
        return _with_scripts_of_the_bucket(data, bucket)
    if file.suffix not in _REFERS_TO_BUCKET:
        return data
    return data.replace(str(PACKED_BUCKET).encode(), str(bucket).encode())


def _with_scripts_of_the_bucket(template: bytes, bucket: S3Prefix) -> bytes:
    """Return a template that loads its scripts by links which the worker portal signs; they lie beside it."""
    link = f"""src="{{{{ 's3://{bucket.bucket}/templates/NAME' | grant_read_access }}}}\""""
    before, after = link.encode().split(b"NAME")
    return _OF_THE_SERVICE.sub(lambda found: before + found[1] + after, template)
