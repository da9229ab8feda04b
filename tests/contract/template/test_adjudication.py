"""The adjudicator's template reads what the pre-labeling function returns for a line with earlier votes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from liquid import Environment

from tracemark.categories import WELDING_CATEGORIES
from tracemark.plots import Plot
from tracemark.preannotation import PreAnnotationRequest
from tracemark.s3uri import S3Uri
from tracemark_groundtruth.rendering.renderer import render
from tracemark_prelabel.task_input import task_input

HOSTILE = "\"'></blockquote><script>alert(1)</script>{{ task.input.labels }}"
LINE = {
    "source": "s3://welds/dataset/1.json",
    "earlier": {
        "votes": [{"label": HOSTILE, "count": 2}, {"label": "Good Weld", "count": 1}],
        "comments": [HOSTILE, "porous"],
        "problem": HOSTILE,
    },
}


def shown(line: dict[str, Any]) -> dict[str, Any]:
    request = PreAnnotationRequest("", line)
    plots = (Plot("current", "Current", "", S3Uri("welds", "plots/weld.1.csv-current.png")),)
    return task_input(S3Uri("welds", "images/weld.1.png"), plots, WELDING_CATEGORIES, request.earlier)


def source(project: Path) -> str:
    return (project / "ui/adjudication.liquid.html").read_text(encoding="utf-8")


def resolve(path: tuple[str, ...]) -> object:
    """Walk a dotted path of the template; names of loop variables stand for one element."""
    given: Any = shown(LINE)
    earlier = given["earlier"]
    found: Any = {
        "task": {"input": given},
        "channel": given["channels"][0],
        "vote": earlier["votes"][0],
        "comment": earlier["comments"][0],
    }
    for name in path:
        found = found[name]
    return found


def test_every_variable_of_the_template_is_in_the_task_input(project: Path) -> None:
    environment = Environment(autoescape=True)
    environment.filters |= dict.fromkeys(("to_json", "grant_read_access"), lambda value: value)
    places = environment.from_string(source(project)).analyze().variables.values()

    values = {
        tuple(map(str, place.segments)): resolve(tuple(map(str, place.segments))) for found in places for place in found
    }

    assert set(values) >= {("vote", "label"), ("vote", "count"), ("comment",), ("task", "input", "earlier", "problem")}


def test_hostile_votes_comments_and_problems_stay_text(project: Path) -> None:
    html = render(source(project), shown(LINE), str)

    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ task.input.labels }}") == 3
    assert "<blockquote>porous</blockquote>" in html


def test_a_line_without_earlier_votes_shows_none(project: Path) -> None:
    html = render(source(project), shown({"source": "s3://welds/dataset/1.json"}), str)

    assert "<p>none</p>" in html
    assert "<blockquote>" not in html
    assert 'class="problem"' not in html
