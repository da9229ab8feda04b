"""Task inputs of items with one photograph and one log, as the tutorial has them."""

from __future__ import annotations

from collections.abc import Sequence

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import Plot, PlotResult
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photograph
from tracemark_prelabel.task_input import Shown, task_input


def usual_task_input(image: S3Uri, plots: Sequence[Plot], labels: Categories) -> dict[str, Json]:
    item = Dataset(logs=(Log(S3Uri(image.bucket, "sensor_data/a.csv")),), images=(Media(image),))
    return task_input(Shown(item, [Photograph(image)], [PlotResult(tuple(plots), rendered=True)]), labels)
