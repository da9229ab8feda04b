"""What the workers saw of an object: photographs, logs, and the charts with what they were drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset, Log
from tracemark.contract.plots import PROFILE_METADATA, PlotRequest
from tracemark.errors import DataError
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.s3.job_storage import JobStorage

Charts = Mapping[S3Uri, Mapping[str, str]]
"""The charts of a log by their URIs, each with the metadata of its object."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a label comes from; everything is empty for an object without a dataset document.

    `plots` are the URIs of the charts that are there, sorted for each log. `profile` is what a document names, or else
    what the charts were drawn by. `drawn_by` is the tracemark version that drew them, `log_etag` that of the log they
    show, `profile_digest` the SHA-256 of the profile they were drawn by: all three come from the charts' metadata.
    What an item has several of is joined by semicolons, its images but for the first, recordings and films are
    `further` files.
    """

    image: str = ""
    sensor_data: str = ""
    profile: str = ""
    plots: tuple[str, ...] = ()
    drawn_by: str = ""
    log_etag: str = ""
    profile_digest: str = ""
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archive:
    """Looks lineages up in S3. Safe to call from threads."""

    storage: JobStorage

    def lineage(self, uri: S3Uri | None) -> Lineage:
        """Return what the dataset document at `uri` leads to; what is gone by now is left out.

        Raises:
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        if uri is None or not uri.key.endswith(".json"):
            return Lineage()
        try:
            dataset = Dataset.parse(self.storage.read(uri, MAX_DATASET_BYTES), str(uri))
        except DataError:
            return Lineage()
        return self._of(dataset)

    def _of(self, dataset: Dataset) -> Lineage:
        charts = [self._charts(PlotRequest.of(log, None)) for log in dataset.logs]
        told = [next(iter(found.values()), {}) for found in charts]
        images = [str(image.file) for image in dataset.images]
        return Lineage(
            image=images[0] if images else "",
            sensor_data=_joined(str(log.file) for log in dataset.logs),
            profile=_joined(_profile(log, one) for log, one in zip(dataset.logs, told, strict=True)),
            plots=tuple(str(uri) for found in charts for uri in found),
            drawn_by=_joined(one.get("tracemark-version", "") for one in told),
            log_etag="; ".join(filter(None, (one.get("tracemark-log-etag", "") for one in told))),
            profile_digest=_joined(one.get("tracemark-profile", "") for one in told),
            further=(*images[1:], *(str(media.file) for media in (*dataset.audio, *dataset.video))),
        )

    def _charts(self, request: PlotRequest) -> Charts:
        """Return what lies where charts of a log go, and says itself that it is one."""
        place, log = request.destination, sha256(str(request.sensor_data).encode()).hexdigest()
        try:
            keys = self.storage.keys(S3Prefix(place.bucket, f"{place.key}{request.stem}"))
        except DataError:
            return {}
        store = S3Objects(self.storage.client)
        uris = [S3Uri(place.bucket, key) for key in keys]
        found = {uri: store.metadata(uri) or {} for uri in uris}
        return {uri: metadata for uri, metadata in found.items() if metadata.get("tracemark-log") == log}


def _profile(log: Log, told: Mapping[str, str]) -> str:
    return str(log.profile) if log.profile else unquote(told.get(PROFILE_METADATA, ""))


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))
