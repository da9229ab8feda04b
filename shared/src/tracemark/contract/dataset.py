"""The dataset document that a manifest line points to: one sensor log and one photograph."""

from __future__ import annotations

from dataclasses import dataclass

from tracemark.contract.categories import Categories
from tracemark.document import Node, read_json
from tracemark.storage.s3uri import S3Uri

MAX_DATASET_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Dataset:
    """One item to label; `profile` and `labels` are None when the function's defaults hold."""

    sensor_data: S3Uri
    image: S3Uri
    profile: S3Uri | None = None
    labels: Categories | None = None

    @classmethod
    def parse(cls, data: bytes, source: str) -> Dataset:
        """Read `{"sensor_data": {"s3Path"}, "image": {"s3Path"}, "profile"?: {"s3Path"}, "labels"?: [names]}`.

        Further keys are ignored.

        Raises:
            InvalidDocument: not JSON, or a key is missing or of the wrong type.
            InvalidUri: a path is not an S3 URI.
        """
        document = read_json(data, source)
        profile, labels = document.get("profile"), document.get("labels")
        return cls(
            sensor_data=_s3_path(document["sensor_data"]),
            image=_s3_path(document["image"]),
            profile=_s3_path(profile) if profile else None,
            labels=Categories.parse(labels) if labels else None,
        )


def _s3_path(reference: Node) -> S3Uri:
    return reference["s3Path"].uri()
