"""Unfinished work survives a reload, ends with the answer, and never crosses items or workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from support.fake_task_queue import MemoryJob
from support.live_server import serving
from support.photo_page import PHOTO, SCRIPT, SIZE, Photo, saved, show, tool
from support.task_page import Screen, Site
from support.waiting import PATIENCE_SECONDS, wait_until

from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.web.portal.assets import asset_routes

BOX = {"label": "Pore", "left": 100, "top": 50, "width": 80, "height": 40}
PLACES = [(100, 50), (180, 90), (60, 120)]
PHOTO_VIEW = """<crowd-form><photo-view name="marks" src="{{ task.input.photo | grant_read_access }}"
  labels="['Pore', 'Crack']" tools="TOOLS"></photo-view></crowd-form>"""
TEXT = "Ada wrote to Charles."
ENTITIES = f"""<crowd-entity-annotation name="marks" header="Mark it" text="{TEXT}"
  labels="['Person', 'Place']"></crowd-entity-annotation>"""


def draw(photo: Photo) -> None:
    """Draw something, whatever the tool: a stroke, then the points of a triangle."""
    photo.drag(*PLACES[:2])
    photo.click(*PLACES)
    done = photo.screen.find(".bench").get_by_role("button", name="Done")
    if done.count():
        done.click()


def reload(screen: Screen) -> Photo:
    screen.reload()
    return Photo(screen)


def answered(screen: Screen, expected: Any) -> Any:
    """Wait until the form would submit what is expected; return what it would."""
    wait_until(lambda: screen.answers["marks"] == expected, "the draft")
    return screen.answers["marks"]


def kept(screen: Screen) -> list[str]:
    """Return under which keys the tab keeps drafts."""
    found: list[str] = screen.page.evaluate("Object.keys(sessionStorage)")
    return [key for key in found if "draft" in key]


@pytest.mark.parametrize(
    "page",
    [
        *(tool(f"crowd-{kind}") for kind in ("bounding-box", "line", "polyline", "polygon", "keypoint")),
        *(tool(f"crowd-{kind}-segmentation") for kind in ("semantic", "instance")),
        *(PHOTO_VIEW.replace("TOOLS", tools) for tools in ("box polygon", "brush")),
    ],
    ids=["box", "line", "polyline", "polygon", "keypoint", "semantic", "instance", "photo-view", "photo-view-brush"],
)
def test_what_was_drawn_survives_a_reload(site: Site, anna: Screen, page: str) -> None:
    show(site, anna, page)
    blank = Photo(anna).screen.answers["marks"]
    draw(Photo(anna))
    before = anna.answers["marks"]

    reload(anna)

    assert answered(anna, before) == before != blank


def test_things_that_were_added_survive_a_reload_with_their_names(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-instance-segmentation"))
    photo = Photo(anna)
    anna.page.frame_locator("#task").get_by_role("button", name="Add instance: Crack").click()
    photo.drag((50, 50), (60, 50))
    before = photo.answer

    reload(anna)

    answered(anna, before)
    assert [each["label"] for each in before["instances"]] == ["Crack"]
    assert anna.find(".marks").get_by_text("Crack 2").is_visible()


def test_labels_on_a_text_survive_a_reload(site: Site, anna: Screen) -> None:
    show(site, anna, ENTITIES)
    anna.find(".text").wait_for()
    anna.find(".text").dblclick(position={"x": 25, "y": 30})
    before = anna.frame.evaluate("document.querySelector('crowd-entity-annotation').answer")

    anna.reload()
    anna.find("mark").wait_for()

    after = anna.frame.evaluate("document.querySelector('crowd-entity-annotation').answer")
    assert before == after == {"entities": [{"startOffset": 0, "endOffset": 3, "label": "Person"}]}


def test_a_draft_takes_the_place_of_marks_that_were_given_and_counts_as_a_change(site: Site, anna: Screen) -> None:
    given = "[{label: 'Crack', left: 1, top: 2, width: 3, height: 4}]"
    show(site, anna, tool("crowd-bounding-box", f'initial-value="{given}"'))
    photo = Photo(anna)
    photo.keys("n", "Delete")
    photo.drag(*PLACES[:2])
    before = photo.answer

    reload(anna)

    answered(anna, before)
    assert (before["boundingBoxes"], before["initialValueModified"]) == ([{**BOX, "label": "Crack"}], True)


def test_a_reset_drops_the_draft(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-bounding-box", inside="<button type='reset'>Begin anew</button>"))
    photo = Photo(anna)
    photo.drag(*PLACES[:2])

    anna.page.frame_locator("#task").get_by_role("button", name="Begin anew").click()
    wait_until(lambda: not kept(anna), "the draft to go")
    reload(anna)

    assert anna.answers["marks"]["boundingBoxes"] == []


def test_a_mask_with_more_edges_than_can_be_kept_is_told(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-semantic-segmentation"))
    Photo(anna).drag((50, 50), (60, 50))
    wait_until(lambda: bool(kept(anna)), "a first draft")
    noise = """(element) => {
      const { brush, bench } = element;
      brush.resize({ width: 900, height: 900 });
      for (let at = 0; at < brush.mask.pixels.length; at += 2) brush.mask.pixels[at] = 1;
      brush.mask.replace(1, 2);
      bench.update();
    }"""

    anna.find("crowd-semantic-segmentation").evaluate(noise)

    anna.page.locator("#notice").get_by_text("too many to be kept over a reload").wait_for()
    assert kept(anna) == []


def offer_two(site: Site, workers: int = 1) -> None:
    site.picture(PHOTO, SIZE)
    template = S3Uri.parse("s3://photo/template.html")
    inputs = [{"photo": PHOTO}] if workers > 1 else [{"photo": PHOTO}] * 2
    site.offer(MemoryJob("photo", template, inputs, workers=workers), SCRIPT + tool("crowd-bounding-box"))


def start(screen: Screen) -> Photo:
    screen.start()
    return Photo(screen)


def test_a_draft_ends_with_its_answer_and_the_next_item_begins_without(site: Site, anna: Screen) -> None:
    offer_two(site)
    start(anna).drag(*PLACES[:2])
    wait_until(lambda: bool(kept(anna)), "the draft")

    anna.submit()
    blank = Photo(anna).answer

    assert saved(site)["marks"]["boundingBoxes"] == [BOX]
    assert blank["boundingBoxes"] == []
    assert kept(anna) == []


@pytest.mark.parametrize("button", ["Decline", "Stop working"])
def test_a_draft_ends_when_the_item_is_given_back(site: Site, anna: Screen, button: str) -> None:
    offer_two(site)
    start(anna).drag(*PLACES[:2])
    wait_until(lambda: bool(kept(anna)), "the draft")

    anna.page.get_by_role("button", name=button).click()

    wait_until(lambda: kept(anna) == [], "the draft to end")


def test_an_answer_that_is_refused_leaves_the_draft(site: Site, anna: Screen) -> None:
    offer_two(site)
    start(anna).drag(*PLACES[:2])
    anna.page.route("**/answers", lambda route: route.abort())

    anna.page.frame_locator("#task").get_by_role("button", name="Submit").click()
    anna.find(".message").get_by_text("not saved yet").wait_for()
    reload(anna)

    assert answered(anna, {"boundingBoxes": [BOX], "inputImageProperties": {"height": 200, "width": 400}})


def test_the_next_worker_in_the_same_tab_does_not_see_it(site: Site, anna: Screen) -> None:
    offer_two(site, workers=2)
    start(anna).drag(*PLACES[:2])
    wait_until(lambda: bool(kept(anna)), "the draft")

    site.let_in("bert", anna.page.context)
    photo = start(anna)

    assert photo.answer["boundingBoxes"] == []


@pytest.fixture
def alone(chromium: Browser) -> Iterator[Callable[[str], Screen]]:
    """Open a page of its own, as Ground Truth's portal has it: no page of ours around it."""

    def picture(request: object) -> Response:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE[0]}" height="{SIZE[1]}"/>'
        return Response(svg, media_type="image/svg+xml")

    def page(request: Any) -> Response:
        name = request.path_params["name"]
        element = tool("crowd-bounding-box").replace("{{ task.input.photo | grant_read_access }}", f"/{name}.svg?now")
        return HTMLResponse(f'<script src="/assets/scripts/crowd-elements.js"></script>{element}')

    routes = [Route("/{name}.svg", picture), Route("/{name}", page), *asset_routes()]
    with serving(Starlette(routes=routes)) as address:
        context = chromium.new_context(base_url=address)
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        tab = context.new_page()

        def open_page(name: str) -> Screen:
            tab.goto(f"/{name}")
            tab.locator(".status").get_by_text("pixels").wait_for()
            return Screen(tab)

        yield open_page
        context.close()


