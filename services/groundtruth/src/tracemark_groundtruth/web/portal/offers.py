"""What the pages of tasks offered their workers, kept so that an answer is checked without asking S3 again."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark_groundtruth.errors import ClassUnknown
from tracemark_groundtruth.rendering.classifiers import Classifier, unknown_class

MOST_KEPT = 10_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """The classifiers of a task's page, and the categories of its job; without categories every answer will do."""

    page: tuple[Classifier, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offers:
    """The last offers by task; threads may share them."""

    _kept: OrderedDict[str, Offer] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def keep(self, task_id: str, offer: Offer) -> None:
        """Note what the page of a task offers, as it is shown."""
        with self._lock:
            self._kept[task_id] = offer
            self._kept.move_to_end(task_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def check(self, task_id: str, answers: Mapping[str, Json], make: Callable[[], Offer]) -> None:
        """Refuse an answer outside the job's categories; `make` makes the offer of a page that another process showed.

        When it cannot be made, the answer passes: a worker's work is not lost because S3 does not answer.

        Raises:
            ClassUnknown: a classifier's answer is none of the job's categories.
        """
        with self._lock:
            offer = self._kept.get(task_id)
        try:
            offer = offer or make()
        except TracemarkError as error:
            logger.warning("an answer's classes are not checked", extra={"cause": str(error)})
            return
        problem = unknown_class(answers, offer.page, offer.categories) if offer.categories else ""
        if problem:
            raise ClassUnknown(problem)
