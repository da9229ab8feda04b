"""Marks on photographs: each element by mouse, keyboard and finger, its answer in the shape of AWS's reference."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser
from support.photo_page import PHOTO, SIZE, Photo, saved, show, tool
from support.task_page import Screen, Site
from support.waiting import wait_until

IMAGE = {"height": SIZE[1], "width": SIZE[0]}


@pytest.fixture
def tablet(chromium: Browser, site: Site) -> Iterator[Screen]:
    """Anna's tablet: fingers instead of a mouse."""
    context = chromium.new_context(base_url=site.address, viewport={"width": 1024, "height": 768}, has_touch=True)
    context.set_default_timeout(10_000)
    site.let_in("anna", context)
    yield Screen(context.new_page())
    context.close()


def vertices(*places: tuple[int, int]) -> list[dict[str, int]]:
    return [{"x": x, "y": y} for x, y in places]


SHAPES = {
    "crowd-bounding-box": ("boundingBoxes", {"label": "Crack", "left": 100, "top": 50, "width": 80, "height": 40}),
    "crowd-line": ("lines", {"label": "Crack", "vertices": vertices((100, 50), (180, 90))}),
    "crowd-polyline": ("polylines", {"label": "Crack", "vertices": vertices((100, 50), (180, 90), (60, 120))}),
    "crowd-polygon": ("polygons", {"label": "Crack", "vertices": vertices((100, 50), (180, 90), (60, 120))}),
    "crowd-keypoint": ("keypoints", {"label": "Crack", "x": 100, "y": 50}),
}
PLACES = [(100, 50), (180, 90), (60, 120)]


def draw_by_mouse(photo: Photo, element: str) -> None:
    if element == "crowd-keypoint":
        photo.click((100.5, 50.5))
    elif element in ("crowd-bounding-box", "crowd-line"):
        photo.drag(*PLACES[:2])
    else:
        photo.click(*PLACES)
        photo.keys("Enter")