def boxes(screen: Screen) -> Any:
    return screen.page.evaluate("document.querySelector('crowd-bounding-box').answer.boundingBoxes")


def draw_alone(screen: Screen) -> None:
    box = screen.page.locator(".world img.photo").bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + 20, box["y"] + 20)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 80, box["y"] + 60, steps=3)
    screen.page.mouse.up()


def test_without_a_page_around_it_a_draft_survives_and_stays_with_its_photograph(
    alone: Callable[[str], Screen],
) -> None:
    draw_alone(alone("one"))
    drawn = boxes(alone("one"))

    other = boxes(alone("two"))

    assert len(drawn) == 1
    assert other == []


def test_without_a_page_around_it_a_draft_ends_with_the_submission_that_is_not_prevented(
    alone: Callable[[str], Screen],
) -> None:
    screen = alone("one")
    draw_alone(screen)
    listener = "(event) => { if (!window.willing) event.preventDefault(); }"
    screen.page.evaluate(f"() => {{ document.querySelector('crowd-form').onsubmit = {listener}; }}")

    screen.page.get_by_role("button", name="Submit").click()
    after_prevented = kept(screen)
    screen.page.evaluate("window.willing = true")
    screen.page.get_by_role("button", name="Submit").click()
    wait_until(lambda: kept(screen) == [], "the draft to end")

    assert len(after_prevented) == 1
