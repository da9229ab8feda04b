"""The worker template reads what the pre-labeling function returns, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from liquid import Environment

from tracemark.contract.categories import WELDING_CATEGORIES
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import Plot, PlotResult
from tracemark.contract.previous_rounds import EarlierRound
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photograph
from tracemark_prelabel.task_input import Shown, task_input

PLOTS = (Plot("current", "Current", "", S3Uri("welds", "plots/weld.1.csv-current.png")),)
IMAGES = (Media(S3Uri("welds", "images/weld.1.png")), Media(S3Uri("welds", "images/weld.2.png"), "Root"))
ITEM = Dataset(
    logs=(Log(S3Uri("welds", "sensor_data/weld.1.csv")),),
    images=IMAGES,
    audio=(Media(S3Uri("welds", "audio/weld.1.wav")),),
    video=(Media(S3Uri("welds", "video/weld.1.mp4")),),
    notes=("the nozzle was changed",),
)
TASK_INPUT = task_input(
    Shown(
        ITEM,
        [Photograph(image.file) for image in IMAGES],
        [PlotResult(PLOTS, rendered=True, trace=S3Uri("welds", "plots/weld.1.csv.zarr.zip"))],
    ),
    WELDING_CATEGORIES,
    (EarlierRound("WeldingLabelJob1", "Good Weld", 0.5, (("Good Weld", 1), ("Contamination", 1)), "tie", ("a pore",)),),
)

LOGS = (Log(S3Uri("welds", "sensor_data/a.csv")), Log(S3Uri("welds", "sensor_data/b.csv")))
OF_SEVERAL_LOGS = task_input(
    Shown(
        Dataset(logs=LOGS),
        [],
        [PlotResult(PLOTS, rendered=True, trace=S3Uri("welds", f"plots/{name}.csv.zarr.zip")) for name in "ab"],
    ),
    WELDING_CATEGORIES,
)

TEMPLATES = ("weld-classification", "item-classification", "adjudication")


def template(project: Path, name: str = "weld-classification") -> Any:
    environment = Environment(autoescape=True)
    environment.filters["to_json"] = lambda value: value
    environment.filters["grant_read_access"] = lambda value: value
    return environment.from_string((project / f"ui/{name}.liquid.html").read_text(encoding="utf-8"))


def resolve(path: tuple[str, ...]) -> object:
    """Walk a dotted path of the template through the task input; names of loop variables stand for one element."""
    earlier = TASK_INPUT["earlier"][0]
    found: Any = {
        "task": {"input": {**OF_SEVERAL_LOGS, **TASK_INPUT}},
        "channel": TASK_INPUT["channels"][0],
        "round": earlier,
        "vote": earlier["votes"][0],
        "comment": earlier["comments"][0],
        "image": TASK_INPUT["images"][0],
        "film": TASK_INPUT["video"][0],
        "sound": TASK_INPUT["audio"][0],
        "note": TASK_INPUT["notes"][0],
        "log": OF_SEVERAL_LOGS["logs"][0],
        "tiles": 4,
        "photographs": 1,
        "size": "few",
        "traced": True,
        "forloop": {"index": 1},
        "place": {"2": "welds"},
        "sketches": "s3://welds/templates/weld-sketches/",
    }
    for name in path:
        found = len(found) if name == "size" else found[name]
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_variable_of_the_template_is_in_the_task_input(project: Path, name: str) -> None:
    variables = [
        tuple(str(segment) for segment in variable.segments)
        for places in template(project, name).analyze().variables.values()
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
        "task.input.notes",
        "task.input.trace",
        "task.input.trace.file",
    }


def test_the_adjudicator_sees_what_earlier_rounds_voted_and_wrote(project: Path) -> None:
    globals_ = template(project, "adjudication").analyze().globals

    assert "task.input.earlier" in {
        ".".join(map(str, place.segments)) for places in globals_.values() for place in places
    }


def test_html_in_an_earlier_comment_is_shown_as_text(project: Path) -> None:
    hostile = "<script>alert(1)</script>"
    rounds = [EarlierRound(hostile, hostile, 0.5, ((hostile, 1),), hostile, (hostile,)).to_json()]

    page = template(project, "adjudication").render(task={"input": {**TASK_INPUT, "earlier": rounds}})

    assert (hostile in page, page.count("&lt;script&gt;alert(1)")) == (False, 5)


def test_an_object_without_earlier_rounds_is_shown_without_them(project: Path) -> None:
    page = template(project, "adjudication").render(task={"input": {**TASK_INPUT, "earlier": []}})

    assert 'class="earlier"' not in page
