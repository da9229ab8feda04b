"""Where the documents of a job lie, and how files of the user's folder are called in S3."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tracemark.errors import InvalidConfiguration, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.folders import Folders

HOME = ".tracemark-job"
"""The folder in the user's folder that holds everything of the job."""

_MAX_NAME = 50


@dataclass(frozen=True, slots=True)
class JobFolder:
    """home: what `--data` names; the job's own bucket is a folder in it. data: the user's folder, only read.

    The user's folder is the bucket `name`, the job's own is `<name>-job`.
    """

    home: Path
    data: Path
    name: str

    @classmethod
    def of(cls, data: Path, output: Path | None) -> JobFolder:
        """Return the job folder of `data`, in it or at `output`; one that is there keeps its bucket's name.

        Raises:
            InvalidConfiguration: `output` lies in the folder in plain sight, or belongs to another folder.
        """
        home = output or data / HOME
        inside = home.resolve().is_relative_to(data.resolve())
        if inside and not any(part.startswith(".") for part in home.resolve().relative_to(data.resolve()).parts):
            raise InvalidConfiguration(
                f"{quoted(str(home))} lies in the folder of the data",
                expected="a folder elsewhere, or a hidden one",
                remedy="name another folder with -o, or leave it out",
            )
        name = _bucket(data)
        for bucket, place in Folders.read(home).places.items() if home.is_dir() else ():
            if place.resolve() == data.resolve():
                return cls(home, data, bucket)
            raise InvalidConfiguration(
                f"{quoted(str(home))} holds the job of {quoted(str(place.resolve()))}",
                remedy="name another folder with -o",
            )
        return cls(home, data, name)

    @property
    def job_bucket(self) -> str:
        """The bucket of the job's own documents."""
        return f"{self.name}-job"

    @property
    def job_file(self) -> Path:
        """What `tracemark run`, `doctor` and `report` take."""
        return self.home / "job.yaml"

    def file(self, path: PurePosixPath) -> S3Uri:
        """Return the URI of a file of the user's folder."""
        return S3Uri(self.name, str(path))

    def document(self, name: str) -> S3Uri:
        """Return the URI of a document of the job."""
        return S3Uri(self.job_bucket, name)

    def path(self, uri: S3Uri) -> str:
        """Return the path, relative to `home`, of a document of the job."""
        return f"{uri.bucket}/{uri.key}"


def _bucket(data: Path) -> str:
    plain = unicodedata.normalize("NFKD", data.resolve().name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_NAME].strip("-")
    return found if len(found) >= 3 else f"{found}-data".strip("-")
