"""Objects for a running job: the lines of a file in requests that the service takes."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tracemark.contract.manifest import manifest_text, read_manifest
from tracemark_cli.aws.answers import call
from tracemark_cli.aws.labeling_jobs import LabelingJobs
from tracemark_cli.aws.session import Aws
from tracemark_cli.errors import AwsRefused

MAX_LINES = 500
MAX_BYTES = 1024 * 1024

_POLL_SECONDS = 0.5
_START_SECONDS = 120.0
_REMEDY = "see docs/reference/service.md; AWS itself does not have this operation"


@dataclass(frozen=True, slots=True)
class AppendedCounts:
    """How many objects were added, how many the job had already, and how many lines it has now."""

    added: int = 0
    duplicates: int = 0
    total: int = 0

    def then(self, answer: dict[str, Any]) -> AppendedCounts:
        """Return the counts with those of another answer."""
        added, duplicates = self.added + answer["AddedCount"], self.duplicates + answer["DuplicateCount"]
        return AppendedCounts(added, duplicates, answer["TotalCount"])


@dataclass(frozen=True)
class Appending:
    """Appends to the job `name`; with a `token` a repeated call adds nothing, without one its content decides."""

    aws: Aws
    name: str
    token: str = ""
    sleep: Callable[[float], None] = time.sleep

    def lines(self, data: bytes, source: str) -> AppendedCounts:
        """Append the lines of a manifest file.

        Raises:
            InvalidDocument: a line is wrong; nothing was appended.
            AwsRefused: the job is over, or the service is AWS.
        """
        texts = [line.to_json() for line in read_manifest(manifest_text(data, source), source)]
        counts = AppendedCounts()
        for number, page in enumerate(_pages(texts)):
            counts = counts.then(self._call(f"-{number}", DataObjects=list(page)))
        return counts

    def manifest(self, uri: str) -> AppendedCounts:
        """Append the lines of a manifest in S3.

        Raises:
            AwsRefused: the job is over, the manifest cannot be read, or the service is AWS.
        """
        return AppendedCounts().then(self._call("", ManifestS3Uri=uri))

    def wait(self) -> None:
        """Wait until the job takes objects: it does not while it reads its own manifest.

        Raises:
            AwsRefused: there is no such job, or it does not begin for two minutes.
        """
        jobs, waited = LabelingJobs(self.aws), 0.0
        while jobs.describe(self.name).status == "Initializing":
            if waited >= _START_SECONDS:
                raise AwsRefused(f"the job {self.name} has not begun for {waited:.0f} s", remedy="try again later")
            self.sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS

    def _call(self, part: str, **objects: Any) -> dict[str, Any]:
        if self.token:
            # Hashed, so that a token of any length has room for the number of the request.
            objects["ClientToken"] = hashlib.sha256(f"{self.token}{part}".encode()).hexdigest()
        method = self.aws.client("sagemaker").append_to_labeling_job
        answer: dict[str, Any] = call(
            "append to the labeling job", method, _REMEDY, LabelingJobName=self.name, **objects
        )
        return answer


def _pages(lines: Sequence[str]) -> Iterator[Sequence[str]]:
    first, size = 0, 0
    for place, line in enumerate(lines):
        added = len(line.encode()) * 2  # as JSON in JSON its quotes are escaped
        if place > first and (place - first == MAX_LINES or size + added > MAX_BYTES):
            yield lines[first:place]
            first, size = place, 0
        size += added
    yield lines[first:]
