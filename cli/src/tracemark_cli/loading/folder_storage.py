"""Reads a job's objects where they lie in its folder: without S3, without a change, also while a service runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracemark.errors import ObjectMissing, ObjectTooLarge, StorageUnavailable
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_groundtruth.s3.job_storage import JobStorage


@dataclass(frozen=True)
class FolderStorage(JobStorage):
    """The objects of the folder of a job; what the user's own folder holds is found there."""

    folder: JobFolder

    def read(self, uri: S3Uri, limit: int) -> bytes:
        """See `JobStorage.read`.

        Raises:
            ObjectMissing, ObjectTooLarge: it is not there, or larger.
            StorageUnavailable: the file cannot be read.
        """
        file = self.path(uri)
        try:
            size = file.stat().st_size
            if size > limit:
                raise ObjectTooLarge(f"the file has {size:,} bytes", place=str(file), expected=f"at most {limit:,}")
            return file.read_bytes()
        except FileNotFoundError as error:
            raise ObjectMissing("there is no such file", place=str(file), remedy="check the path") from error
        except OSError as error:
            raise StorageUnavailable(f"the file cannot be read ({error.strerror})", place=str(file)) from error

    def keys(self, prefix: S3Prefix) -> list[str]:
        """See `JobStorage.keys`; a prefix is a folder."""
        bucket = self.folder.home / prefix.bucket
        found = (bucket / prefix.key).rglob("*")
        return sorted(
            file.relative_to(bucket).as_posix() for file in found if file.is_file() and not file.name.startswith(".")
        )

    def path(self, uri: S3Uri) -> Path:
        """Return the file of an object."""
        own = self.folder.data / uri.key
        return own if uri.bucket == self.folder.name and own.is_file() else self.folder.home / uri.bucket / uri.key