def move_cursor(photo: Photo, dx: int, dy: int) -> None:
    tens = ["Shift+ArrowRight" if dx > 0 else "Shift+ArrowLeft"] * (abs(dx) // 10)
    ones = ["ArrowRight" if dx > 0 else "ArrowLeft"] * (abs(dx) % 10)
    down = ["Shift+ArrowDown" if dy > 0 else "Shift+ArrowUp"] * (abs(dy) // 10)
    photo.keys(*tens, *ones, *down, *(["ArrowDown" if dy > 0 else "ArrowUp"] * (abs(dy) % 10)))


def draw_by_keyboard(photo: Photo, element: str) -> None:
    photo.keys("ArrowRight")  # the cursor appears in the middle, at 200, 100
    move_cursor(photo, -100, -50)
    photo.keys("Space")
    if element == "crowd-keypoint":
        return
    move_cursor(photo, 80, 40)
    photo.keys("Space")
    if element not in ("crowd-bounding-box", "crowd-line"):
        move_cursor(photo, -120, 30)
        photo.keys("Space", "Enter")


def draw_by_finger(photo: Photo, element: str) -> None:
    if element in ("crowd-bounding-box", "crowd-line"):
        photo.touch([(100, 50), (140, 70), (180, 90)])
        return
    for place in PLACES[:1] if element == "crowd-keypoint" else PLACES:
        photo.touch([(place[0] + 0.3, place[1] + 0.3)])
    if element != "crowd-keypoint":
        photo.screen.page.frame_locator("iframe#task").get_by_role("button", name="Done").tap()


@pytest.mark.parametrize("element", SHAPES)
@pytest.mark.parametrize("draw", [draw_by_mouse, draw_by_keyboard], ids=["mouse", "keyboard"])
def test_a_shape_that_is_drawn_is_answered_as_by_aws(site: Site, anna: Screen, element: str, draw: Any) -> None:
    key, mark = SHAPES[element]
    show(site, anna, tool(element))
    photo = Photo(anna)

    photo.keys("2")
    draw(photo, element)
    anna.submit()

    assert saved(site) == {"marks": {key: [mark], "inputImageProperties": IMAGE}}


@pytest.mark.parametrize("element", SHAPES)
def test_a_shape_is_drawn_by_finger(site: Site, tablet: Screen, element: str) -> None:
    key, mark = SHAPES[element]
    show(site, tablet, tool(element))
    photo = Photo(tablet)

    tablet.page.frame_locator("iframe#task").get_by_role("button", name="Crack").tap()
    draw_by_finger(photo, element)

    assert photo.answer == {key: [mark], "inputImageProperties": IMAGE}


@pytest.mark.parametrize("element", ["crowd-semantic-segmentation", "crowd-instance-segmentation"])
def test_a_mask_is_painted_by_finger(site: Site, tablet: Screen, element: str) -> None:
    show(site, tablet, tool(element))
    photo = Photo(tablet)

    photo.touch([(50, 50), (100, 50), (150, 50)])
    painted_at = [opacity(painted(photo.answer), x, 50) for x in (100, 300)]
    tablet.page.frame_locator("#task").get_by_role("button", name="Undo").click()

    assert painted_at == [255, 0]
    wait_until(lambda: opacity(painted(photo.answer), 100, 50) == 0, "the stroke to go")


def test_a_photo_view_is_marked_by_finger(site: Site, tablet: Screen) -> None:
    attributes = "name='marks' labels=\"['Pore', 'Crack']\" tools='box point'"
    source = 'src="{{ task.input.photo | grant_read_access }}"'
    show(site, tablet, f"<crowd-form><photo-view {attributes} {source}></photo-view></crowd-form>")
    photo = Photo(tablet)

    photo.touch([(100, 50), (140, 70), (180, 90)])
    tablet.page.frame_locator("#task").get_by_role("button", name="point").click()
    tablet.page.frame_locator("#task").get_by_role("button", name="Crack").first.click()
    photo.touch([(20.4, 30.4)])

    wait_until(lambda: json.loads(photo.answer)["keypoints"], "the point")
    found = json.loads(photo.answer)
    assert len(found["boundingBoxes"]) == len(found["keypoints"]) == 1
    assert (found["keypoints"][0]["x"], found["keypoints"][0]["y"]) == (20, 30)


def test_words_that_a_finger_selected_get_the_label_that_is_tapped(site: Site, tablet: Screen) -> None:
    text = '<crowd-entity-annotation name="marks" header="Words" text="Ada wrote." labels="[\'Who\', \'What\']">'
    show(site, tablet, f"{text}</crowd-entity-annotation>")
    frame = tablet.page.frame_locator("#task")
    frame.get_by_role("button", name="What").tap()

    # A long press selects a word in the browser's own way, which cannot be played: what follows it can.
    tablet.find(".text").evaluate("""(shown) => {
      getSelection().setBaseAndExtent(shown.firstChild, 4, shown.firstChild, 9);
      shown.dispatchEvent(new TouchEvent("touchend", { bubbles: true }));
    }""")
    tablet.find("mark").tap()
    frame.get_by_role("button", name="Who", exact=False).first.tap()

    assert tablet.frame.evaluate("document.querySelector('crowd-entity-annotation').answer") == {
        "entities": [{"startOffset": 4, "endOffset": 9, "label": "Who"}]
    }


def test_two_fingers_zoom_and_draw_nothing(site: Site, tablet: Screen) -> None:
    show(site, tablet, tool("crowd-bounding-box"))
    photo = Photo(tablet)

    photo.touch([(150, 100), (100, 100), (50, 100)], [(250, 100), (300, 100), (350, 100)])

    assert photo.answer["boundingBoxes"] == []
    assert Photo(tablet).scale == pytest.approx(3 * photo.scale, rel=0.1)


@pytest.mark.parametrize("element", ["crowd-bounding-box", "crowd-polygon"])
def test_a_mark_is_moved_reshaped_undone_redone_and_deleted(site: Site, anna: Screen, element: str) -> None:
    show(site, anna, tool(element))
    photo = Photo(anna)
    draw_by_mouse(photo, element)
    key = SHAPES[element][0]
    seen = [photo.answer[key]]

    photo.drag((120, 50) if element == "crowd-bounding-box" else (140, 70), (150, 90))
    seen.append(photo.answer[key])
    photo.keys("Control+z")
    seen.append(photo.answer[key])
    photo.keys("Control+y")
    seen.append(photo.answer[key])
    photo.keys("Alt+ArrowRight", "Delete")
    seen.append(photo.answer[key])

    assert seen[0] == seen[2] != seen[1] == seen[3]
    assert seen[4] == []


def test_arrows_move_a_chosen_box_and_with_alt_change_its_size(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-bounding-box"))
    photo = Photo(anna)
    photo.drag((100, 50), (180, 90))

    photo.keys("ArrowRight", "Shift+ArrowDown", "Alt+Shift+ArrowRight", "Alt+ArrowUp")

    (box,) = photo.answer["boundingBoxes"]
    assert box == {"label": "Pore", "left": 101, "top": 60, "width": 90, "height": 39}


def test_every_point_of_a_polygon_is_moved_by_keys(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-polygon"))
    photo = Photo(anna)
    draw_by_mouse(photo, "crowd-polygon")

    photo.keys("Alt+ArrowLeft", "v", "Alt+Shift+ArrowUp", "v", "Alt+ArrowRight")

    assert photo.answer["polygons"][0]["vertices"] == vertices((100, 40), (181, 90), (59, 120))


def test_a_box_is_resized_by_its_handle(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-bounding-box"))
    photo = Photo(anna)
    photo.drag((100, 50), (180, 90))

    photo.drag((180, 70), (220, 75))
    photo.drag((100, 50), (90, 40))

    (box,) = photo.answer["boundingBoxes"]
    assert box == {"label": "Pore", "left": 90, "top": 40, "width": 130, "height": 50}


def test_a_mark_never_leaves_the_photograph(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-bounding-box"))
    photo = Photo(anna)

    photo.drag((350, 150), (600, 300))
    photo.keys(*["Shift+ArrowRight"] * 3)

    (box,) = photo.answer["boundingBoxes"]
    assert box == {"label": "Pore", "left": 350, "top": 150, "width": 50, "height": 50}


def test_marks_are_exact_to_the_pixel_when_zoomed_in(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-keypoint"))
    photo = Photo(anna)
    anna.page.mouse.move(*photo.at(200.5, 100.5))
    anna.page.mouse.wheel(0, -1200)
    zoomed = Photo(anna)

    zoomed.click((201.5, 100.2), (198.1, 102.9))

    assert zoomed.scale > 10 * photo.scale
    assert [(mark["x"], mark["y"]) for mark in photo.answer["keypoints"]] == [(201, 100), (198, 102)]


def test_the_list_of_marks_chooses_and_deletes(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-keypoint"))
    photo = Photo(anna)
    photo.click((50, 50), (150, 150))
    frame = anna.page.frame_locator("iframe#task")

    frame.get_by_role("list", name="Marks").get_by_role("button", name="50, 50").first.click()
    frame.get_by_role("button", name="Crack").click()
    frame.get_by_role("button", name="Delete mark 2").click()

    assert photo.answer["keypoints"] == [{"label": "Crack", "x": 50, "y": 50}]


def test_enter_ends_a_polygon_and_only_the_next_one_submits(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-polygon"))
    photo = Photo(anna)
    photo.click(*PLACES)
    photo.keys("Enter")

    anna.submit_by_key()

    assert len(saved(site)["marks"]["polygons"]) == 1


def test_a_polygon_closes_where_it_began_and_a_double_click_ends_a_polyline(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-polygon"))
    photo = Photo(anna)

    photo.click(*PLACES, (101, 51))

    assert photo.answer["polygons"] == [{"label": "Pore", "vertices": vertices(*PLACES)}]


def test_undo_takes_back_the_points_of_a_polygon_one_by_one(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-polygon"))
    photo = Photo(anna)
    photo.click((100, 50), (180, 90), (300, 150))

    photo.keys("Control+z")
    photo.click((60, 120))
    photo.keys("Enter")

    assert photo.answer["polygons"][0]["vertices"] == vertices(*PLACES)


INITIAL = {
    "crowd-bounding-box": "[{label: 'Pore', left: 10, top: 20, width: 30, height: 40,},]",
    "crowd-line": "{lines: [{label: 'Pore', vertices: [{x: 1, y: 2}, {x: 3, y: 4}]}]}",
    "crowd-polyline": "{polylines: [{label: 'Pore', vertices: [{x: 1, y: 2}, {x: 3, y: 4}]}]}",
    "crowd-polygon": '[{"label": "Pore", "vertices": [{"x": 1, "y": 2}, {"x": 3, "y": 4}, {"x": 9, "y": 9}]}]',
    "crowd-keypoint": "[{'label': 'Pore', 'x': 5, 'y': 6}]",
}


@pytest.mark.parametrize("element", INITIAL)
def test_marks_given_at_the_start_are_answered_and_told_apart_when_changed(
    site: Site, anna: Screen, element: str
) -> None:
    show(site, anna, tool(element, f"initial-value='{INITIAL[element].replace(chr(39), '&#39;')}'"))
    photo = Photo(anna)
    key = SHAPES[element][0]

    before = photo.answer
    photo.keys("n", "Delete")

    assert len(before[key]) == 1
    assert before["initialValueModified"] is False
    assert photo.answer == {key: [], "inputImageProperties": IMAGE, "initialValueModified": True}


def test_a_mark_given_at_the_start_with_an_unknown_label_is_told(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-keypoint", "initial-value=\"[{label: 'Hole', x: 1, y: 2}]\""))
    Photo(anna)

    assert 'label "Hole" is not among the labels' in anna.find("crowd-keypoint .problem").inner_text()


def test_labels_may_be_read_and_set_by_a_script(site: Site, anna: Screen) -> None:
    script = """<crowd-button id="more">Add</crowd-button><script>
      const tool = document.querySelector("crowd-bounding-box");
      document.getElementById("more").onclick = () => { tool.labels = tool.labels.concat(["Hole"]); };
    </script>"""
    show(site, anna, tool("crowd-bounding-box", inside=script))
    photo = Photo(anna)

    anna.page.frame_locator("iframe#task").get_by_role("button", name="Add").click()
    photo.keys("3")
    photo.drag((10, 10), (20, 20))

    assert photo.answer["boundingBoxes"][0]["label"] == "Hole"


def colour(pixel: Any) -> str:
    return "#" + bytes(pixel[:3]).hex()


def painted(answer: Any) -> Image.Image:
    picture = Image.open(io.BytesIO(base64.b64decode(answer["labeledImage"]["pngImageData"])))
    return picture.convert("RGBA")


def opacity(mask: Image.Image, x: int, y: int) -> int:
    pixel: Any = mask.getpixel((x, y))
    return int(pixel[3])


def test_a_painted_mask_is_a_png_of_the_photographs_size_in_the_colours_of_its_labels(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-semantic-segmentation"))
    photo = Photo(anna)

    photo.drag((50, 50), (150, 50))
    photo.keys("2")
    photo.drag((50, 150), (150, 150))
    answer = photo.answer

    mask = painted(answer)
    colours = {label: found["color"] for label, found in answer["labelMappings"].items()}
    assert set(answer) == {"inputImageProperties", "labelMappings", "labeledImage"}
    assert mask.size == SIZE
    assert colour(mask.getpixel((100, 50))) == colours["Pore"]
    assert colour(mask.getpixel((100, 150))) == colours["Crack"]
    assert opacity(mask, 300, 100) == 0


def test_a_brush_paints_by_keyboard_wipes_and_is_undone(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-semantic-segmentation"))
    photo = Photo(anna)

    photo.keys("ArrowRight", "Space", *["ArrowRight"] * 5, "Space")
    by_keys = opacity(painted(photo.answer), 203, 100)
    photo.keys("Control+z")
    undone = opacity(painted(photo.answer), 203, 100)
    photo.keys("Control+y")
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Eraser").click()
    photo.drag((190, 100), (215, 100))

    assert (by_keys, undone) == (255, 0)
    assert photo.answer["labelMappings"] == {}


def test_only_labels_that_were_painted_are_answered(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-semantic-segmentation", "label-colors=\"['#010203', '#040506']\""))
    photo = Photo(anna)

    photo.drag((50, 50), (60, 50))

    assert photo.answer["labelMappings"] == {"Pore": {"color": "#010203"}}


def test_a_mask_of_an_earlier_job_can_be_adjusted(site: Site, anna: Screen) -> None:
    mask = Image.new("RGB", SIZE, "#ffffff")
    mask.paste("#ff7f0e", (100, 50, 140, 90))
    data = io.BytesIO()
    mask.save(data, "PNG")
    site.s3.objects["s3://bucket/mask.png"] = (data.getvalue(), "image/png")
    mappings = "'labelMappings': {'Crack': {'color': '#ff7f0e'},}"
    start = f"""initial-value="{{'src': '{{{{ task.input.mask | grant_read_access }}}}', {mappings},}}" """
    show(site, anna, tool("crowd-semantic-segmentation", start), {"mask": "s3://bucket/mask.png"})
    photo = Photo(anna)
    anna.page.frame_locator("iframe#task").get_by_text("1,600 pixels").wait_for()

    before = photo.answer
    photo.drag((10, 10), (20, 10))

    assert before["labelMappings"] == {"Crack": {"color": "#ff7f0e"}}
    assert before["initialValueModified"] is False
    assert painted(before).getpixel((120, 70)) == (255, 127, 14, 255)
    assert photo.answer["initialValueModified"] is True


def test_instances_of_a_label_have_colours_of_their_own(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-instance-segmentation"))
    photo = Photo(anna)

    photo.drag((50, 50), (60, 50))
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Add instance: Pore").click()
    photo.drag((150, 50), (160, 50))
    answer = photo.answer

    mask = painted(answer)
    colours = [colour(mask.getpixel((x, 50))) for x in (55, 155)]
    assert answer["instances"] == [{"color": found, "label": "Pore"} for found in colours]
    assert len(set(colours)) == 2
    assert set(answer) == {"inputImageProperties", "instances", "labeledImage"}


def test_light_and_zoom_change_no_answer_and_the_photograph_turns_as_its_exif_data_say(
    site: Site, anna: Screen
) -> None:
    picture, exif, data = Image.new("RGB", SIZE, "#88a"), Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be turned by a quarter
    picture.save(data, "JPEG", exif=exif)
    show(
        site,
        anna,
        tool("crowd-keypoint").replace("task.input.photo", "task.input.turned"),
        {"turned": "s3://bucket/t.jpg"},
    )
    site.s3.objects["s3://bucket/t.jpg"] = (data.getvalue(), "image/jpeg")
    anna.reload()
    anna.find(".status").get_by_text("200 \u00d7 400 pixels").wait_for()

    anna.page.frame_locator("iframe#task").get_by_role("slider", name="Brightness").press("ArrowRight")
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Invert").click()

    style = anna.find(".world img.photo").get_attribute("style") or ""
    assert "brightness(1.05)" in style
    assert "invert(1)" in style
    assert anna.answers["marks"] == {"keypoints": [], "inputImageProperties": {"height": 400, "width": 200}}


def test_a_photograph_that_does_not_load_is_told_and_nothing_is_submitted(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-bounding-box"))
    del site.s3.objects[PHOTO]
    anna.reload()
    anna.find(".status").get_by_text("could not be loaded").wait_for()

    anna.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert "nothing can be marked on it" in anna.message
    assert site.task_queue.answers == {}


@pytest.mark.parametrize(
    ("element", "answer"),
    [
        ("crowd-image-classifier", {"label": "Crack"}),
        ("crowd-image-classifier-multi-select", {"labels": ["Crack"]}),
    ],
)
def test_an_image_classifier_shows_its_photograph_and_answers_as_a_classifier(
    site: Site, anna: Screen, element: str, answer: dict[str, Any]
) -> None:
    show(site, anna, tool(element, "categories=\"['Pore', 'Crack']\""))
    photo = Photo(anna)

    photo.keys("+", "ArrowRight", "2")
    anna.submit_by_key()

    assert saved(site) == {"marks": answer}


def test_an_image_classifier_shows_what_an_earlier_job_drew_and_takes_a_comment(site: Site, anna: Screen) -> None:
    box = '{height: 28, label: "bird", left: 23, top: 9, width: 22}'
    overlay = f"""overlay='{{"boundingBox": {{labels: ["bird"], value: [{box}]}},}}'"""
    comment = "<worker-comment header='Why?' link-text='Say why'>Say what is wrong.</worker-comment>"
    page = tool("crowd-image-classifier", f'categories=\'["good", "bad"]\' {overlay}')
    show(site, anna, page.replace("</crowd-image-classifier>", f"{comment}</crowd-image-classifier>"))
    Photo(anna)

    drawn = anna.find(".stage svg .mark").count()
    anna.press("2")
    anna.page.frame_locator("iframe#task").get_by_role("button", name="Say why").click()
    anna.page.frame_locator("iframe#task").get_by_label("Why?").last.fill("too small")
    anna.press("Escape")
    anna.submit()

    assert drawn == 1
    assert saved(site) == {"marks": {"label": "bad", "workerComment": "too small"}}


def test_a_digit_gives_the_chosen_mark_its_class_only_while_the_photograph_has_the_focus(
    site: Site, anna: Screen
) -> None:
    show(site, anna, tool("crowd-bounding-box") + "<input id='tick' type='checkbox'>")
    photo = Photo(anna)
    photo.drag((20, 20), (80, 60))

    photo.keys("2")
    within = (photo.answer["boundingBoxes"][0]["label"], anna.find(".status").first.inner_text())
    anna.find("#tick").focus()
    anna.press("1")
    outside = (photo.answer["boundingBoxes"][0]["label"], anna.find(".status").first.inner_text())

    assert (within[0], outside[0]) == ("Crack", "Crack")
    assert within[1].startswith("Mark 1 is now Crack")
    assert outside[1].startswith("The next mark is Pore")
