"""Where Ground Truth puts what a job writes: every key below the output path, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracemark.contract.timestamps import key_time
from tracemark.storage.s3uri import S3Prefix, S3Uri

CONSOLIDATED_MANIFEST = "consolidated.manifest"
CHANGES_FILE = "changes.jsonl"
"""The two files of the final pass."""


@dataclass(frozen=True, slots=True)
class OutputTree:
    """The keys of the job `job_name` below `output`; iterations count from 1."""

    output: S3Prefix
    job_name: str

    @property
    def root(self) -> S3Prefix:
        """The prefix of everything the job writes."""
        return S3Prefix(self.output.bucket, f"{self.output.key}{self.job_name}/")

    @property
    def output_manifest(self) -> S3Uri:
        """The result: one line for each line of the input."""
        return self.root.object("manifests/output/output.manifest")

    @property
    def final_pass(self) -> S3Prefix:
        """Where the final pass writes: ours, beside the folder of the output manifest."""
        return S3Prefix(self.root.bucket, f"{self.root.key}manifests/consolidated/")

    @property
    def consolidated_manifest(self) -> S3Uri:
        """The result of the final pass: the lines of the output manifest with the labels that all answers give."""
        return self.final_pass.object(CONSOLIDATED_MANIFEST)

    @property
    def annotations(self) -> str:
        """What the post-annotation event calls `outputConfig`: a URI without a slash at its end."""
        return f"{self.root}annotations"

    @property
    def worker_responses(self) -> S3Prefix:
        """The prefix of all raw answers."""
        return S3Prefix(self.root.bucket, f"{self.root.key}annotations/worker-response/")

    def worker_response(self, iteration: int, object_id: str, at: datetime) -> S3Uri:
        """The raw answers of all workers to one object."""
        return self.worker_responses.object(f"iteration-{iteration}/{object_id}/{key_time(at)}.json")

    def consolidation_request(self, iteration: int, at: datetime, part: str = "") -> S3Uri:
        """The payload that the post-annotation function reads, or one of its parts where all at once is too large."""
        return self._consolidation("consolidation-request", iteration, at, part)

    def consolidation_response(self, iteration: int, at: datetime, part: str = "") -> S3Uri:
        """What the post-annotation function answered."""
        return self._consolidation("consolidation-response", iteration, at, part)

    def intermediate_manifest(self, iteration: int) -> S3Uri:
        """The finished lines of one iteration."""
        return self.root.object(f"annotations/intermediate/{iteration}/annotations.manifest")

    def _consolidation(self, kind: str, iteration: int, at: datetime, part: str) -> S3Uri:
        name = "_".join(filter(None, [key_time(at), part]))
        return self.root.object(f"annotations/consolidated-annotation/{kind}/iteration-{iteration}/{name}.json")
