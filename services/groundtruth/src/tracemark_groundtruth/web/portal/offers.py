"""What the pages of tasks offered their workers, kept so that an answer is checked without asking S3 again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from cachetools import LRUCache

from tracemark.document import Json
from tracemark_groundtruth.errors import ClassUnknown
from tracemark_groundtruth.rendering.classifiers import Classifier, unknown_class

MOST_KEPT = 4 * 1024 * 1024
"""In characters of names that pages offer, each offer counted as `LEAST_SIZE` at least: so there are 10,000 at most."""

LEAST_SIZE = 420


@dataclass(frozen=True, slots=True)
class Offer:
    """The classifiers of a task's page, and the categories of its job; without categories every answer will do."""

    page: tuple[Classifier, ...] = ()
    categories: tuple[str, ...] = ()

    def check(self, answers: Mapping[str, Json]) -> None:
        """Refuse an answer outside the job's categories.

        Raises:
            ClassUnknown: a classifier's answer is none of them.
        """
        problem = unknown_class(answers, self.page, self.categories) if self.categories else ""
        if problem:
            raise ClassUnknown(problem)


def _size(offer: Offer) -> int:
    return max(LEAST_SIZE, sum(len(name) for one in offer.page for name in (one.name, *one.categories)))


@dataclass(frozen=True)
class Offers:
    """The last offers by task; threads may share them."""

    _kept: LRUCache[str, Offer] = field(default_factory=lambda: LRUCache(MOST_KEPT, _size), repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def keep(self, task_id: str, offer: Offer) -> None:
        """Note what the page of a task offers, as it is shown, unless that alone would fill all room."""
        if _size(offer) <= MOST_KEPT:
            with self._lock:
                self._kept[task_id] = offer

    def kept(self, task_id: str) -> Offer | None:
        """Return what the page of a task offered; None when this process showed none, or not lately."""
        with self._lock:
            return self._kept.get(task_id)
