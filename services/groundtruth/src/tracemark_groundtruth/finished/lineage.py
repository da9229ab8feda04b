"""What the workers saw of an object: photograph, log, profile, and the charts with what they were drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.contract.plots import PlotRequest
from tracemark.errors import DataError
from tracemark.profile.sensor_profile import MAX_PROFILE_BYTES, SensorProfile
from tracemark.profile.shipped import ProfileReference
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.s3.job_storage import JobStorage


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a label comes from; everything is empty for an object without a dataset document.

    `plots` are the URIs of the charts that are there, in profile order. `drawn_by` is the tracemark version that drew
    them, `log_etag` that of the log they show, `profile_digest` the SHA-256 of the profile they were drawn by: the
    charts' own metadata tell these three.
    """

    image: str = ""
    sensor_data: str = ""
    profile: str = ""
    plots: tuple[str, ...] = ()
    drawn_by: str = ""
    log_etag: str = ""
    profile_digest: str = ""


@dataclass
class Archive:
    """Looks lineages up in S3; `default_profile` holds for objects that name none. Safe to call from threads."""

    storage: JobStorage
    default_profile: ProfileReference
    _profiles: dict[ProfileReference, SensorProfile] = field(default_factory=dict)

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
        return self._of(PlotRequest.of(dataset, self.default_profile), dataset)

    def _of(self, request: PlotRequest, dataset: Dataset) -> Lineage:
        reference = request.profile or self.default_profile
        charts = self._charts(request, reference)
        told: Mapping[str, str] = next(iter(charts.values()), {})
        return Lineage(
            image=str(dataset.image),
            sensor_data=str(dataset.sensor_data),
            profile=str(reference) if isinstance(reference, S3Uri) else reference.name,
            plots=tuple(str(uri) for uri in charts),
            drawn_by=told.get("tracemark-version", ""),
            log_etag=told.get("tracemark-log-etag", ""),
            profile_digest=told.get("tracemark-profile", ""),
        )

    def _charts(self, request: PlotRequest, reference: ProfileReference) -> Mapping[S3Uri, Mapping[str, str]]:
        try:
            channels = self._profile(reference).channels
        except DataError:
            return {}
        store = S3Objects(self.storage.client)
        charts = {uri: store.metadata(uri) for uri in map(request.file, channels)}
        return {uri: metadata for uri, metadata in charts.items() if metadata is not None}

    def _profile(self, reference: ProfileReference) -> SensorProfile:
        if reference not in self._profiles:
            self._profiles[reference] = (
                SensorProfile.parse(self.storage.read(reference, MAX_PROFILE_BYTES), str(reference))
                if isinstance(reference, S3Uri)
                else reference.load()
            )
        return self._profiles[reference]
