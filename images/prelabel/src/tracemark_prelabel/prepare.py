"""Preparing one data object for the workers: read its document, have its log drawn, say where everything is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, WELDING_CATEGORIES, Categories
from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.contract.plots import PlotRequest, Plotter
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.contract.previous_rounds import earlier_rounds
from tracemark.deadline import Deadline
from tracemark.errors import DataError
from tracemark.profile.shipped import ProfileReference
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.task_input import task_input

_log = logging.getLogger(__name__)


class OnBadItem(StrEnum):
    """What becomes of an object whose data are at fault."""

    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The pre-labeling function as a value: what it reads from, what it draws with, what it does with bad items.

    `profile` and `label_categories` are None when the plotter's default and the welding categories hold.
    """

    store: ObjectStore
    plotter: Plotter
    on_bad_item: OnBadItem = OnBadItem.SKIP
    profile: ProfileReference | None = None
    label_categories: S3Uri | None = None

    def answer(self, request: PreAnnotationRequest, deadline: Deadline) -> PreAnnotationResponse:
        """Return the task input of one data object.

        An object whose own data are at fault is answered with `taskInput.error` and left out of human labeling,
        because an exception would end the whole job.

        Raises:
            DataError: the object is at fault and bad items are to fail the job.
            EnvironmentFault: storage, browser or plotting function failed.
        """
        try:
            return self._prepare(request, deadline)
        except DataError as error:
            _log.error(
                "data object cannot be shown",
                extra={
                    "object": str(request.data_object.get("source", request.data_object.get("source-ref"))),
                    "error": type(error).__name__,
                    "cause": str(error),
                    "on_bad_item": self.on_bad_item.value,
                },
            )
            if self.on_bad_item is OnBadItem.FAIL:
                raise
            return PreAnnotationResponse({"error": str(error)}, is_human_annotation_required=False)

    def _prepare(self, request: PreAnnotationRequest, deadline: Deadline) -> PreAnnotationResponse:
        document = request.document
        dataset = Dataset.parse(self.store.read(document, limit=MAX_DATASET_BYTES).data, str(document))
        earlier = earlier_rounds(request.data_object)
        labels = dataset.labels or self._categories()
        self.store.etag(dataset.image)
        result = self.plotter.plot(PlotRequest.of(dataset, self.profile), deadline)
        return PreAnnotationResponse(
            task_input(dataset.image, result.plots, labels, earlier, result.notes, result.trace)
        )

    def _categories(self) -> Categories:
        if self.label_categories is None:
            return WELDING_CATEGORIES
        file = self.store.read(self.label_categories, limit=MAX_CATEGORY_FILE_BYTES)
        return Categories.parse_file(file.data, str(self.label_categories))
