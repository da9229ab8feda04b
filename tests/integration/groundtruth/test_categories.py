"""The job's own category file is what workers are shown and what consolidation counts."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tracemark.contract.categories import WELDING_CATEGORIES

OWN = ["Pore", "Crack", "Undercut", "Sound"]


@pytest.fixture
def own_classes(stage: Any) -> Any:
    """A job with four classes of its own, whose function answers the demo's seven."""
    stage.put("labels.json", json.dumps({"labels": [{"label": name} for name in OWN]}))
    stage.document["LabelCategoryConfigS3Uri"] = "s3://welds/labels.json"
    stage.pre.answer = lambda event: {"taskInput": {"labels": list(WELDING_CATEGORIES.names)}}
    return stage


class Workers:
    """Workers who choose the last class they are shown."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def answers(self, task: Any, workers: int) -> Any:
        self.shown.append(task.task_input["labels"])
        return []


def test_workers_are_shown_the_jobs_classes_whatever_the_function_takes_for_usual(own_classes: Any) -> None:
    workers = Workers()
    engine = own_classes.engine()

    replace(engine, workers=workers).run(own_classes.job)

    assert workers.shown == [OWN, OWN]


def test_the_post_annotation_function_is_told_the_jobs_classes(own_classes: Any) -> None:
    own_classes.answer("0", "ada", "Crack")

    own_classes.engine().run(own_classes.job)

    assert [call["labelCategories"] for call in own_classes.post.calls] == [OWN]
