"""The job's categories in the task input."""

from __future__ import annotations

import pytest

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark.document import Json
from tracemark_groundtruth.labeling.categories import with_job_categories

JOB = ("Pore", "Crack", "Sound")


@pytest.mark.parametrize("labels", [list(WELDING_CATEGORIES.names), ["Pore", "Hole"], [], [7, {}]])
def test_labels_that_are_not_the_jobs_give_way_to_its_categories(labels: list[Json]) -> None:
    assert with_job_categories({"labels": labels, "a": 1}, JOB, "0") == {"labels": list(JOB), "a": 1}


@pytest.mark.parametrize(
    "task_input", [{"labels": ["Crack", "Pore"]}, {"labels": list(JOB)}, {"text": "x"}, {"labels": "x"}]
)
def test_some_of_the_jobs_categories_and_no_list_stay_as_they_are(task_input: dict[str, Json]) -> None:
    assert with_job_categories(task_input, JOB, "0") is task_input


def test_without_a_category_file_the_function_decides() -> None:
    task_input = {"labels": ["x"]}

    assert with_job_categories(task_input, None, "0") is task_input
