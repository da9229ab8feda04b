"""The worker template reads what the pre-labeling function returns, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from liquid import Environment

from tracemark.categories import WELDING_CATEGORIES
from tracemark.plots import Plot
from tracemark.s3uri import S3Uri
from tracemark_prelabel.task_input import task_input

TASK_INPUT = task_input(
    S3Uri("welds", "images/weld.1.png"),
    (Plot("current", "Current", "", S3Uri("welds", "plots/weld.1.csv-current.png")),),
    WELDING_CATEGORIES,
)


def template(project: Path) -> Any:
    environment = Environment(autoescape=True)
    environment.filters["to_json"] = lambda value: value
    environment.filters["grant_read_access"] = lambda value: value
    return environment.from_string((project / "ui/weld-classification.liquid.html").read_text(encoding="utf-8"))


def resolve(path: tuple[str, ...]) -> object:
    """Walk a dotted path of the template through the task input; names of loop variables stand for one element."""
    found: Any = {"task": {"input": TASK_INPUT}, "channel": TASK_INPUT["channels"][0]}
    for name in path:
        found = found[name]
    return found


def test_every_variable_of_the_template_is_in_the_task_input(project: Path) -> None:
    variables = [
        tuple(str(segment) for segment in variable.segments)
        for places in template(project).analyze().variables.values()
        for variable in places
    ]

    values = {variable: resolve(variable) for variable in variables}

    assert set(values) >= {("task", "input", "image", "file"), ("task", "input", "labels"), ("channel", "file")}


def test_the_template_shows_every_channel_and_the_photograph(project: Path) -> None:
    globals_ = template(project).analyze().globals

    assert set(globals_) == {"task"}
    assert {".".join(map(str, place.segments)) for places in globals_.values() for place in places} == {
        "task.input.image.file",
        "task.input.image.title",
        "task.input.labels",
        "task.input.channels",
    }
