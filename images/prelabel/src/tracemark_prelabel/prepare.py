"""Preparing one data object for the workers: read its document, look at photographs, have logs drawn, collect URIs."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from enum import StrEnum

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, WELDING_CATEGORIES, Categories
from tracemark.contract.dataset import MAX_DATASET_BYTES, Dataset
from tracemark.contract.manifest import source_key
from tracemark.contract.plots import PlotRequest, Plotter
from tracemark.contract.preannotation import PreAnnotationRequest, PreAnnotationResponse
from tracemark.contract.previous_rounds import earlier_rounds
from tracemark.deadline import Deadline
from tracemark.errors import DataError
from tracemark.profile.shipped import ProfileReference
from tracemark.storage.objects import ObjectStore
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photographs
from tracemark_prelabel.pictures import PictureLimits
from tracemark_prelabel.task_input import Shown, task_input

_log = logging.getLogger(__name__)


class OnBadItem(StrEnum):
    """What to do with an object whose data are not valid."""

    SKIP = "skip"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Preparation:
    """The pre-labeling function as a value: its store, its plotter, its treatment of bad items.

    `profile` and `label_categories` are None for the plotter's default and the welding categories.
    """

    store: ObjectStore
    plotter: Plotter
    on_bad_item: OnBadItem = OnBadItem.SKIP
    profile: ProfileReference | None = None
    label_categories: S3Uri | None = None
    picture_limits: PictureLimits = field(default_factory=PictureLimits)

    def answer(self, request: PreAnnotationRequest, deadline: Deadline) -> PreAnnotationResponse:
        """Return the task input of one data object.

        For an object whose data are not valid the answer is `taskInput.error` without human labeling, because an
        exception would end the whole job.

        Raises:
            DataError: the object's data are not valid, and `on_bad_item` is FAIL.
            EnvironmentFault: storage, browser or plotting function failed.
        """
        try:
            return self._prepare(request, deadline)
        except DataError as error:
            _log.error(
                "data object cannot be shown",
                extra={
                    "object": str(request.data_object.get(source_key(request.data_object))),
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
        previous = earlier_rounds(request.data_object)
        labels = dataset.labels or self._categories()
        item = self._shown(dataset, deadline)
        return PreAnnotationResponse(task_input(item, labels, previous))

    def _shown(self, dataset: Dataset, deadline: Deadline) -> Shown:
        photographs = Photographs(self.store, self.picture_limits)
        images = [photographs.show(image.file) for image in dataset.images]
        for media in (*dataset.audio, *dataset.video):
            self.store.etag(media.file)
        charts = [self.plotter.plot(PlotRequest.of(log, self.profile), deadline) for log in dataset.logs]
        return Shown(dataset, images, charts)

    def _categories(self) -> Categories:
        if self.label_categories is None:
            return WELDING_CATEGORIES
        file = self.store.read(self.label_categories, limit=MAX_CATEGORY_FILE_BYTES)
        return Categories.parse_file(file.data, str(self.label_categories))
