"""A job on a part of its manifest: the part is written beside it, and the request names that and says what it is."""

from __future__ import annotations

import copy
from typing import Any

from tracemark.contract.manifest import MAX_MANIFEST_BYTES, manifest_text, read_manifest
from tracemark.document import Node
from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.aws.labeling_request import LabelingRequest
from tracemark_groundtruth.job.data_source import DataSource
from tracemark_groundtruth.labeling.selection import Chosen, Selection
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JSON_TYPE, JobStorage


def with_selection(request: LabelingRequest, selection: Selection, client: Any) -> tuple[LabelingRequest, Chosen]:
    """Write what is selected of the request's manifest, and return the request for a job on it.

    `client` is a boto3 S3 client.

    Raises:
        InvalidConfiguration: the request names no manifest, or nothing is left of it.
        InvalidDocument: a line of the manifest is wrong.
        ObjectMissing, ObjectTooLarge, AccessDenied, StorageUnavailable: S3 does not give or take it.
    """
    manifest = DataSource.parse(Node(request.to_json(), "request")["InputConfig"]).manifest
    if manifest is None:
        raise InvalidConfiguration(
            "a streaming job without a manifest has nothing to select from", remedy="leave out --filter and --sample"
        )
    storage = JobStorage(client)
    text = manifest_text(storage.read(manifest, MAX_MANIFEST_BYTES), str(manifest))
    chosen = selection.choose(list(read_manifest(text, str(manifest))), str(manifest))
    place = chosen.beside(manifest)
    storage.write(place, chosen.data, JSON_LINES_TYPE)
    storage.write(S3Uri(place.bucket, f"{place.key}.selection.json"), chosen.record(), JSON_TYPE)
    return LabelingRequest(selected_request(request.to_json(), place, chosen)), chosen


def selected_request(document: dict[str, Any], manifest: S3Uri, chosen: Chosen) -> dict[str, Any]:
    """Return a request that names the selected manifest, with tags that say how it was made."""
    changed = copy.deepcopy(document)
    changed["InputConfig"]["DataSource"]["S3DataSource"]["ManifestS3Uri"] = str(manifest)
    changed["Tags"] = [*(changed.get("Tags") or []), *chosen.tags()]
    return changed
