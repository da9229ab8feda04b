"""The neutral template in front of a worker: items of every make-up, few and many classes, few and many channels."""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path
from typing import Any

import pytest
from support.fake_task_queue import MemoryJob, worker
from support.task_page import Screen, Site

from tracemark.contract.categories import Categories
from tracemark.contract.dataset import Dataset, Log, Media
from tracemark.contract.plots import Plot, PlotResult
from tracemark.document import Json
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.photographs import Photograph
from tracemark_prelabel.task_input import Shown, task_input

SEVERAL = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
<crowd-classifier-multi-select name="Class" categories="{{ task.input.labels | to_json | escape }}" header="h">
<classification-target>x</classification-target>
</crowd-classifier-multi-select>
</crowd-form>"""
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def uri(key: str) -> S3Uri:
    return S3Uri("welds", key)


def recording() -> bytes:
    sink = io.BytesIO()
    with wave.open(sink, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"".join(struct.pack("<h", int(20_000 * math.sin(n / 9))) for n in range(8_000)))
    return sink.getvalue()


def classes(count: int) -> list[str]:
    return [f"Class {number}" for number in range(1, count + 1)]


def made(site: Site, *, names: list[str], channels: int, titles: tuple[str, ...] = ("",), **more: Any) -> Json:
    for number in range(len(titles)):
        site.picture(f"s3://welds/p{number}.jpg", (640, 480))
    for number in range(channels):
        site.picture(f"s3://welds/c{number}.png", (1000, 500))
    images = tuple(Media(uri(f"p{number}.jpg"), title) for number, title in enumerate(titles))
    plots = tuple(Plot(f"c{n}", f"Channel {n}", "V", uri(f"c{n}.png")) for n in range(channels))
    item = Dataset(logs=(Log(uri("a.csv")),) if channels else (), images=images, **more)
    charts = [PlotResult(plots, rendered=True)] if channels else []
    shown = Shown(item, [Photograph(image.file) for image in images], charts)
    return task_input(shown, Categories(tuple(names)))


def show(site: Site, anna: Screen, project: Path, found: Json, name: str = "item") -> Screen:
    job = MemoryJob("any", uri("t.html"), [found] * 2, title="Press fit", description="A late rise is not good.")
    site.offer(job, (project / f"ui/{name}-classification.liquid.html").read_text(encoding="utf-8"))
    anna.start()
    return anna


def are_in_sight(screen: Screen, selector: str) -> bool:
    shown = screen.find(selector)
    boxes = [shown.nth(number).bounding_box() for number in range(shown.count())]
    return bool(boxes) and all(box and box["y"] >= 0 and box["y"] + box["height"] <= 800 for box in boxes)


@pytest.mark.parametrize("channels", [0, 1, 3, 20])
@pytest.mark.parametrize("count", [2, 7, 30])
def test_every_class_and_submit_are_in_sight_also_at_the_end_of_the_page(
    site: Site, anna: Screen, project: Path, count: int, channels: int
) -> None:
    screen = show(site, anna, project, made(site, names=classes(count), channels=channels))

    at_the_top = are_in_sight(screen, "crowd-classifier .choice, crowd-form button.primary")
    screen.frame.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    assert screen.find(".choice kbd").all_inner_texts() == [str(number) for number in range(1, count + 1)]
    assert at_the_top
    assert are_in_sight(screen, "crowd-classifier .choice, crowd-form button.primary")
    assert screen.frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("channels", [1, 3, 5])
def test_a_usual_item_is_on_one_screen_of_1280_by_800(site: Site, anna: Screen, project: Path, channels: int) -> None:
    screen = show(site, anna, project, made(site, names=classes(7), channels=channels))

    assert screen.frame.evaluate("document.documentElement.scrollHeight <= innerHeight + 2")
    assert are_in_sight(screen, ".item img, crowd-input input")


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [("7", "Class 7"), ("12", "Class 12"), ("30", "Class 30"), ("10", "Class 10"), ("45", "Class 5"), ("0", None)],
)
def test_the_number_of_a_class_chooses_it(
    site: Site, anna: Screen, project: Path, keys: str, chosen: str | None
) -> None:
    screen = show(site, anna, project, made(site, names=classes(30), channels=1))

    screen.press(*keys)

    assert screen.answers == ({"Class": {"label": chosen}} if chosen else {})


def test_digits_a_while_apart_are_two_numbers(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=classes(30), channels=1))

    screen.press("1")
    screen.page.wait_for_timeout(1_100)
    screen.press("2")

    assert screen.answers == {"Class": {"label": "Class 2"}}


def test_where_several_may_be_chosen_a_number_of_two_digits_chooses_one(site: Site, anna: Screen) -> None:
    site.offer(MemoryJob("any", uri("t.html"), [{"labels": classes(30)}]), SEVERAL)
    anna.start()

    anna.press("1", "2")

    assert anna.answers == {"Class": {"labels": ["Class 12"]}}


def test_class_and_comment_are_the_answer(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=["Good", "Not good"], channels=1))
    screen.press("2")
    screen.find("crowd-input input").fill("late rise")
    screen.submit_by_key()

    answer = site.task_queue.answers["any", 0, str(worker("anna").worker_id)]
    assert answer == {"Class": {"label": "Not good"}, "Comment": "late rise"}


def test_title_and_description_of_the_job_stand_above_the_item(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=["Good", "Not good"], channels=1))

    assert screen.page.locator("header h1").inner_text() == "Press fit"
    assert screen.page.locator("header .what").inner_text() == "A late rise is not good."


def test_several_photographs_stand_side_by_side_with_their_titles(site: Site, anna: Screen, project: Path) -> None:
    found = made(site, names=classes(2), channels=1, titles=("Root", "Face"))
    screen = show(site, anna, project, found)

    captions = screen.find(".photograph figcaption").all_inner_texts()
    first, second = (screen.find(".photograph").nth(number).bounding_box() for number in (0, 1))
    assert captions == ["Root", "Face"]
    assert first
    assert second
    assert first["y"] == second["y"]


def test_an_item_without_a_photograph_has_its_charts_alone(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=classes(2), channels=3, titles=()))

    assert (screen.find(".photograph").count(), screen.find(".item img").count()) == (0, 3)


def test_an_item_without_a_log_has_its_photograph_alone_and_large(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=classes(2), channels=0))

    box = screen.find(".item img").bounding_box()
    assert screen.find(".item img").count() == 1
    assert box
    assert box["height"] > 500


def test_notes_are_read_before_the_pictures(site: Site, anna: Screen, project: Path) -> None:
    found = made(site, names=classes(2), channels=1, notes=("3 rows were sorted", HOSTILE))
    screen = show(site, anna, project, found)

    assert screen.find(".notes li").all_inner_texts() == ["3 rows were sorted", HOSTILE]
    assert screen.find("img[src=x]").count() == 0


def test_a_recording_is_drawn_and_plays_from_where_one_clicks(site: Site, anna: Screen, project: Path) -> None:
    site.s3.objects["s3://welds/a.wav"] = (recording(), "audio/wav")
    found = made(site, names=classes(2), channels=1, audio=(Media(uri("a.wav"), "Microphone"),))
    screen = show(site, anna, project, found)
    waveform = screen.find(".sound canvas.drawn")
    waveform.wait_for()
    screen.frame.wait_for_function("document.querySelector('.sound audio').duration > 0.9")

    box = waveform.bounding_box()
    assert box
    waveform.click(position={"x": box["width"] / 2, "y": 10})

    screen.frame.wait_for_function("document.querySelector('.sound audio').currentTime >= 0.45")
    assert screen.find(".sound figcaption").inner_text() == "Microphone"


def test_a_recording_that_no_browser_decodes_says_so_and_the_task_goes_on(
    site: Site, anna: Screen, project: Path
) -> None:
    site.s3.objects["s3://welds/a.wav"] = (b"no sound", "audio/wav")
    found = made(site, names=classes(2), channels=1, audio=(Media(uri("a.wav"), "Microphone"),))
    screen = show(site, anna, project, found)

    screen.find(".sound figcaption:has-text('no waveform')").wait_for()
    screen.press("1")

    assert screen.answers == {"Class": {"label": "Class 1"}}


def test_pictures_are_shown_large_one_after_the_other_by_keys(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=classes(2), channels=2))
    captions = []

    screen.press("v")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        captions.append(screen.find("dialog.large p").inner_text())
        screen.press(key)
    screen.press("2")

    assert captions == [
        "1 of 3: Photograph",
        "2 of 3: Chart of Channel 0 over time",
        "3 of 3: Chart of Channel 1 over time",
        "1 of 3: Photograph",
    ]
    assert not screen.find("dialog.large").is_visible()
    assert screen.answers == {"Class": {"label": "Class 2"}}


def test_the_letter_v_in_a_comment_is_a_letter(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=classes(2), channels=1))
    screen.find("crowd-input input").click()

    screen.press("v")

    assert not screen.find("dialog.large").is_visible()
    assert screen.answers["Comment"] == "v"


def test_hostile_names_are_shown_as_text(site: Site, anna: Screen, project: Path) -> None:
    screen = show(site, anna, project, made(site, names=[HOSTILE, "b"], channels=1, titles=(HOSTILE, "b")))

    assert screen.find(".photograph figcaption").first.inner_text() == HOSTILE
    assert screen.find("img[src=x]").count() == 0
