"""Gold items: objects whose label is known beforehand, read from the job's own manifest, which workers never see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracemark.contract.gold import gold_label
from tracemark.contract.manifest import manifest_text, read_manifest
from tracemark.errors import DataError, InvalidConfiguration
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri

MAX_GOLD_MANIFEST_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GoldItems:
    """Gold labels by what the manifest line says under `source` or `source-ref`.

    A payload names its objects by that and by their line's number; by the number alone, the gold of another job's
    manifest would be taken for this one's.
    """

    labels: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, uri: S3Uri, store: ObjectStore) -> GoldItems:
        """Read the lines of a manifest that carry `"gold": "<label>"`.

        Raises:
            InvalidConfiguration: the manifest cannot be used.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        try:
            text = manifest_text(store.read(uri, limit=MAX_GOLD_MANIFEST_BYTES).data, str(uri))
            found = [(line.source, gold_label(line.attributes)) for line in read_manifest(text, str(uri))]
        except DataError as error:
            raise InvalidConfiguration(
                f"the file that GOLD_MANIFEST names cannot be used ({error.what})",
                place=str(uri),
                expected='the manifest of the job, some of its lines with "gold": "<label>"',
                remedy="correct the file or the variable",
            ) from error
        return cls({source: gold for source, gold in found if gold})

    def of(self, source: str) -> str | None:
        """Return the gold label of an object, None when it is no gold item."""
        return self.labels.get(source)


NO_GOLD = GoldItems()
