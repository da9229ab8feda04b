"""A job's own categories are what its pages show, whatever its pre-annotation function took for the usual ones."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from tracemark.document import Json

LABELS_KEY = "labels"
"""The key of the task input under which our pre-labeling function answers the categories."""

logger = logging.getLogger(__name__)


def with_job_categories(
    task_input: Mapping[str, Json], categories: Sequence[str] | None, object_id: str
) -> Mapping[str, Json]:
    """Return the task input with the job's categories in place of labels that are not all among them.

    `categories` is None for a job without a category file. A task input without labels stays as it is, and so do
    labels that are some of the job's: a dataset document may offer fewer.
    """
    labels = task_input.get(LABELS_KEY)
    if categories is None or not isinstance(labels, list) or not outside(labels, categories):
        return task_input
    logger.info(
        "the function's labels are not the job's categories, which are shown instead",
        extra={"object_id": object_id, "labels": labels[:20], "categories": list(categories[:20])},
    )
    return {**task_input, LABELS_KEY: list(categories)}


def outside(labels: Sequence[Json], categories: Sequence[str]) -> list[Json]:
    """Return the labels that are none of the categories; of no labels at all, what is missing."""
    return [label for label in labels if label not in categories] if labels else list(categories)
