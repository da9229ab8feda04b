"""The file that says what a job left out: ours, beside the output manifest, which has no place for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tracemark.document import Json, json_bytes, read_json
from tracemark.errors import ObjectMissing, one_line
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.left_out import LeftOutObject
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JobStorage

MAX_BYTES = 512 * 1024 * 1024


def left_out_file(output_manifest: S3Uri) -> S3Uri:
    """Return where the file lies: beside the output manifest."""
    return S3Uri(output_manifest.bucket, f"{output_manifest.key.rpartition('/')[0]}/left-out.jsonl")


def write_left_out(storage: JobStorage, output_manifest: S3Uri, found: Iterable[LeftOutObject]) -> None:
    """Write the file, unless nothing was left out.

    Raises:
        ObjectMissing, AccessDenied, StorageUnavailable: S3 does not take it.
    """
    lines = (json_bytes(one.to_json()) + b"\n" for one in found)
    first = next(lines, None)
    if first is not None:
        storage.upload(left_out_file(output_manifest), _chained(first, lines), JSON_LINES_TYPE)


def read_left_out(storage: JobStorage, output_manifest: S3Uri) -> Mapping[str, str]:
    """Return the reasons by object id; none for a job that left nothing out, or that ran on AWS.

    Raises:
        InvalidDocument: a line of the file is wrong.
        AccessDenied, StorageUnavailable: S3 refused, or did not answer.
    """
    uri = left_out_file(output_manifest)
    try:
        lines = storage.read(uri, MAX_BYTES).splitlines()
    except ObjectMissing:
        return {}
    nodes = [read_json(line, f"{uri} line {number}") for number, line in enumerate(lines, start=1)]
    return {node["datasetObjectId"].text(): _reason(node.mapping()) for node in nodes}


def _reason(line: Mapping[str, Json]) -> str:
    found = line.get("reason")
    return one_line(found) if isinstance(found, str) else ""


def _chained(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others
