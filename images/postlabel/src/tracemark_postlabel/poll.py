"""All answers to one object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracemark.contract.postannotation import AnnotatedObject
from tracemark.errors import InvalidDocument
from tracemark.storage.objects import ObjectStore
from tracemark_postlabel.answers import Reading, UnusableAnswer, read_answer

Listing = tuple[Reading, ...]
"""The answers of one payload entry, in its order."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One object, with one listing for each time that the payload names it; `source` as in `AnnotatedObject`."""

    object_id: str
    listings: tuple[Listing, ...]
    source: str = ""

    @property
    def readings(self) -> Listing:
        """The answers, in order; a listing that repeats another is the same answers again, not more of them."""
        distinct: list[Listing] = []
        for listing in self.listings:
            if listing not in distinct:
                distinct.append(listing)
        return tuple(reading for listing in distinct for reading in listing)

    def place(self, index: int) -> str:
        """Return a name for the answer at a place in `readings`: it tells workers without an id apart."""
        return f"{self.object_id}[{index}]"


def take_polls(objects: Iterable[AnnotatedObject], store: ObjectStore, limit: int) -> list[Poll]:
    """Return one poll for each object, in the order of first mention; `limit` bounds one answer, in bytes.

    Raises:
        AccessDenied, StorageUnavailable: an answer lies in S3 and cannot be read now.
    """
    listings: dict[str, list[Listing]] = {}
    sources: dict[str, str] = {}
    for entry in objects:
        listings.setdefault(entry.dataset_object_id, []).append(_listing(entry, store, limit))
        sources.setdefault(entry.dataset_object_id, entry.source)
    return [Poll(object_id, tuple(found), sources[object_id]) for object_id, found in listings.items()]


def _listing(entry: AnnotatedObject, store: ObjectStore, limit: int) -> Listing:
    if entry.annotations is None:
        return ()
    try:
        annotations = list(entry.annotations.items())
    except (InvalidDocument, RecursionError):
        return (UnusableAnswer("its annotations are not a list"),)
    return tuple(read_answer(annotation, store, limit) for annotation in annotations)
