"""Photographs of items: each is looked at, and one that no browser shows gets a copy that browsers do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tracemark.contract.plots import PLOTS_PREFIX
from tracemark.storage.objects import NewObject, ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel import __version__
from tracemark_prelabel.pictures import PictureLimits, developed, unshowable

IMAGES_PREFIX = "images/"

_NOTE = "tracemark-note"


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph as browsers show it; `note` is a sentence on what was done to it, empty where nothing was."""

    file: S3Uri
    note: str = ""


@dataclass(frozen=True, slots=True)
class Photographs:
    """Looks at photographs in `store`, and writes copies beside the charts."""

    store: ObjectStore
    limits: PictureLimits = field(default_factory=PictureLimits)

    def show(self, uri: S3Uri) -> Photograph:
        """Return what workers are shown of a photograph; a copy that is there and still right is not made again.

        Raises:
            DataError: the photograph is missing, too large, damaged or no image.
            EnvironmentFault: storage failed.
        """
        stored = self.store.read(uri, limit=self.limits.bytes)
        if not unshowable(stored.data, str(uri), self.limits):
            return Photograph(uri)
        target, inputs = copy_of(uri), _inputs(uri, stored.etag)
        there = dict(self.store.metadata(target) or {})
        note = there.pop(_NOTE, "")
        if there == inputs:
            return Photograph(target, note)
        made = developed(stored.data, str(uri), self.limits)
        told = {_NOTE: made.note} if made.note else {}
        self.store.write(target, NewObject(made.jpeg, "image/jpeg", {**inputs, **told}))
        return Photograph(target, made.note)


def copy_of(uri: S3Uri) -> S3Uri:
    """Return where the copy of a photograph goes: below `plots/` in its bucket, by its key without `images/`."""
    return S3Uri.parse(f"s3://{uri.bucket}/{PLOTS_PREFIX}{uri.key.removeprefix(IMAGES_PREFIX)}-shown.jpg")


def _inputs(uri: S3Uri, etag: str) -> Mapping[str, str]:
    """Return what a copy was made from, as the metadata of its object."""
    return {
        "tracemark-version": __version__,
        "tracemark-image": sha256(str(uri).encode()).hexdigest(),
        "tracemark-image-etag": etag.strip('"'),
    }
