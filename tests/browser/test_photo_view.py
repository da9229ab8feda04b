"""<photo-view> in any form: marks of several kinds, a brush, and a second photograph that is looked into with it."""

from __future__ import annotations

import json
from typing import Any

from support.photo_page import PHOTO, SIZE, Photo, saved, show
from support.task_page import Screen, Site

SOURCE = 'src="{{ task.input.photo | grant_read_access }}"'
IMAGE = {"height": SIZE[1], "width": SIZE[0]}


def view(attributes: str) -> str:
    return f"<crowd-form><photo-view name='faults' {SOURCE} {attributes}></photo-view></crowd-form>"


def answer(site: Site) -> Any:
    return json.loads(saved(site)["faults"])


def test_marks_of_several_kinds_are_json_in_a_hidden_field(site: Site, anna: Screen) -> None:
    show(site, anna, view("labels=\"['Pore', 'Crack']\" tools='box point'"))
    photo = Photo(anna)

    photo.drag((100, 50), (180, 90))
    anna.page.frame_locator("iframe#task").get_by_role("button", name="point").click()
    photo.click((20.5, 30.5))
    photo.keys("2")
    anna.submit()

    assert answer(site) == {
        "boundingBoxes": [{"label": "Pore", "left": 100, "top": 50, "width": 80, "height": 40}],
        "keypoints": [{"label": "Crack", "x": 20, "y": 30}],
        "inputImageProperties": IMAGE,
    }


def test_a_brush_answers_a_mask(site: Site, anna: Screen) -> None:
    show(site, anna, view("labels=\"['Pore']\" tools='brush'"))
    photo = Photo(anna)

    photo.drag((100, 50), (180, 90))
    anna.submit()

    assert answer(site)["labelMappings"] == {"Pore": {"color": "#2ca02c"}}
    assert answer(site)["labeledImage"]["pngImageData"].startswith("iVBOR")


def test_a_photograph_without_tools_is_only_looked_into(site: Site, anna: Screen) -> None:
    show(site, anna, view("").replace("</crowd-form>", "<crowd-input name='n' value='1'></crowd-input></crowd-form>"))
    photo = Photo(anna)

    photo.drag((100, 50), (180, 90))
    photo.keys("+")
    anna.submit()

    assert saved(site) == {"n": "1"}


def test_a_photograph_beside_follows_zoom_and_pan(site: Site, anna: Screen) -> None:
    other = site.picture("s3://bucket/reference.png", SIZE)
    attributes = 'beside="{{ task.input.other | grant_read_access }}" tools="point"'
    show(site, anna, view(attributes), {"other": other, "photo": PHOTO})
    photo = Photo(anna)

    anna.page.mouse.move(*photo.at(50, 50))
    anna.page.mouse.wheel(0, -600)
    photos = anna.find("photo-view .world")
    both = [photos.nth(index).evaluate("world => world.style.transform") for index in range(2)]

    assert both[0] == both[1]
    assert Photo(anna).scale > 2 * photo.scale
