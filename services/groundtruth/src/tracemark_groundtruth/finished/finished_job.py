"""Reads a finished job back from its output tree, one of ours or of Ground Truth itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.document import read_json
from tracemark.errors import StorageUnavailable
from tracemark.manifest import MAX_MANIFEST_BYTES, manifest_text, read_manifest
from tracemark.s3uri import S3Uri
from tracemark_groundtruth.bucket import JobStorage
from tracemark_groundtruth.finished.item import FinishedItem, GivenAnswer
from tracemark_groundtruth.output_tree import OutputTree

MAX_RESPONSE_BYTES = 16 * 1024 * 1024

_THREADS = 8
_RESPONSE = re.compile(r"worker-response/iteration-(\d+)/(\d+)/([^/]+)\.json$")


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job whose output manifest is written; `items` are in manifest order."""

    name: str
    attribute: str
    tree: OutputTree
    items: tuple[FinishedItem, ...]

    @classmethod
    def read(cls, storage: JobStorage, tree: OutputTree, attribute: str) -> FinishedJob:
        """Read the output manifest and the last worker response to each of its objects.

        Raises:
            ObjectMissing: the job has no output manifest (yet).
            InvalidDocument: the manifest or a response is wrong; the error names it.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        source = str(tree.output_manifest)
        text = manifest_text(storage.read(tree.output_manifest, MAX_MANIFEST_BYTES), source)
        responses = _responses(storage, tree)
        with ThreadPoolExecutor(_THREADS) as executor:
            read = executor.map(lambda uri: _answers(storage, uri), responses.values())
            answers = dict(zip(responses, read, strict=True))
        lines = read_manifest(text, source)
        items = tuple(FinishedItem.of(line, attribute, answers.get(line.id, ())) for line in lines)
        return cls(tree.job_name, attribute, tree, items)


def _responses(storage: JobStorage, tree: OutputTree) -> Mapping[str, S3Uri]:
    """Return the last response to each object: that of the last iteration, the last in it."""
    last: dict[str, tuple[int, str]] = {}
    for key in _keys(storage, tree):
        found = _RESPONSE.search(key)
        if found:
            place = (int(found[1]), key)
            last[found[2]] = max(place, last.get(found[2], place))
    return {object_id: S3Uri(tree.root.bucket, key) for object_id, (_, key) in last.items()}


def _keys(storage: JobStorage, tree: OutputTree) -> Iterator[str]:
    prefix = tree.worker_responses
    try:
        pages = storage.client.get_paginator("list_objects_v2").paginate(Bucket=prefix.bucket, Prefix=prefix.key)
        for page in pages:
            yield from (str(entry["Key"]) for entry in page.get("Contents", ()))
    except (ClientError, BotoCoreError) as error:
        raise StorageUnavailable(
            f"the worker responses cannot be listed ({error})",
            place=str(prefix),
            remedy="check s3:ListBucket for this prefix, then try again",
        ) from error


def _answers(storage: JobStorage, uri: S3Uri) -> tuple[GivenAnswer, ...]:
    document = read_json(storage.read(uri, MAX_RESPONSE_BYTES), str(uri))
    return tuple(GivenAnswer.parse(node) for node in document["answers"].items())
