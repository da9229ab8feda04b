"""What was asked for, and the receipt that marks a directory as its place."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from tracemark_samples.errors import BucketNameError, CountError, OccupiedDirectoryError, SeedError

RECEIPT = "sample-set.json"
"""Name of the receipt in the directory of a data set, outside the bucket."""

_BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class SampleRequest:
    """The arguments that decide every byte of a data set."""

    seed: int
    count: int
    bucket: str

    def __post_init__(self) -> None:
        """Raise `SeedError`, `CountError` or `BucketNameError` for a value out of range."""
        if self.seed < 0:
            raise SeedError(self.seed)
        if self.count < 1:
            raise CountError("count", self.count)
        if not _BUCKET_NAME.fullmatch(self.bucket):
            raise BucketNameError(self.bucket)

    def claim(self, directory: Path) -> None:
        """Leave this request's receipt in `directory`, made if missing.

        Raises `OccupiedDirectoryError` when files are in the way and no equal receipt lies beside them.
        """
        receipt = directory / RECEIPT
        content = (json.dumps(asdict(self)) + "\n").encode()
        if directory.exists() and not directory.is_dir():
            raise OccupiedDirectoryError(directory)
        if receipt.is_file() and receipt.read_bytes() == content:
            return
        for place in (directory / self.bucket, directory / "true-labels.jsonl"):
            if _is_occupied(place):
                raise OccupiedDirectoryError(place)
        directory.mkdir(parents=True, exist_ok=True)
        receipt.write_bytes(content)


def _is_occupied(place: Path) -> bool:
    return any(place.iterdir()) if place.is_dir() else place.exists()
